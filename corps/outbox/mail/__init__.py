"""What a message is on its way: how it is written, encrypted, and given to a mail server."""

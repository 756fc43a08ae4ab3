"""What is filled in about agencies, their contacts and their credentials."""

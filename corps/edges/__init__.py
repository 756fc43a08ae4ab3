"""The edges of the web application: what every answer carries, and what is not even let in.

`answers`: headers, hosts and methods, around everything else.
`bodies`: what is sent to us, refused by length and kind before it is read.
`pages`: our own pages for what goes wrong, in the reader's language.
`reports`: where browsers tell of content that the policy stopped.
"""

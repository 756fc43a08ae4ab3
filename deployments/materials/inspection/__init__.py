"""A process of its own that looks at one file from outside. It imports nothing of Django."""

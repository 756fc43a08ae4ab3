"""What a letter says and how it looks: its text, the fields filled into it, its PDF."""

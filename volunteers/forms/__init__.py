"""What volunteers fill in about themselves."""

"""What happens to accounts, sign-ins, desks, and acts that take two people."""

"""What is asked about accounts, desks, sessions, and acts that take two people."""

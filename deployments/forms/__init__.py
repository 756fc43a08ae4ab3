"""What coordinators fill in about work."""

"""The coordinators' door to work."""

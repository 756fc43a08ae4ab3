"""The coordinators' door to people."""

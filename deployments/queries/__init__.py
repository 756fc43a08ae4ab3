"""What is asked about work; every list starts from what its viewer may see."""

"""What is asked about people; every list starts from those its viewer may see."""

"""What liaison officers and approvers fill in."""

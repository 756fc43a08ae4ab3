"""What happens to work: deployments opened, places made, people offered and assigned."""

"""What happens to cases, letters, permits and disclosures."""

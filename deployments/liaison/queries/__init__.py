"""What is asked about cases, letters, permits and disclosures."""

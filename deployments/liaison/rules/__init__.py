"""Who may do what with cases, letters, permits and disclosures."""

"""Who may keep accounts, and who may be the second person of an act."""

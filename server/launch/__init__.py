"""One machine: one process that starts everything and stops everything."""

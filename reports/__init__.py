"""What is told from the records: lists and exports."""

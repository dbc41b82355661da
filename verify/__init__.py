"""What is made of the records: evaluation, checks, findings, review."""

"""What may be attached: bytes, kept by their hash."""

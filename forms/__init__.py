"""What may be asked: forms, compiled once, evaluated on the server too."""

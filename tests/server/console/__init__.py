"""Pages as people open them in a browser."""

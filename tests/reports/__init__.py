"""Lists and sheets made of what is kept."""

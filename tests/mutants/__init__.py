"""Planted bugs: each is a small change of the real code that one promise must catch by name."""

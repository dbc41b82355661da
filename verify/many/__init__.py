"""Checks over many visits: a township in, findings about visits and households out."""

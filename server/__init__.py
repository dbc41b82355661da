"""The rim towards HTTP: requests, pages, commands."""

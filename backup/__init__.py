"""Copies of everything that is kept, made while the server runs, and the way back from one."""

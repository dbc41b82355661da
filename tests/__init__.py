"""Tests: real databases, real Redis, real files, a real browser."""

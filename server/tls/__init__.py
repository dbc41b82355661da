"""Certificates: a small authority of our own, what it signs, and official ones looked at."""

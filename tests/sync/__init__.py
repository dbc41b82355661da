"""Tests of the verb."""

"""The verb: push, merge, conflicts, pull."""

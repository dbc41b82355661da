"""A scripted phone that speaks only the public protocol."""

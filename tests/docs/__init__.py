"""The documents are proven like code: links, paths, tables, examples."""

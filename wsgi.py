"""The door for HTTP: `granian --interface wsgi wsgi:app`."""

import gc

from server.app import create_app

app = create_app()
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
"""What stands for the life of the process (forms, mappings, routes) is not looked through again and
again: a push of 500 visits makes so many values that Python did so in the middle of each."""

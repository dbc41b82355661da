"""The door for HTTP: `granian --interface wsgi wsgi:app`."""

from server.app import create_app

app = create_app()

"""The door: `granian --interface wsgi wsgi:app`, `flask --app wsgi cms --help`."""

from cms import create_app

app = create_app()

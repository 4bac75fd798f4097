"""The door: `granian --interface wsgi wsgi:app`, `flask --app wsgi cms --help`."""

from cms import create_app
from cms.caching import keep_time

app = create_app()
keep_time(app)  # notice scheduled posts even when nobody visits

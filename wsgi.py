"""The door: `granian --interface wsgi wsgi:app`, `flask --app wsgi cms --help`."""

from cms import create_app
from cms.caching import keep_time
from cms.errors import CmsError

try:
    app = create_app()
except CmsError as error:  # a setting that cannot be used is one sentence, not a traceback
    raise SystemExit(error.detail) from None
keep_time(app)  # notice scheduled posts even when nobody visits

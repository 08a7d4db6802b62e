"""The application for any WSGI server: `gunicorn app:app`."""

from leadapp import create_app
from leadapp.serving.watching import watched_from_first_request

app = watched_from_first_request(create_app())

"""The application for any WSGI server: `gunicorn app:app`."""

from leadapp import create_app

app = create_app()

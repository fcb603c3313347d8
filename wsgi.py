"""The application for gunicorn."""

from portal import create_app

app = create_app()

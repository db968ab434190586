"""The door: what a WSGI server opens."""

from app import create_app

app = create_app()

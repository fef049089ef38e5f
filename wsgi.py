"""The WSGI entry point: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

from qms import create_app

app = create_app()

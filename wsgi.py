"""The WSGI entry point: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

from qms import create_app
from qms.web.settling import settle

app = create_app()
settle()

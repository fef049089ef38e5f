"""A server in a process of its own: `python -m bench.serve hello|qms PORT [INSTANCE URL]`."""

import logging
import sys

from flask import Flask
from waitress import serve

from qms import create_app
from qms.config import Settings
from qms.web.settling import settle


def hello() -> Flask:
    """The floor: Flask that says hello."""
    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: "hello")
    return app


def main(what: str, port: str, instance: str = "", url: str = "") -> None:
    """Serve on loopback until killed, with as many threads as `qms serve` has."""
    if what == "hello":
        app = hello()
    else:
        app = create_app({"instance": instance, "database_url": url})
    logging.disable(logging.WARNING)  # waitress tells of every request that waits for a thread
    settle()
    threads = Settings().threads
    serve(app, host="127.0.0.1", port=int(port), threads=threads, ident=None, _quiet=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

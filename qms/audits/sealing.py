"""The key with which a person's fieldwork is sealed on a device.

It follows from the installation's secret and the person, so that the same person gets the same key
again after signing in again, on any device, and nothing has to be kept. Only a session of that
person is ever given it. With another secret (a backup restored without it) what lies unsent on a
device cannot be opened any more.
"""

import base64
import hmac

from flask import current_app

from qms.people.models import Person

PURPOSE = b"fieldwork on a device, first kind: "


def sealing_key(person: Person) -> str:
    """256 bits for AES-GCM, in base64."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return base64.b64encode(hmac.digest(secret, PURPOSE + person.uid.bytes, "sha256")).decode()

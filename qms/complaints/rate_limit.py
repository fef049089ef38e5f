"""How many complaints are taken within an hour: from one place, and for one unit.

Counted in the database, so that every worker knows; one statement counts and refuses, so that two
who come at once are not both let in by the last place. A refused request is rolled back and leaves
nothing behind: however often somebody sends, there are as many rows as complaints were taken. Many
people share one address (an office, a telephone network), so it is let send more than one. Of the
address only a keyed hash is kept, and no longer than two hours.
"""

import hashlib
import hmac
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from qms.complaints.models import ComplaintCount
from qms.core import clock
from qms.core.db import db
from qms.core.errors import TooMany
from qms.core.i18n import lazy_gettext as _l

PER_PLACE, PER_UNIT = 10, 60
"""Complaints within an hour."""
KEPT = timedelta(hours=2)
NETWORK = 64
"""Bits of an IPv6 address that one subscriber has for all of theirs."""


def count_or_refuse(unit_id: int, address: str, secret: str) -> None:
    """Count a complaint that is about to be taken. Raises TooMany where there were enough."""
    _count(
        hashlib.sha256(f"unit {unit_id}".encode()).hexdigest(),
        PER_UNIT,
        _l(
            "This page has taken as many complaints within the hour as it can. Nothing was saved. "
            "Try again in an hour, or come to the service desk."
        ),
    )
    _count(
        place_of(address, secret),
        PER_PLACE,
        _l(
            "Too many complaints came from your connection within the hour. Nothing was saved. "
            "Try again in an hour, or come to the service desk."
        ),
    )
    db.session.execute(delete(ComplaintCount).where(ComplaintCount.hour < clock.now() - KEPT))


def place_of(address: str, secret: str) -> str:
    """A place from which complaints come, as only this installation can work it out."""
    try:
        known = ip_address(address)
    except ValueError:
        shown = address
    else:
        if isinstance(known, IPv6Address):
            known = known.ipv4_mapped or IPv6Address(int(known) >> NETWORK << NETWORK)
        shown = str(known)
    said = f"complaint {shown}".encode()
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def _count(counted: str, most: int, message: object) -> None:
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    one = dialect.insert(ComplaintCount).values(counted=counted, hour=hour, number=1)
    raised = one.on_conflict_do_update(
        index_elements=["counted", "hour"],
        set_={"number": ComplaintCount.number + 1},
        where=ComplaintCount.number < most,
    ).returning(ComplaintCount.number)
    if db.session.scalar(raised) is None:
        raise TooMany(message)

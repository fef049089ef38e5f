"""How many complaints are taken within an hour: from one place, and for one unit.

Counted in the database, so that every worker knows; one statement counts and refuses, so that two
who come at once are not both let in by the last place. A refused request is rolled back and leaves
nothing behind: however often somebody sends, there are as many rows as complaints were taken. Many
people share one address (an office, a telephone network), so it is let send more than one. Who has
many IPv6 networks is counted for all of them together, too. The place is asked before the unit, so
that who floods a page waits for themself and for nobody else. Of the address only a keyed hash is
kept, and no longer than two hours.
"""

import hashlib
import hmac
from contextlib import suppress
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from qms.complaints.models import ComplaintCount
from qms.core import clock
from qms.core.db import db
from qms.core.errors import TooMany
from qms.core.i18n import lazy_gettext as _l

PER_PLACE, PER_SITE, PER_UNIT = 10, 30, 60
"""Complaints within an hour."""
KEPT = timedelta(hours=2)
NETWORK, SITE = 64, 48
"""Bits of an IPv6 address that one network has for all of its devices, and that one customer has
for all of their networks: who hops from one to the next meets the limit of the site."""


def count_or_refuse(unit_id: int, address: str, secret: str) -> None:
    """Count a complaint that is about to be taken. Raises TooMany where there were enough."""
    too_many = _l(
        "Too many complaints came from your connection within the hour. Nothing was saved. "
        "Try again in an hour, or come to the service desk."
    )
    for place, most in zip(places_of(address, secret), (PER_PLACE, PER_SITE), strict=False):
        _count(place, most, too_many)
    _count(
        hashlib.sha256(f"unit {unit_id}".encode()).hexdigest(),
        PER_UNIT,
        _l(
            "This page has taken as many complaints within the hour as it can. Nothing was saved. "
            "Try again in an hour, or come to the service desk."
        ),
    )
    db.session.execute(delete(ComplaintCount).where(ComplaintCount.hour < clock.now() - KEPT))


def places_of(address: str, secret: str) -> list[str]:
    """The places from which a complaint comes, as only this installation can work them out: the
    address, or the IPv6 network and the site that it belongs to."""
    shown = [address]
    with suppress(ValueError):
        known = ip_address(address)
        mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else known
        shown = [str(mapped)] if mapped else _around(known)
    return [
        hmac.new(secret.encode(), f"complaint {one}".encode(), hashlib.sha256).hexdigest()
        for one in shown
    ]


def _around(address: IPv4Address | IPv6Address) -> list[str]:
    spare = (128 - NETWORK, 128 - SITE)
    return [f"{IPv6Address(int(address) >> bits << bits)}/{128 - bits}" for bits in spare]


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

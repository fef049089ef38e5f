"""A right that is withdrawn is refused at the next request, by every thread of every worker."""

from collections.abc import Callable
from queue import Queue
from threading import Thread
from typing import Any

from qms.core.db import db
from qms.people import operations as people
from tests.cast import Cast
from tests.client import Browser
from tests.factories import make_finding

WORKERS = 3


class Worker(Thread):
    """A thread that answers requests, as the server's do; each keeps people of its own."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.asked, self.answers = Queue[Any](), Queue[int]()

    def run(self) -> None:
        while work := self.asked.get():
            self.answers.put(work())

    def status(self, work: Callable[[], int]) -> int:
        self.asked.put(work)
        return self.answers.get(timeout=60)


def test_a_withdrawn_right_is_refused_by_every_worker(app: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    db.session.commit()
    browser, url = Browser(app), f"/findings/{finding.uid}"
    browser.sign_in(cast.officer)
    grant, administrator = cast.officer.grants[0], cast.administrator
    db.session.commit()

    def ask() -> int:
        return browser.client.get(url).status_code

    workers = [Worker() for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for _turn in range(2):  # the second time each knows the person already
        assert [worker.status(ask) for worker in workers] == [200] * WORKERS
    people.withdraw_role(grant, reason="Mutasi", by=administrator)
    db.session.commit()
    assert [worker.status(ask) for worker in workers] == [404] * WORKERS
    people.grant_role(
        cast.officer, grant.role, cast.disnaker, from_on=cast.district.today, by=administrator
    )
    db.session.commit()
    assert [worker.status(ask) for worker in workers] == [200] * WORKERS
    people.disable_account(cast.officer, by=administrator)
    db.session.commit()
    assert [worker.status(ask) for worker in workers] == [303] * WORKERS
    for worker in workers:
        worker.asked.put(None)
        worker.join(timeout=60)

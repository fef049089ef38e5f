"""Reminders, escalation, mail and personal calendars: nothing that has a day is forgotten.

What is somebody's to do, why and by when is said once, by the lines of My work
(`overview.sources`); this area only says *when to speak of it*. A *rule* of the district says on
which days: some days before, on the day, every so many days after it; and after how many days the
head of the unit and then the secretariat are told (escalation). A daily job turns the lines that
have reached such a step into *notices*.

- A notice is there once for each person, kind, record, day and step (a unique key), however often
  and by however many workers the job is run. A run after days without one makes the step that is
  reached by now, and none of those in between.
- A notice names no title: what it is about is looked up whenever it is shown, as far as the person
  may see it at that moment. A line that ended (done, moved, no longer theirs) takes its notice
  away.
- Mail repeats notices: each on its own, in a digest each day or week, or not at all, as the person
  chooses. It is written at the moment of sending, so that it holds what is true and seen then. What
  is restricted is never named in it.
- A mail has one Message-ID from its beginning. Who sends claims it first. If a worker is lost
  between the server's acceptance and our note of it, the same Message-ID is sent once more, and the
  mail stays marked as uncertain: it may have come twice.
- No mail goes to who left or cannot sign in, nor to an address that a server has refused.
- The calendar of a person has a secret address, as the calendar of audits has.

Notices and mail are not journalled: they are heartbeats that follow from records. Rules, choices
and calendar addresses are.
"""

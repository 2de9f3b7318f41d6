"""What people did with an alert, as messages of every form say it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from watcher.channels.slack.words import groups
from watcher.channels.webhook import _told
from watcher.core.telling.messages import AlertMessage, Handled, Reminder, Told
from watcher.core.telling.state_words import state_words
from watcher.render.samples import SAMPLES
from watcher.render.views import Reader, alerts_view

AT = datetime(2026, 2, 6, 13, 2, tzinfo=UTC)


def told() -> Told:
    (message,) = [each for each in SAMPLES.values() if isinstance(each, AlertMessage)][:1]
    return replace(
        message.alerts[0],
        handled=(
            Handled(what="acknowledged", who="Anna <b>", at=AT, words="on it"),
            Handled(what="snoozed", who="Bert", at=AT, until=AT + timedelta(hours=4)),
            Handled(what="assigned", who="Anna", at=AT, words="Carla"),
        ),
        reminder=Reminder(number=2, of=3, since=AT),
    )


def test_every_deed_and_the_reminder_are_said():
    assert state_words(told(), lambda at: f"{at:%H:%M}") == (
        "Reminder 2 of 3: nobody has acknowledged this, told 13:02",
        "Acknowledged by Anna <b>, 13:02: on it",
        "Snoozed by Bert until 17:02",
        "Assigned to Carla by Anna, 13:02",
    )


def test_mail_and_text_say_them_in_the_readers_zone():
    view = alerts_view(AlertMessage(route="desk", alerts=(told(),)), Reader(zone="Europe/Berlin"))
    assert "14:02" in view.alerts[0].standing[0]


def test_slack_escapes_what_people_wrote():
    words = str(groups(AlertMessage(route="desk", alerts=(told(),)), None))
    assert "Acknowledged by Anna &lt;b&gt;, <!date^" in words


def test_the_webhook_has_them_as_data():
    found = _told(told())
    assert found["reminder"] == {"number": 2, "of": 3}
    assert [each["what"] for each in found["handled"]] == ["acknowledged", "snoozed", "assigned"]

"""A document that brings alerts by the dozen: who hears of them together, and of which."""

from __future__ import annotations

import pytest

from tests.pipeline.test_recipients import PEOPLE, PLAIN
from tests.pipeline.world import CONFIG, RULES, World, entry, world
from watcher.core.model import Entry
from watcher.core.telling.messages import AlertMessage
from watcher.pipeline.judging import verdicts

URGENT_BY_WORD = RULES.replace(
    "severity: {urgent: {trust: authority}, else: warning}", "severity: {urgent: {words: [immediately]}, else: warning}"
)


@pytest.fixture(autouse=True)
def _floods_of_five(monkeypatch):
    """More than four alerts of one document are a flood here."""
    monkeypatch.setattr(verdicts, "FLOOD_PAST", 4)


def ban(number: int, *, urgent: bool) -> Entry:
    title = f"State number {number} sets an export ban on metal{number}"
    extra = "<p>The export ban holds immediately.</p>" if urgent else ""
    return entry(f"ban-{number}", title=title, content_html=f"<p>{title}, for {number + 3} plants.</p>{extra}")


def said(here: World, recipient: str) -> list[tuple[int, set[str]]]:
    """Of each message to a recipient: how many alerts it counts, and how severe those are that it shows."""
    every = {
        message_id: message
        for (message_id,), message in zip(
            here.rows(
                "select o.id from deliveries d join occasions o on o.id = d.occasion where d.channel = 'mail' "
                "order by d.number"
            ),
            here.messages("mail"),
            strict=True,
        )
    }
    got = here.rows("select occasion from deliveries where recipient = ? order by number", recipient)
    messages = [every[occasion] for (occasion,) in got]
    return [
        (message.backlog, {told.severity.value for told in message.alerts})
        for message in messages
        if isinstance(message, AlertMessage)
    ]


@pytest.mark.parametrize("urgent", [0, 5])
async def test_everybody_hears_once_of_what_they_would_hear_of_alone(tmp_path, urgent):
    async with world(tmp_path, config=PLAIN + PEOPLE, rules=URGENT_BY_WORD) as here:
        await here.publish("wire", *(ban(number, urgent=number == urgent) for number in range(6)))
        assert said(here, "anna@example.org") == [(6, {"urgent", "warning"})]
        assert said(here, "eve@example.org") == [(1, {"urgent"})]
        assert said(here, "bob@example.org") == [(1, {"urgent"})]
        assert len(here.told("desk")) == 6
        collected = here.rows("select alert from digest_queue where digest = 'to:bob'")
        assert len(collected) == 5
        ((alone,),) = here.rows("select id from alerts where severity = 'urgent'")
        assert (alone,) not in collected


async def test_without_recipients_it_is_one_message_of_all(tmp_path):
    async with world(tmp_path, config=CONFIG, rules=URGENT_BY_WORD) as here:
        await here.publish("wire", *(ban(number, urgent=number == 3) for number in range(6)))
        (message,) = here.messages("desk")
        assert isinstance(message, AlertMessage)
        assert message.backlog == len(message.alerts) == 6
        assert message.alerts[0].severity == "urgent"
        assert len(here.rows("select distinct occasion from decisions where way = 'route:desk'")) == 1

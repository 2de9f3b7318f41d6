"""The library apprise in its process: taken, refused, silent, unknown, and no secret in what comes back."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from pydantic import ValidationError

from tests.channels.samples import CANARY, make_channel, make_envelope, make_rendered
from tests.faults.http_receiver import Answer, HttpReceiver
from tests.network.resolvers import ListedResolver
from watcher.channels.apprise import AppriseOptions
from watcher.core.model import Outcome
from watcher.deliver import Transports, attempt
from watcher.network.guard import Guard
from watcher.network.http import Http


async def told(url: str, **options: Any) -> Outcome:
    guard = Guard(ListedResolver())
    async with Http(guard) as http:
        return await attempt(
            make_channel("apprise", url=url),
            make_rendered(text="Ä line.\n\nAnother.\n"),
            make_envelope(),
            transport=Transports(http, guard),
            on_part=nothing,
            **{"policy": "any", "deadline_s": 30.0} | options,
        )


async def nothing(_number: int, _bodies: tuple[bytes, ...], _split: str) -> None:
    """It goes in one part."""


async def test_without_leave_to_dial_nothing_is_sent() -> None:
    async with HttpReceiver() as receiver:
        outcome = await told(f"json://127.0.0.1:{receiver.port}/{CANARY}", policy="public")

        assert outcome.result == "pause"
        assert "network: any" in outcome.reason
        assert receiver.received == []


@pytest.mark.slow
async def test_a_service_takes_the_message_or_not() -> None:
    async with HttpReceiver([Answer(), Answer(status=503, body="down")]) as receiver:
        url = f"json://127.0.0.1:{receiver.port}/{CANARY}"
        taken, refused = await told(url), await told(url)

    assert taken.result == "sent"
    assert receiver.received[0].json["title"] == "Urgent: a line has stopped"
    assert receiver.received[0].json["message"] == "Ä line.\n\nAnother."
    assert refused.result == "retry"
    assert "503" in refused.reason
    assert CANARY not in repr((taken, refused))


@pytest.mark.slow
async def test_a_service_that_is_silent_is_given_up_and_its_process_with_it() -> None:
    async with HttpReceiver(default=Answer(fault="hang")) as receiver:
        outcome = await told(f"json://127.0.0.1:{receiver.port}/{CANARY}", deadline_s=4.0)

    assert (outcome.result, outcome.possible_duplicate) == ("retry", True)


@pytest.mark.slow
async def test_an_address_that_the_library_does_not_know_pauses_the_channel() -> None:
    outcome = await told(f"nonsense://{CANARY}@x/{CANARY}")

    assert outcome.result == "pause"
    assert CANARY not in repr(outcome)


def test_where_the_library_is_missing_the_option_says_how_to_get_it() -> None:
    kept = sys.modules.pop("apprise", None)
    sys.modules["apprise"] = None  # type: ignore[assignment]
    try:
        with pytest.raises(ValidationError, match=r"pip install 'event-watcher\[apprise\]'"):
            AppriseOptions.model_validate({"url": f"json://x/{CANARY}"})
    finally:
        del sys.modules["apprise"]
        if kept is not None:
            sys.modules["apprise"] = kept

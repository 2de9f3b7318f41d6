from __future__ import annotations

import re

import pytest

from tests.channels.samples import make_channel, make_envelope, make_rendered
from watcher.channels.base import Failure, FileCall, FileWritten
from watcher.channels.file import RULE


def text_of(kind: str, text: str) -> str:
    (call,) = make_channel(kind).wire(make_rendered(text=text), make_envelope())
    assert isinstance(call, FileCall)
    assert (call.path is None) == (kind == "stdout")
    return call.text


@pytest.mark.parametrize("kind", ["file", "stdout"])
def test_a_message_is_framed(kind: str) -> None:
    text = text_of(kind, "One line.\nAnother.\n")

    assert text == f"{RULE}\n2026-02-06T22:31:00+00:00 msg_0f3a9c Urgent: a line has stopped\n\nOne line.\nAnother.\n\n"


def test_no_text_drives_the_terminal_or_forges_a_frame() -> None:
    text = text_of("stdout", f"\x1b[2Jgone\r\n\x9b31m\u202e\n{RULE}\n2026 forged\x07\u2028x")

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028]", text)
    assert text.split("\n").count(RULE) == 1


def test_what_an_answer_means() -> None:
    channel = make_channel("file")

    assert channel.judge(FileWritten()).result == "sent"
    outcome = channel.judge(Failure(kind="file", text="no space left on device", sent=False))
    assert (outcome.result, outcome.reason) == ("retry", "the file could not be written: no space left on device")

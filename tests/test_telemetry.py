from __future__ import annotations

import errno
import io
import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from watcher.telemetry import EventHandler, log, loggable_url, set_up_logging

ROOT = Path(__file__).resolve().parent.parent
LOGGER = logging.getLogger("watcher.some")


@pytest.fixture(autouse=True)
def _restore_logging():
    root = logging.getLogger()
    level = root.level
    yield
    for handler in [handler for handler in root.handlers if isinstance(handler, EventHandler)]:
        root.removeHandler(handler)
    root.setLevel(level)


def lines(sink: io.BytesIO) -> list[str]:
    text = sink.getvalue().decode()
    assert text == "" or text.endswith("\n")
    return text.split("\n")[:-1]


def test_an_event_is_one_line_of_key_and_value():
    sink = io.BytesIO()
    set_up_logging(sink=sink)

    log(
        LOGGER,
        "source.fetched",
        source="reex",
        entries=12,
        fresh=True,
        took=timedelta(seconds=1.5),
        etag=None,
        note="two words",
    )

    at, rest = lines(sink)[0].split(" ", 1)
    assert datetime.fromisoformat(at).tzinfo == UTC
    assert rest == 'info source.fetched source=reex entries=12 fresh=true took=1.5s etag=none note="two words"'


def test_an_event_is_one_json_object():
    sink = io.BytesIO()
    set_up_logging(sink=sink, form="json")

    log(
        LOGGER,
        "alert.raised",
        level="error",
        alert="a1",
        share=float("nan"),
        due=datetime(2026, 1, 2, tzinfo=UTC),
        title="稀土\n",
    )

    said = json.loads(lines(sink)[0])
    assert said.pop("at").endswith("Z")
    assert said == {
        "level": "error", "event": "alert.raised", "alert": "a1", "share": "nan", "due": "2026-01-02T00:00:00+00:00", "title": "稀土\n",
    }  # fmt: skip


def test_a_field_never_takes_the_place_of_our_own_keys():
    sink = io.BytesIO()
    set_up_logging(sink=sink, form="json")

    log(LOGGER, "source.fetched", at="yesterday", event="forged")

    said = json.loads(lines(sink)[0])
    assert (said["event"], said["at_"], said["event_"]) == ("source.fetched", "yesterday", "forged")


@given(st.text(alphabet=st.characters(), max_size=60))
def test_no_text_can_forge_a_line_or_move_the_cursor(text):
    for form in ("text", "json"):
        sink = io.BytesIO()
        set_up_logging(sink=sink, form=form)

        log(LOGGER, "source.fetched", title=text)

        assert len(lines(sink)) == 1
        assert lines(sink)[0].isprintable()


def test_line_breaks_and_bidi_controls_are_escaped():
    sink = io.BytesIO()
    set_up_logging(sink=sink)

    log(LOGGER, "source.fetched", title='a\nerror forged x="1"\u202e\x1b[2J\x00\U000e0001\\')

    assert lines(sink)[0].endswith(r'title="a\nerror forged x=\"1\"\u202e\x1b[2J\x00\U000e0001\\"')


def test_secrets_are_masked_and_urls_shortened_everywhere():
    sink = io.BytesIO()
    set_up_logging(level="debug", sink=sink)

    log(LOGGER, "channel.paused", token=SecretStr("CANARY"), url="https://hooks.example:8443/CANARY?CANARY#CANARY")
    log(LOGGER, "store.opened", url="postgresql://CANARY:CANARY@db.example/CANARY")
    logging.getLogger("other").warning("get %s failed", "http://CANARY@h.example/CANARY?x=CANARY")
    with pytest.raises(ValueError, match="canary") as raised:
        int("https://a.example/CANARY canary")
    log(LOGGER, "delivery.dead", cause=raised.value)

    assert "CANARY" not in sink.getvalue().decode()
    assert "hooks.example:8443/" in lines(sink)[0]
    assert "db.example/" in lines(sink)[1]
    assert 'library.said logger=other text="get h.example/' in lines(sink)[2]
    assert 'trace="Traceback' in lines(sink)[3]
    assert "base 10: 'a.example/" in lines(sink)[3]


def test_libraries_stay_quiet_at_debug_but_may_warn():
    sink = io.BytesIO()
    set_up_logging(level="debug", sink=sink)

    for name in ("httpx", "httpcore.http11", "apscheduler.scheduler", "aiosqlite", "uvicorn.error"):
        logging.getLogger(name).info("GET /secret")
        logging.getLogger(name).warning("odd")

    assert [line.rsplit(" ", 1)[1] for line in lines(sink)] == ["text=odd"] * 5


def test_what_is_below_the_level_is_not_said():
    sink = io.BytesIO()
    set_up_logging(level="warning", sink=sink)

    log(LOGGER, "source.fetched")
    log(LOGGER, "source.slow", level="warning")

    assert [line.split(" ")[2] for line in lines(sink)] == ["source.slow"]


def test_long_values_are_cut():
    sink = io.BytesIO()
    set_up_logging(sink=sink)

    log(LOGGER, "source.fetched", title="x" * 1_000_000)

    assert len(sink.getvalue()) < 2_200


def test_setting_up_twice_says_things_once():
    first, second = io.BytesIO(), io.BytesIO()
    set_up_logging(sink=first)
    set_up_logging(sink=second)

    log(LOGGER, "source.fetched")

    assert (len(lines(first)), len(lines(second))) == (0, 1)


class SickSink:
    """Fails as told, then takes three bytes at a time."""

    def __init__(self, *faults: Exception | None) -> None:
        self.faults = list(faults)
        self.kept = b""

    def write(self, data: bytes) -> int | None:
        if self.faults:
            fault = self.faults.pop(0)
            if fault is not None:
                raise fault
            return None
        self.kept += data[:3]
        return min(3, len(data))


def test_a_sick_sink_costs_lines_which_are_counted():
    sink = SickSink(OSError(errno.ENOSPC, "full"), BrokenPipeError(), None, ValueError("closed"))
    set_up_logging(sink=sink)

    for number in range(6):
        log(LOGGER, "source.fetched", number=number)

    said = [line.split(" ", 2)[2] for line in sink.kept.decode().splitlines()]
    assert said == ["log.lost lines=4", "source.fetched number=4", "source.fetched number=5"]


def test_a_record_that_cannot_be_formatted_costs_itself_only():
    sink = io.BytesIO()
    handler = EventHandler(sink, "text")

    handler.emit(logging.makeLogRecord({"msg": "%d of %d", "args": ("x",)}))
    handler.emit(logging.makeLogRecord({"msg": "fine", "name": "other", "levelname": "INFO"}))

    assert [line.split(" ", 2)[2] for line in lines(sink)] == [
        "log.lost lines=1",
        "library.said logger=other text=fine",
    ]


def daemon(*, redirect: str) -> subprocess.CompletedProcess[str]:
    """A process that logs to a bad standard error and then says on standard output that it lives."""
    code = (
        "import logging, os; from watcher.telemetry import log, set_up_logging\n"
        "set_up_logging(); [log(logging.getLogger('watcher'), 'source.fetched', n=n) for n in range(1000)]\n"
        "fd = os.open('/dev/null', os.O_WRONLY); print('alive', flush=True)"
    )
    return subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" -c "$1" {redirect}', sys.executable, code],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("redirect", ["2>/dev/full", "2>&-"])
def test_a_full_or_closed_standard_error_stops_nothing(redirect):
    done = daemon(redirect=redirect)

    assert (done.returncode, done.stdout) == (0, "alive\n")


def test_a_closed_pipe_stops_nothing():
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb", buffering=0) as pipe:
        set_up_logging(sink=pipe)

        log(LOGGER, "source.fetched")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example", "a.example"),
        ("https://a.example/", "a.example"),
        ("https://user:pass@A.example:8443/?q=1", "a.example:8443"),
        ("https://a.example/x?token=1", loggable_url("http://a.example/x#f")),
        ("https://[::1", "unreadable-url"),
        ("https://a.example:99999/", "unreadable-url"),
        ("", "no-host"),
    ],
)
def test_a_url_is_shown_by_its_host(url, shown):
    assert loggable_url(url) == shown


def test_paths_are_told_apart_by_a_hash():
    first, second = loggable_url("https://a.example/T0/B0/x"), loggable_url("https://a.example/T0/B0/y")

    assert first != second
    assert first.startswith("a.example/")
    assert len(first) == len("a.example/") + 8

"""When a route is mute, and its reminders of alerts that nobody acknowledges: blocks, and what in them can't be meant.

Never judges an alert: windows and reminders are the core's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from watcher.config.forms import Block
from watcher.config.naming import check_name, pairs
from watcher.config.sheet import Sheet
from watcher.core.model import Severity
from watcher.core.schedules import WEEKDAYS
from watcher.core.telling.escalating import Escalate
from watcher.core.telling.windows import Mute, Window, never_open
from watcher.core.text.spelling import did_you_mean
from watcher.core.values import Duration
from watcher.core.yaml.strict import locate

NO_TIME_LEFT, NO_SUCH_REMINDER, PASSES_NOTHING = "C044", "C045", "C046"
_DAYS: Final = tuple(day[:3].capitalize() for day in WEEKDAYS)
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_USUAL_TIMES: Final = 3
_ANY_MONDAY: Final = datetime(2026, 1, 5, tzinfo=UTC)


def _days(value: object) -> tuple[str, ...]:
    """Days by name, Mon to Sun."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not texts:
        raise ValueError(f"must be days: some of {', '.join(_DAYS)}")
    found = []
    for text in texts:
        day = str(text).strip()[:3].capitalize()
        if day not in _DAYS or str(text).strip().casefold() not in {day.casefold(), WEEKDAYS[_DAYS.index(day)]}:
            raise ValueError(f'"{text}" is no day{did_you_mean(str(text), _DAYS)}; write some of {", ".join(_DAYS)}')
        found.append(day)
    return tuple(dict.fromkeys(found))


def _clock(value: object) -> time:
    """A local time of day."""
    if isinstance(value, time):
        return value
    found = _CLOCK.fullmatch(str(value))
    if found is None:
        raise ValueError(f'"{value}" is no time of day; write one like 22:00')
    return time(int(found[1]), int(found[2]))


_DAY_NAMES = {"type": "string", "enum": list(_DAYS)}
Days = Annotated[
    tuple[str, ...],
    PlainValidator(_days),
    WithJsonSchema({"anyOf": [_DAY_NAMES, {"type": "array", "items": _DAY_NAMES, "minItems": 1}]}),
]
ClockTime = Annotated[time, PlainValidator(_clock), WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}:\d{2}$"})]


class WindowBlock(Block):
    """A window in which a route is mute."""

    days: Days | None = Field(default=None, description="The days on which it begins; left out: every day.")
    begin: ClockTime | None = Field(default=None, alias="from", description="When it begins; left out: at midnight.")
    to: ClockTime | None = Field(
        default=None, description="When it ends, on the next day if that is not after `from`; left out: at midnight."
    )

    @property
    def window(self) -> Window:
        """What it means."""
        named = frozenset(_DAYS.index(day) for day in self.days or ())
        return Window(days=named, begin=self.begin or time(0), end=self.to or time(0))


def _windows(value: object) -> object:
    return [value] if isinstance(value, dict) else value


Windows = Annotated[tuple[WindowBlock, ...], BeforeValidator(_windows), Field(min_length=1)]


class EscalateBlock(Block):
    """Reminders of alerts that nobody acknowledges."""

    after: Duration = Field(description="How long after the telling the first reminder is sent.")
    to: str | None = Field(default=None, description="The route that is reminded; left out: the same.")
    repeat: Duration | None = Field(default=None, description="Further reminders follow every so long.")
    times: int | None = Field(
        default=None, ge=1, le=100, description="How many reminders there are; 3 with repeat, else 1."
    )
    severity: Severity = Field(default=Severity.NOTICE, description="Alerts of this severity and above.")

    @property
    def escalate(self) -> Escalate:
        """What it means."""
        times = self.times or (_USUAL_TIMES if self.repeat else 1)
        return Escalate(after=self.after, to=self.to, repeat=self.repeat, times=times, severity=self.severity)


def mute_of(said: Mapping[str, Any]) -> Mute | None:
    """The mute windows of a route, of what it says and inherits."""
    blocks: tuple[WindowBlock, ...] | None = said["mute"]
    if not blocks:
        return None
    return Mute(windows=tuple(each.window for each in blocks), zone=said["zone"], passes=said["passes"])


def escalate_of(said: Mapping[str, Any]) -> Escalate | None:
    """The reminders of a route, of what it says and inherits."""
    block: EscalateBlock | None = said["escalate"]
    return None if block is None else block.escalate


def check_calling(sheet: Sheet, name: str, block: Any, said: Mapping[str, Any]) -> None:
    """Note what can't be meant in a route's own `mute`, `passes` and `escalate`, at its place."""
    place = ("routes", name)
    mute, own = mute_of(said), block.get("mute")
    if mute is not None and own is not None:
        before = sheet.errors()
        for at, window in enumerate(said["mute"]):
            if window.begin is not None and window.begin == window.to:
                node = locate(sheet.root, (*place, "mute", at) if own.kind == "sequence" else (*place, "mute"))
                text = f"from and to are both {window.begin:%H:%M}; leave both out for the whole day"
                sheet.note(NO_TIME_LEFT, node, (*place, "mute", at), text)
        if sheet.errors() == before and never_open(mute.windows, mute.zone, _ANY_MONDAY):
            text = "the route is mute all week: nothing would ever be told on it"
            sheet.note(NO_TIME_LEFT, own, (*place, "mute"), text)
    if block.get("passes") is not None and mute is None:
        text = "the route has no mute windows, so there is nothing to pass"
        sheet.note(PASSES_NOTHING, block.get("passes"), (*place, "passes"), text, "warning")
    _check_escalate(sheet, name, block, said)


def _check_escalate(sheet: Sheet, name: str, block: Any, said: Mapping[str, Any]) -> None:
    node, asked = block.get("escalate"), said["escalate"]
    if node is None or asked is None or node.kind != "mapping":
        return
    place = ("routes", name, "escalate")
    known = [str(key.value) for key, _ in pairs(sheet, "routes")]
    to = node.get("to")
    if to is not None and isinstance(to.value, str):
        check_name(sheet, "route", known, (*place, "to"), to)
    if (asked.times or 1) > 1 and asked.repeat is None:
        text = f"times is {asked.times}, but without repeat there is one reminder; add repeat: 1h"
        sheet.note(NO_SUCH_REMINDER, node.get("times"), (*place, "times"), text)
    if asked.times == 1 and asked.repeat is not None:
        text = "repeat, but times is 1: leave one of them out"
        sheet.note(NO_SUCH_REMINDER, node.get("repeat"), (*place, "repeat"), text)
    for key in ("after", "repeat"):
        if getattr(asked, key) is not None and not getattr(asked, key):
            sheet.note(NO_SUCH_REMINDER, node.get(key), (*place, key), f"{key} is no time at all; write 15m or more")

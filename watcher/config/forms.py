"""How single values of `watcher.yaml` are written: zones, names, lengths of time, addresses; it reads no other file."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)

from watcher.core.schedules import schedule
from watcher.core.text.languages import CODES_OF_OURS, is_language
from watcher.core.text.spelling import did_you_mean
from watcher.core.text.wording import NAMES
from watcher.core.values import duration_text, parse_date, parse_duration

Network = Literal["public", "any"]
Since = timedelta | date | Literal["all"] | None
Keep = timedelta | Literal["forever"]

_LIKE_DATE = re.compile(r"\d{4}-")


@cache
def _zones() -> frozenset[str]:
    """All zones that there are; listing them walks a folder, which many mistakes need not pay for many times."""
    return frozenset(available_timezones())


def _zone(value: str) -> str:
    """An IANA time zone."""
    try:
        ZoneInfo(value)
    except (ValueError, KeyError, OSError):
        hint = did_you_mean(value, _zones()) or "; write one like Europe/Berlin, or UTC"
        raise ValueError(f'unknown time zone "{value}"{hint}') from None
    return value


def _plain_text(value: object) -> str:
    """A scalar as it was written."""
    if isinstance(value, list | dict | bool):
        raise ValueError("must be text")  # noqa: TRY004 - pydantic takes ValueError
    return str(value)


def _since(value: object) -> Since:
    """How far back the first sight of a source is told."""
    if value is None or value == "all" or isinstance(value, timedelta | date):
        return value
    try:
        text = _plain_text(value)
        return parse_date(text) if _LIKE_DATE.match(text) else parse_duration(text)
    except ValueError as error:
        raise ValueError(f"{error}; or a date, all, null") from None


def _keep(value: object) -> Keep:
    """How long something is kept."""
    if value == "forever":
        return "forever"
    if isinstance(value, timedelta):
        return value
    try:
        return parse_duration(_plain_text(value))
    except ValueError as error:
        raise ValueError(f'{error}, or "forever"') from None


def _patience(value: object) -> timedelta | Literal["never"]:
    """How long a source may bring nothing new."""
    if value == "never":
        return "never"
    try:
        return value if isinstance(value, timedelta) else parse_duration(_plain_text(value))
    except ValueError as error:
        raise ValueError(f'{error}, or "never"') from None


def _written(value: Since | Keep) -> str | None:
    """A duration, date or word as it is written."""
    if isinstance(value, timedelta):
        return duration_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _address(value: str) -> str:
    """An absolute http(s) address without anything behind its path."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f'"{value}" is no web address; write https://host or https://host/path')
    return value.rstrip("/")


def _language(value: str) -> str:
    """The code of a language."""
    if not is_language(value):
        meant = next((code for code, name in NAMES.items() if name.casefold() == value.casefold()), None)
        hint = f', did you mean "{meant}"?' if meant else did_you_mean(value, NAMES)
        raise ValueError(f'unknown language "{value}"{hint or f"; write its code: {CODES_OF_OURS}"}')
    return value


def _at(value: str) -> str:
    """A digest's schedule."""
    schedule(value, "UTC")
    return value


def _one_or_more(value: object) -> object:
    """One text is short for a list of one."""
    return [value] if isinstance(value, str) else value


_WRITTEN = PlainSerializer(_written, return_type=str | None, when_used="always")
_NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
_LASTING = {"type": "string", "pattern": r"^(forever|(?=.)(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?)$"}

Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_more), Field(min_length=1), WithJsonSchema(_NAMES)]
Entries = Annotated[tuple[str, ...], BeforeValidator(_one_or_more), WithJsonSchema(_NAMES)]
Zone = Annotated[str, AfterValidator(_zone)]
KeepFor = Annotated[Keep, PlainValidator(_keep), _WRITTEN, WithJsonSchema(_LASTING)]
Patience = Annotated[
    timedelta | Literal["never"],
    PlainValidator(_patience),
    _WRITTEN,
    WithJsonSchema({"type": "string", "pattern": _LASTING["pattern"].replace("forever", "never")}),
]
SinceText = Annotated[Since, PlainValidator(_since), _WRITTEN, WithJsonSchema({"type": ["string", "null"]})]
Address = Annotated[str, AfterValidator(_address)]
Language = Annotated[str, AfterValidator(_language)]
At = Annotated[str, AfterValidator(_at), WithJsonSchema({"type": "string", "examples": ["Fri 15:00", "daily 07:00"]})]


class Block(BaseModel):
    """A closed mapping: a key that is not listed is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def one_of(*keys: str) -> dict[str, JsonValue]:
    """What a schema says of a block that has at least one of these keys."""
    return {"anyOf": [{"required": [key]} for key in keys]}

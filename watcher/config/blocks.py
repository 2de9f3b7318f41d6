"""The blocks of `watcher.yaml` as they may be written: keys, defaults and a sentence each; they read no other file.

The sentences are shown by `watcher schema` and by editors that know the schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)

from watcher.config.intervals import Every, PollingConfig
from watcher.core.model import Trust
from watcher.core.schedules import schedule
from watcher.core.text.spelling import did_you_mean
from watcher.core.values import Duration, Size, duration_text, parse_date, parse_duration

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
At = Annotated[str, AfterValidator(_at), WithJsonSchema({"type": "string", "examples": ["Fri 15:00", "daily 07:00"]})]


class Block(BaseModel):
    """A closed mapping: a key that is not listed is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreConfig(Block):
    """Where everything is kept, and for how long."""

    path: str = Field(default="watcher.db", min_length=1, description="The database file, relative to this file.")
    keep_articles: KeepFor = Field(default="forever", description="How long articles are kept: forever, or a duration.")
    keep_bodies: KeepFor = Field(default=timedelta(days=90), description="How long the texts of articles are kept.")
    free_disk_floor: Size = Field(
        default=200 << 20, description="With less room than this, texts of articles are not stored; alerts go on."
    )


class OperatorConfig(Block):
    """Who runs this watcher."""

    contact: str | None = Field(default=None, description="Address or page that publishers find in our User-Agent.")
    route: str | None = Field(default=None, description="The route that notices about sources and channels go to.")


class ListenConfig(Block):
    """Where the daemon answers; `listen: null` switches it off."""

    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen at.")
    port: int = Field(default=8787, ge=0, le=65_535, description="Port to listen at; 0 takes any that is free.")
    public_url: Address | None = Field(
        default=None, description="The address by which readers reach us, behind a proxy."
    )


class LogConfig(Block):
    """How the log is written."""

    format: Literal["text", "json"] = Field(
        default="text", description="text: key=value lines; json: one object a line."
    )
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least level that is written."
    )


class RouteBlock(Block):
    """A way from alerts to channels."""

    channels: Names = Field(description="The channels that are told.")
    zone: Zone = Field(default="UTC", description="The time zone of its readers.")
    when: str = Field(default="", description="A query: which alerts go this way; empty takes all.")
    wait: Duration | None = Field(default=None, description="Collect alerts so long, then one message.")
    quiet: Duration | None = Field(default=None, description="Hold further alerts so long after a message.")
    group: Literal["rule", "route"] = Field(default="rule", description="What wait and quiet count together.")
    after_quiet: Literal["tell", "list"] = Field(
        default="tell", description="What was held is told in one message when it ends, or only listed."
    )
    unless_new: (
        tuple[Literal["status", "amount", "date", "actor", "trust", "party", "material", "place"], ...] | None
    ) = Field(default=None, description="Which new facts of an alerted story are told; an empty list: none.")


class DigestBlock(Block):
    """A recurring round-up."""

    at: At = Field(description='When an issue is made: "Fri 15:00", "daily 07:00" or "monthly 1 07:00".')
    zone: Zone = Field(default="UTC", description="The time zone of `at` and of the times shown.")
    channels: Names = Field(description="The channels that issues go to.")
    take: str = Field(default="", description="A query: which matches are taken; empty takes all.")
    by: Literal["topic", "region"] = Field(default="topic", description="What the sections are made by.")
    title: str | None = Field(default=None, min_length=1, max_length=200, description="The head of each issue.")
    limit: int = Field(
        default=8, ge=1, le=200, description="The most stories told at length in one issue; the rest is told in brief."
    )


class SourceBlock(Block):
    """What every source has; the rest of its block belongs to its kind."""

    kind: str = Field(description="The kind of source, or package.module:Class of your own.")
    preset: str | None = Field(default=None, description="A source of the catalogue that says the rest of the block.")
    settings: Mapping[str, str | int] = Field(default={}, description="What the preset asks for, by name.")
    enabled: bool = Field(default=True, description="false: the source stays listed but is not polled.")
    every: Every = Field(
        default=timedelta(minutes=15),
        description="How often it is polled; at least 1m. auto: as often as it publishes; {min, max}: that, in bounds.",
    )
    pace: Duration = Field(default=timedelta(seconds=1), description="The least gap between two requests to its host.")
    trust: Trust = Field(
        default=Trust.UNKNOWN, description="How far its word carries where the publisher is not known."
    )
    contact: Literal["required", "optional"] = Field(
        default="optional", description="required: it is not polled unless `operator.contact` says who asks."
    )
    zone: Zone = Field(default="UTC", description="The time zone of times that the source states without one.")
    since: SinceText = Field(
        default=None, description="What of the first sight is told: null, all, a duration or a date."
    )
    backfill_after: Duration = Field(
        default=timedelta(days=14), description="Several unknown items older than this are old."
    )
    silent_after: Patience | None = Field(
        default=None,
        description="After how long without anything new it is told to be silent; null: as it uses to; or never.",
    )
    keep_articles: KeepFor | None = Field(default=None, description="Overrides `store.keep_articles`.")
    keep_bodies: KeepFor | None = Field(default=None, description="Overrides `store.keep_bodies`.")
    network: Network | None = Field(default=None, description="any: private addresses may be dialled for this source.")


class ChannelBlock(Block):
    """What every channel has; the rest of its block belongs to its kind."""

    kind: str = Field(description="The kind of channel, or package.module:Class of your own.")
    network: Network | None = Field(default=None, description="any: private addresses may be dialled for this channel.")


class Top(Block):
    """The whole file; sources and channels are read by their kinds."""

    store: StoreConfig = Field(default=StoreConfig(), description="Where everything is kept, and for how long.")
    operator: OperatorConfig = Field(default=OperatorConfig(), description="Who runs this watcher.")
    polling: PollingConfig = Field(
        default=PollingConfig(), description="How polls are shared out among sources with `every: auto`."
    )
    listen: ListenConfig | None = Field(default=ListenConfig(), description="Where the daemon answers; null: nowhere.")
    network: Network = Field(
        default="public", description="any: private addresses may be dialled by every source and channel."
    )
    sources: dict[str, object] = Field(default_factory=dict, description="What is watched: name to block.")
    channels: dict[str, object] = Field(default_factory=dict, description="The ways out: name to block.")
    routes: dict[str, RouteBlock] = Field(
        default_factory=dict, description="Which alerts go to which channels at once."
    )
    digests: dict[str, DigestBlock] = Field(default_factory=dict, description="Round-ups: name to block.")
    rules: Annotated[tuple[str, ...], BeforeValidator(_one_or_more), WithJsonSchema(_NAMES)] = Field(
        default=(), description="Rule files: pack:NAME, paths and patterns relative to this file."
    )
    lexicon: Annotated[tuple[str, ...], BeforeValidator(_one_or_more), WithJsonSchema(_NAMES)] = Field(
        default=(), description="Your own names: YAML and CSV files that add to the lexicon, relative to this file."
    )
    templates: str | None = Field(default=None, description="A folder with your own templates, relative to this file.")
    log: LogConfig = Field(default=LogConfig(), description="How the log is written.")


SHARED_SOURCE_KEYS = frozenset(SourceBlock.model_fields)
SHARED_CHANNEL_KEYS = frozenset(ChannelBlock.model_fields)

"""The blocks of `watcher.yaml` as they may be written: keys, defaults and a sentence each; they read no other file.

The sentences are shown by `watcher schema` and by editors that know the schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from watcher.config.forms import (
    Address,
    At,
    Block,
    Entries,
    Keep,
    KeepFor,
    Language,
    Names,
    Network,
    Patience,
    SinceText,
    Zone,
    one_of,
)
from watcher.config.intervals import Every, PollingConfig
from watcher.config.ways import RecipientBlock, RouteBlock
from watcher.core.model import Trust
from watcher.core.telling.paces import checked_rate
from watcher.core.values import Duration, Size

__all__ = [
    "SHARED_CHANNEL_KEYS",
    "SHARED_SOURCE_KEYS",
    "Block",
    "ChannelBlock",
    "DigestBlock",
    "Keep",
    "ListenConfig",
    "LogConfig",
    "OperatorConfig",
    "RecipientBlock",
    "RouteBlock",
    "SourceBlock",
    "StoreConfig",
    "Top",
]


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


class DigestBlock(Block):
    """A recurring round-up."""

    model_config = ConfigDict(json_schema_extra=one_of("channels", "recipients"))

    at: At = Field(description='When an issue is made: "Fri 15:00", "daily 07:00", "1st 07:00" or "last Fri 07:00".')
    zone: Zone = Field(default="UTC", description="The time zone of `at` and of the times shown.")
    channels: Names | None = Field(default=None, description="The channels that issues go to.")
    recipients: Names | None = Field(default=None, description="The recipients that issues go to, beside the channels.")
    take: str = Field(default="", description="A query: which matches are taken; empty takes all.")
    by: Literal["topic", "region"] = Field(default="topic", description="What the sections are made by.")
    title: str | None = Field(default=None, min_length=1, max_length=200, description="The head of each issue.")
    limit: int = Field(
        default=8, ge=1, le=200, description="The most stories told at length in one issue; the rest is told in brief."
    )
    length: Literal["full", "short"] = Field(
        default="full", description="short: each story is a headline and one line."
    )
    hold: Duration | None = Field(
        default=None, description="Keep each issue as a draft so long for editing; then it goes out by itself."
    )
    approve: Literal["optional", "required"] = Field(
        default="optional", description="required: an issue does not go out before somebody has approved it."
    )
    editors: Names | None = Field(
        default=None, description="The channels that are told of a draft; if left out, the operator's route."
    )
    empty: Literal["send", "skip", "notice"] = Field(
        default="send", description="An issue with nothing in it is sent, left out, or told to the operator only."
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
    rate: Annotated[str, AfterValidator(checked_rate)] | None = Field(
        default=None,
        description="At most so many messages in that time: 1/s, 5/2s, 30/m, or unlimited; else the kind's own.",
    )
    roll_up: Annotated[int, Field(ge=2, le=1000)] | Literal["never"] | None = Field(
        default=None, description="More messages than so many that wait are told together (50), or never."
    )
    fallback: str | None = Field(
        default=None, description="The channel on which the operator is told if this one fails; no circle."
    )
    language: Language | None = Field(
        default=None, description="The language of its messages, where a recipient does not say their own."
    )


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
    recipients: dict[str, RecipientBlock] = Field(
        default_factory=dict,
        description="Who is told, with a zone, a language and a volume of their own: name to block.",
    )
    routes: dict[str, RouteBlock] = Field(
        default_factory=dict, description="Which alerts go to which channels at once."
    )
    digests: dict[str, DigestBlock] = Field(default_factory=dict, description="Round-ups: name to block.")
    rules: Entries = Field(default=(), description="Rule files: pack:NAME, paths and patterns relative to this file.")
    lexicon: Entries = Field(
        default=(), description="Your own names: YAML and CSV files that add to the lexicon, relative to this file."
    )
    templates: str | None = Field(default=None, description="A folder with your own templates, relative to this file.")
    language: Language = Field(
        default="en", description="The language of messages, where neither recipient nor channel says another: en, de."
    )
    log: LogConfig = Field(default=LogConfig(), description="How the log is written.")


SHARED_SOURCE_KEYS = frozenset(SourceBlock.model_fields)
SHARED_CHANNEL_KEYS = frozenset(ChannelBlock.model_fields)

"""The blocks of routes and recipients as they may be written: keys, defaults and a sentence each.

Never judges what one block says of another.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from watcher.config.calling import EscalateBlock, Windows
from watcher.config.forms import At, Block, Language, Names, Zone, one_of
from watcher.core.model import Severity
from watcher.core.values import Duration


class RouteBlock(Block):
    """A way from alerts to channels. What it does not say it has from the route that it stands under."""

    model_config = ConfigDict(json_schema_extra=one_of("channels", "recipients", "under"))

    under: str | None = Field(default=None, description="The route that this one is a branch of.")
    also: bool = Field(
        default=False,
        description="A branch takes an alert instead of its parent and later branches; true: beside them.",
    )
    channels: Names | None = Field(default=None, description="The channels that are told.")
    recipients: Names | None = Field(default=None, description="The recipients that are told, beside the channels.")
    zone: Zone = Field(default="UTC", description="The time zone of its readers.")
    when: str = Field(
        default="", description="A query: which alerts go this way; empty takes all that its parents take."
    )
    wait: Duration | None = Field(default=None, description="Collect alerts so long, then one message.")
    quiet: Duration | None = Field(default=None, description="Hold further alerts so long after a message.")
    group: Literal["rule", "route"] = Field(default="rule", description="What wait and quiet count together.")
    after_quiet: Literal["tell", "list"] = Field(
        default="tell", description="What was held is told in one message when it ends, or only listed."
    )
    unless_new: (
        tuple[Literal["status", "amount", "date", "actor", "trust", "party", "material", "place"], ...] | None
    ) = Field(default=None, description="Which new facts of an alerted story are told; an empty list: none.")
    mute: Windows | None = Field(
        default=None, description="Windows in which nothing is told; what was held is told in one message afterwards."
    )
    passes: Severity | None = Field(
        default=None, description="Alerts of this severity and above are told in mute windows too."
    )
    escalate: EscalateBlock | None = Field(
        default=None, description="Reminders of alerts that nobody acknowledges: when, how often, to which route."
    )


class RecipientBlock(Block):
    """Somebody who is told, in a zone, a language and at a volume of their own."""

    to: Names = Field(description="Mail addresses and channels.")
    via: str | None = Field(
        default=None, description="The channel of kind email that carries the mails; needed where there are several."
    )
    zone: Zone = Field(default="UTC", description="The time zone of the times shown, and of `at`.")
    language: Language | None = Field(
        default=None,
        description="The language of the words: en, de, fr, ja, zh, or your own; else the channel's.",
    )
    volume: Literal["at_once", "daily", "weekly", "monthly"] = Field(
        default="at_once", description="How often alerts are told; all but at_once are collected in one message."
    )
    at: At | None = Field(
        default=None, description="When that message is made; if left out 07:00, on Mondays or on the 1st."
    )
    passes: Severity | None = Field(
        default=None, description="Alerts of this severity and above are told at once all the same."
    )
    length: Literal["full", "short"] | None = Field(
        default=None,
        description="How long round-ups are: short, a headline and one line each; null: as the digest says.",
    )
    severity: Severity = Field(default=Severity.NOTICE, description="The least severity that is told at all.")

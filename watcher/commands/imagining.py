"""An alert that nobody raised, made of a command's options; it stores nothing and tells nobody."""

from __future__ import annotations

import argparse
from datetime import datetime

from watcher.app.forecasts import any_rule
from watcher.app.imagined import Imagined, imagined_view
from watcher.app.loading import Loaded
from watcher.core.event_types import EVENT_TYPES
from watcher.core.model import RuleId, Severity, Trust
from watcher.core.queries import AlertView
from watcher.core.rules.model import Rule
from watcher.core.text.spelling import did_you_mean

LIKE = ("severity", "event", "rule", "material", "organisation", "place", "region", "source", "trust", "text")


def like_arguments(parser: argparse.ArgumentParser, title: str, usual: Severity) -> None:
    """What the alert is to be like. Args: usual - how severe it is if nothing is said."""
    like = parser.add_argument_group(title)
    like.add_argument("--severity", choices=tuple(Severity), help=f"how severe it is (default: {usual})")
    like.add_argument("--event", choices=tuple(EVENT_TYPES), metavar="TYPE", help="the type of event it is about")
    like.add_argument("--rule", metavar="ID", help="the rule that raised it, with the routes and timers that it names")
    for article, name in (("a", "material"), ("an", "organisation"), ("a", "place")):
        text = f"{article} {name} that it names; repeatable"
        like.add_argument(f"--{name}", action="append", metavar="NAME", help=text)
    like.add_argument("--region", metavar="NAME", help="where its news belongs: europe, asia_pacific, cn ...")
    like.add_argument("--source", metavar="ID", help="the source that it comes from")
    like.add_argument("--trust", choices=tuple(Trust), metavar="TRUST", help="how far its publisher is trusted")
    like.add_argument("--language", metavar="CODE", default="en", help="its article's language")
    like.add_argument("--text", metavar="TITLE", default="", help="the title of its article")


def imagined(found: Loaded, arguments: argparse.Namespace, usual: Severity, now: datetime) -> tuple[Rule, AlertView]:
    """The alert, and the rule that would raise it. Raises ValueError for a name that nobody knows."""
    rules = found.runtime.rule_set
    rule = any_rule(arguments.event) if arguments.rule is None else rules.rule(RuleId(arguments.rule))
    if rule is None:
        hint = did_you_mean(arguments.rule, [each.id for each in rules.rules])
        raise ValueError(f'unknown rule "{arguments.rule}"{hint}')
    if arguments.source is not None and arguments.source not in found.config.sources:
        raise ValueError(f'unknown source "{arguments.source}"{did_you_mean(arguments.source, found.config.sources)}')
    understander = rules.understanding()
    if understander is None:
        raise ValueError("the lexicon is not loaded")
    wanted = Imagined(
        severity=Severity(arguments.severity or usual),
        event=arguments.event,
        material=tuple(arguments.material or ()),
        organisation=tuple(arguments.organisation or ()),
        place=tuple(arguments.place or ()),
        region=arguments.region,
        source=arguments.source,
        trust=_trust(found, arguments),
        language=arguments.language,
        text=arguments.text,
    )
    return rule, imagined_view(wanted, rule.id, arguments.event or rule.event_type, now, understander)


def _trust(found: Loaded, arguments: argparse.Namespace) -> Trust:
    if arguments.trust is not None:
        return Trust(arguments.trust)
    return found.config.sources[arguments.source].trust if arguments.source is not None else Trust.TRADE_PRESS

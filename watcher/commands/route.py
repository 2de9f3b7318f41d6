"""`watcher route`: the tree of routes, and which way an alert goes, or would go now, and why; it only reads."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from watcher.app.daemon import utc_now
from watcher.app.forecasts import ANY_RULE, Forecast, any_rule, forecasts
from watcher.app.imagined import Imagined, imagined_view
from watcher.app.loading import Loaded
from watcher.commands.opening import CONFIGURATION, FINDINGS, loaded, say
from watcher.config import Config
from watcher.core.errors import StoreError
from watcher.core.event_types import EVENT_TYPES
from watcher.core.model import RuleId, Severity, Trust
from watcher.core.queries import AlertView
from watcher.core.rules.model import Rule
from watcher.core.telling.branches import Branch, outline
from watcher.core.telling.routes import Way
from watcher.core.text.escapes import one_line
from watcher.core.text.spelling import did_you_mean
from watcher.core.values import parse_time
from watcher.pipeline.telling.silencing import Silences
from watcher.pipeline.telling.viewing import stored_view
from watcher.stores.base import Turn
from watcher.stores.sqlite.evidence import EvidenceTable
from watcher.stores.sqlite.sessions import snapshot

USAGE = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to ask."""
    parser.add_argument(
        "item", metavar="ITEM", nargs="?", help="id of an alert, article, story or message, or an article's address"
    )
    parser.add_argument(
        "--explain", action="store_true", help="say for each route whether it takes it, by which clause, whom and when"
    )
    like = parser.add_argument_group("an alert that nobody raised, instead of ITEM")
    like.add_argument("--severity", choices=tuple(Severity), help="how severe it is (default: warning)")
    like.add_argument("--event", choices=tuple(EVENT_TYPES), metavar="TYPE", help="the type of event it is about")
    like.add_argument("--rule", metavar="ID", help="the rule that raised it, with the routes and timers that it names")
    for article, name in (("a", "material"), ("an", "organisation"), ("a", "place")):
        like.add_argument(
            f"--{name}", action="append", metavar="NAME", help=f"{article} {name} that it names; repeatable"
        )
    like.add_argument("--region", metavar="NAME", help="where its news belongs: europe, asia_pacific, cn ...")
    like.add_argument("--source", metavar="ID", help="the source that it comes from")
    like.add_argument("--trust", choices=tuple(Trust), metavar="TRUST", help="how far its publisher is trusted")
    like.add_argument("--language", metavar="CODE", default="en", help="its article's language")
    like.add_argument("--text", metavar="TITLE", default="", help="the title of its article")
    parser.add_argument(
        "--at", metavar="TIME", help="as if it were then (2026-03-07T23:00Z): mute windows, next issues"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.epilog = "Without ITEM and without any of these the tree is shown. Nothing is sent, stored or changed."


def run(arguments: argparse.Namespace) -> int:
    """Show the tree, or explain."""
    found = loaded(arguments, warnings=False)
    if found is None:
        return CONFIGURATION
    like = ("severity", "event", "rule", "material", "organisation", "place", "region", "source", "trust", "text")
    if not (arguments.item or arguments.explain or any(getattr(arguments, name) for name in like)):
        print("\n".join(_tree(found.config)))
        return 0
    try:
        now = utc_now() if arguments.at is None else parse_time(arguments.at)
        return _stored(found, arguments, now) if arguments.item else _imagined(found, arguments, now)
    except ValueError as error:
        say(f"route: {error}")
        return USAGE
    except StoreError as error:
        say(f"route: {error}")
        return FINDINGS


def _tree(config: Config) -> list[str]:
    """The routes, each behind its parent, with what it takes and whom it tells."""
    lines = []
    for depth, name in outline(Branch(name=each.id, under=each.under) for each in config.routes.values()):
        route = config.routes[name]
        also = ", beside others" if route.also else ""
        lines.append(f"{'  ' * depth}{name}: {route.when or 'all'}{also} -> {', '.join(route.channels)}")
    lines += [
        f"digest {each.id}: {each.take or 'all'} -> {', '.join(each.channels)}" for each in config.digests.values()
    ]
    return lines or ["no routes and no digests"]


def _imagined(found: Loaded, arguments: argparse.Namespace, now: datetime) -> int:
    """An alert made of the options."""
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
        severity=Severity(arguments.severity or Severity.WARNING),
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
    view = imagined_view(wanted, rule.id, arguments.event or rule.event_type, now, understander)
    _say(arguments, ((_head(rule, view), forecasts(found.runtime, rule, view, now)),))
    return 0


def _trust(found: Loaded, arguments: argparse.Namespace) -> Trust:
    if arguments.trust is not None:
        return Trust(arguments.trust)
    return found.config.sources[arguments.source].trust if arguments.source is not None else Trust.TRADE_PRESS


def _stored(found: Loaded, arguments: argparse.Namespace, now: datetime) -> int:
    """The alerts of a stored item, as they would go now."""
    with snapshot(found.config.store.path) as turn:
        table = EvidenceTable(turn)
        place = table.find(arguments.item)
        if place is None:
            say(f"route: {arguments.item}: nothing of that id or address is stored; look: watcher search")
            return FINDINGS
        number, of_alert = place
        matched = {each.rule: each.alert for each in table.matches(number) if each.alert is not None}
        asked = [matched[each] for each in matched if of_alert in {None, each}]
        answers = [answer for alert in asked if (answer := _of_alert(turn, found, str(alert), now)) is not None]
    if not answers:
        say(f"route: {arguments.item}: no rule raised an alert of it; why: watcher why {arguments.item}")
        return FINDINGS
    _say(arguments, answers)
    return 0


def _of_alert(turn: Turn, found: Loaded, alert: str, now: datetime) -> tuple[str, tuple[Forecast, ...]] | None:
    """One alert; None if its rule or article is not there any more."""
    view = stored_view(turn, found.runtime, alert, now)
    rule = None if view is None else found.runtime.rule_set.rule(RuleId(view.rule))
    if view is None or rule is None:
        return None
    silences = Silences(turn=turn, runtime=found.runtime, now=now, view=lambda: view)

    def silenced(way: Way) -> str | None:
        silence = silences.over(way)
        return None if silence is None else silence.words

    return f"{alert}: {_head(rule, view)}", forecasts(found.runtime, rule, view, now, silenced)


def _head(rule: Rule, view: AlertView) -> str:
    of = "an alert" if rule.id == ANY_RULE else f"an alert of {rule.id}"
    return f"{of}, {view.severity}" + (f", {view.event_type}" if view.event_type else "")


def _say(arguments: argparse.Namespace, answers: Sequence[tuple[str, tuple[Forecast, ...]]]) -> None:
    if arguments.json:
        plain = [{"alert": head, "ways": [asdict(each) for each in found]} for head, found in answers]
        print(json.dumps(plain, indent=2, ensure_ascii=False))
        return
    for head, found in answers:
        print(one_line(head))
        for each in found:
            for line in _lines(each):
                print(f"  {line}")


def _lines(found: Forecast) -> list[str]:
    """A way and everybody it reaches."""
    name = found.way if found.kind == "route" else f"digest {found.way}"
    indent = "  " * found.depth
    words = f"{found.reason}: {found.detail}" if found.detail else found.reason
    lines = [indent + one_line(f"{name}: {words}")]
    for each in found.told:
        to = f" to {each.address}" if each.address else ""
        who = f" ({each.name})" if each.name else ""
        lines.append(f"{indent}    - " + one_line(f"{each.channel}{to}{who}: {each.when}"))
    return lines

"""`watcher route`: the tree of routes, and which way an alert goes, or would go now, and why; it only reads."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from watcher.app.daemon import utc_now
from watcher.app.forecasts import ANY_RULE, Forecast, Kept, forecasts
from watcher.app.loading import Loaded
from watcher.commands.imagining import LIKE, imagined, like_arguments
from watcher.commands.opening import CONFIGURATION, FINDINGS, loaded, say
from watcher.config import Config
from watcher.core.errors import StoreError
from watcher.core.model import Reason, RuleId, Severity
from watcher.core.queries import AlertView
from watcher.core.rules.model import Rule
from watcher.core.telling.branches import Branch, outline
from watcher.core.telling.lifecycle import kept_back
from watcher.core.telling.routes import Way
from watcher.core.text.escapes import one_line
from watcher.core.values import parse_time
from watcher.pipeline.telling.silencing import Silences
from watcher.pipeline.telling.viewing import stored_view
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.alert_lists import held_on
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
    like_arguments(parser, "an alert that nobody raised, instead of ITEM", Severity.WARNING)
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
    if not (arguments.item or arguments.explain or any(getattr(arguments, name) for name in LIKE)):
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
    rule, view = imagined(found, arguments, Severity.WARNING, now)
    _say(arguments, ((_head(rule, view), forecasts(found.runtime, rule, view, now)),))
    return 0


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


def _of_alert(turn: SqliteTurn, found: Loaded, alert: str, now: datetime) -> tuple[str, tuple[Forecast, ...]] | None:
    """One alert; None if its rule or article is not there any more."""
    view = stored_view(turn, found.runtime, alert, now)
    rule = None if view is None else found.runtime.rule_set.rule(RuleId(view.rule))
    if view is None or rule is None:
        return None
    silences = Silences(turn=turn, runtime=found.runtime, now=now, view=lambda: view)
    back = kept_back(turn.lifecycle.handling(alert), view.severity, Reason.UPDATED, now)
    held = held_on(turn.db, alert)

    def kept(way: Way) -> Kept | None:
        silence = silences.over(way)
        if silence is not None:
            return Kept(reason=Reason.SILENCED, detail=f"{silence.words}; until {silence.ends:%Y-%m-%d %H:%M} UTC")
        if back is not None and way.kind == "route":  # its words begin with what was done: "snoozed by ..."
            return Kept(reason=back.detail.partition(" ")[0], detail=back.detail.partition(" ")[2])
        if way.kind == "route" and way.name in held:
            phase, until = held[way.name]
            return Kept(reason=phase, detail="held back already", when=f"at {until:%Y-%m-%d %H:%M} UTC")
        return None

    return f"{alert}: {_head(rule, view)}", forecasts(found.runtime, rule, view, now, kept)


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

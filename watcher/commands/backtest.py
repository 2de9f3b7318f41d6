"""`watcher backtest`: a rule over what is stored: what it would have told, and what was told then; it only reads."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from watcher.app.backtesting import Backtest, backtest, rules_of, runtime_for, unknown_rule
from watcher.app.daemon import utc_now
from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, print_problems, say, since_of
from watcher.config import Config, data_dir
from watcher.config.lexicon import Lexicon, read_lexicon
from watcher.core.errors import StoreError
from watcher.core.text.escapes import one_line, plain_safe
from watcher.render.moments import count
from watcher.stores.sqlite.replaying import Replayed, Span

USAGE = 2
_OF_DATES = "examples with entry: try such a rule, time lines any (watcher test)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which rules, and how far back."""
    parser.add_argument("rule", metavar="RULE|FILE", help="the id of a rule, or a file or folder of rules")
    parser.add_argument("--since", metavar="D", help="from this day or so long ago (90d); default: all that is stored")
    parser.add_argument("--until", metavar="D", help="up to this day or so long ago; default: now")
    parser.add_argument("--limit", metavar="N", type=int, default=200, help="show at most so many matches (200)")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.epilog = (
        "Rules on dates are not replayed: an entry keeps how it is, not how it was. What was stored and pruned since "
        "is left out, and said."
    )


def run(arguments: argparse.Namespace) -> int:
    """Replay and print; 1 if the rules or the database can't be read."""
    config = configured(arguments)
    lexicon = lexicon_or_none() if config is not None else None
    if config is None or lexicon is None:
        return CONFIGURATION
    try:
        done = replayed(config, lexicon, asked_for(arguments.rule), span_of(arguments, utc_now()))
    except (StoreError, ValueError) as error:
        say(f"backtest: {error}")
        return USAGE if isinstance(error, ValueError) else FINDINGS
    if done is None:
        return FINDINGS
    if arguments.json:
        print(plain_safe(json.dumps(_plain(done), ensure_ascii=False, indent=2, default=str)))
        return 0
    for line in _words(arguments.rule, done, max(0, arguments.limit)):
        print(line)
    return 0


def lexicon_or_none() -> Lexicon | None:
    """The shipped lexicon, its mistakes printed."""
    lexicon, problems = read_lexicon(data_dir())
    if lexicon is None:
        print_problems(problems)
    return lexicon


def span_of(arguments: argparse.Namespace, now: datetime) -> Span:
    """What of history is looked at. Raises ValueError."""
    return Span(since=since_of(arguments.since, now), until=since_of(arguments.until, now) or now)


def asked_for(text: str) -> str | Path:
    """A file or folder that is there, else the id of a rule."""
    path = Path(text)
    return path if path.exists() else text


def replayed(config: Config, lexicon: Lexicon, asked: str | Path, span: Span) -> Backtest | None:
    """The backtest; None with the mistakes printed. Raises StoreError."""
    rules, ids, problems = rules_of(config, lexicon, asked)
    if rules is None:
        print_problems(problems)
        return None
    missing = [each for each in ids if rules.rule(each) is None]
    if missing or not ids:
        say(unknown_rule(config, one_line(missing[0])) if missing else f"{asked}: there are no rules in it")
        return None
    return backtest(config.store.path, runtime_for(config, lexicon, rules, span.until), span)


def _words(asked: str, done: Backtest, limit: int) -> Iterator[str]:
    for each in done.decided[:limit]:
        yield from line_of(each)
    if len(done.decided) > limit:
        yield f"... and {len(done.decided) - limit:,} more (--limit {len(done.decided)})"
    if done.decided:
        yield ""
    looked = f"{len(done.plan.numbers):,} of {count(done.plan.of, 'article')}"
    yield f"{one_line(asked)}: {_matches(len(done.decided))}; looked at {looked}, by {done.plan.by or 'nothing'}"
    if done.reasons:
        yield "  " + ", ".join(f"{reason} {many:,}" for reason, many in done.reasons.items())
    if done.found.gone:
        yield f"  left out: {count(done.found.gone, 'article')} whose text is no longer kept"
    if done.found.unread:
        yield f"  read anew: {count(done.found.unread, 'article')} of which no reading is stored (see: watcher reread)"
    if done.skipped:
        yield f"  not replayed, since they judge dates: {', '.join(done.skipped)}; {_OF_DATES}"
    if done.strange:
        yield f"  left out: {count(done.strange, 'event')} of sources that are no longer configured"


def _matches(many: int) -> str:
    return "1 match" if many == 1 else f"{many:,} matches"


def line_of(each: Replayed) -> Iterator[str]:
    """One match in two lines."""
    when = f"{each.at:%Y-%m-%d %H:%M}"
    what = "by timer: " if each.timed else ""
    yield f"{when}  {each.severity:<7}  {each.reason:<15}  {each.rule}: {what}{one_line(each.title)}"
    yield f"{'':16}  story {each.story or '-'}, {then_words(each)}"


def then_words(each: Replayed) -> str:
    """What came of it in the live run."""
    if each.then is None:
        return "not matched then"
    reason, ways = each.then
    return f"then {reason}, told on {', '.join(ways)}" if ways else f"then {reason}, not told"


def _plain(done: Backtest) -> dict[str, object]:
    return {
        "looked_at": len(done.plan.numbers),
        "of": done.plan.of,
        "by": done.plan.by,
        "gone": done.found.gone,
        "unread": done.found.unread,
        "not_replayed": done.skipped,
        "of_other_sources": done.strange,
        "reasons": done.reasons,
        "matches": [asdict(each) for each in done.decided],
    }

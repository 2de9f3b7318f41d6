"""`watcher digest`: what waits for the next issue, its draft, a preview of it, and the issues so far.

Only `--approve` issues anything.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from watcher.app.daemon import utc_now
from watcher.app.loading import Loaded
from watcher.commands.deciding import author_arguments, author_of
from watcher.commands.digest_draft import (
    ALL,
    asks_for_draft,
    draft_arguments,
    draft_words,
    on_draft,
    place_lines,
)
from watcher.commands.digest_issues import issue_words, list_issues, local
from watcher.commands.opening import CONFIGURATION, FINDINGS, known_language, loaded, say
from watcher.core.digests.queued import PLACE_WORDS
from watcher.core.errors import RenderError, StoreError
from watcher.core.ledger import QueuedChange
from watcher.core.schedules import IssuePlan, next_due, period_of, schedule_words
from watcher.core.text.escapes import one_line
from watcher.core.text.spelling import did_you_mean
from watcher.pipeline.digests.digesting import draft, preview_plan
from watcher.pipeline.digests.issuing import edits_of, plan_of
from watcher.pipeline.digests.queueing import item_of
from watcher.pipeline.runtime import Digest
from watcher.render.charts import drawn_inside
from watcher.render.moments import count
from watcher.render.renderer import Renderer
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.sessions import snapshot, writing
from watcher.stores.sqlite.stories import Author
from watcher.stores.sqlite.stranded import drop_queue, move_queue

USAGE = 2
_MOST_ISSUES = 100
_MOST_WAITING = 50


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which digest, and what of it."""
    parser.add_argument("name", metavar="NAME", help="the digest's name in the configuration")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--preview",
        nargs="?",
        const="",
        metavar="FILE",
        help="write the issue as it would be now, as .html and .txt (default: digest-NAME-preview.*); changes nothing",
    )
    what.add_argument("--list", action="store_true", help="the issues so far, newest first")
    what.add_argument(
        "--move",
        nargs="+",
        metavar="...",
        help="STORY N: put a story of the draft at that place; NEW: let what waits wait for another digest",
    )
    what.add_argument(
        "--drop",
        nargs="?",
        const=ALL,
        metavar="STORY",
        help="leave a story out of the draft; without STORY: take all that waits out of the queue, needs --reason",
    )
    draft_arguments(parser, what)
    parser.add_argument("--language", metavar="CODE", help="with --preview: in the words of that language: de, ja")
    author_arguments(parser)
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.epilog = (
        "Without options: what waits for the next issue, and when that is due. "
        "STORY is a story's number in --draft, or its id."
    )


def run(arguments: argparse.Namespace) -> int:
    """Show it."""
    found = loaded(arguments, warnings=False)
    if found is None:
        return CONFIGURATION
    return _run(found, arguments) if known_language(arguments.language, found.config.templates) else USAGE


def _run(found: Loaded, arguments: argparse.Namespace) -> int:
    if arguments.move is not None and len(arguments.move) > len(("STORY", "N")):
        say("digest --move: write STORY N, or the name of another digest")
        return USAGE
    if arguments.drop is not ALL and arguments.drop is not None and not arguments.drop.strip():
        say("digest --drop: STORY is empty; without any, all that waits is taken out")
        return USAGE
    if not asks_for_draft(arguments) and (arguments.move is not None or arguments.drop is not None):
        return _leave(found, arguments)
    digest = found.runtime.digests.get(arguments.name)
    if digest is None and arguments.list and _past(found, arguments):
        return 0
    if digest is None:
        known = list(found.runtime.digests)
        hint = did_you_mean(arguments.name, known) or f"; known: {', '.join(known) or 'none'}"
        say(f'digest: unknown digest "{arguments.name}"{hint}')
        return USAGE
    return _show(found, digest, arguments)


def _show(found: Loaded, digest: Digest, arguments: argparse.Namespace) -> int:
    """A preview, the issues so far, or what waits."""
    try:
        if asks_for_draft(arguments):
            return on_draft(found, digest, arguments)
        with snapshot(found.config.store.path) as turn:
            if arguments.preview is not None:
                base = arguments.preview or f"digest-{digest.id}-preview"
                return _preview(turn, found, digest, base, arguments.language)
            if arguments.list:
                list_issues(turn, found.runtime, digest.id, as_json=arguments.json)
                return 0
            return _waiting(turn, digest, as_json=arguments.json)
    except (StoreError, RenderError) as error:
        say(f"digest {digest.id}: {error}")
        return FINDINGS


def _past(found: Loaded, arguments: argparse.Namespace) -> bool:
    """List the issues of a digest that is configured no more, if there are any."""
    try:
        with snapshot(found.config.store.path) as turn:
            return list_issues(turn, found.runtime, arguments.name, as_json=arguments.json)
    except StoreError:
        return False


def _leave(found: Loaded, arguments: argparse.Namespace) -> int:
    """Move or drop what waits; the digest itself may be configured no more."""
    name, new = arguments.name, arguments.move[0] if arguments.move else None
    if new is not None and (new not in found.runtime.digests or new == name):
        say(f"digest {new}: is not another configured digest{did_you_mean(new, list(found.runtime.digests))}")
        return USAGE
    if new is None and not arguments.reason.strip():
        say("digest --drop: say why with --reason; it stays with each alert")
        return USAGE
    try:
        with writing(found.config.store.path) as db:
            left = _left(SqliteTurn(db), found, name, new, author_of(arguments))
    except StoreError as error:
        say(f"digest {name}: {error}")
        return FINDINGS
    were = "was" if left == 1 else "were"
    say(f"digest {name}: {count(left, 'change')} {were} {f'moved to {new}' if new is not None else 'dropped'}")
    return 0


def _left(turn: SqliteTurn, found: Loaded, name: str, new: str | None, author: Author) -> int:
    """Move or drop the queue. With a draft, what waits is in that, and goes story by story.

    The draft of a digest that is configured no more goes with its queue: nobody can look at it or send it.
    """
    waiting = turn.drafts.open(name)
    if waiting is not None and name in found.runtime.digests:
        raise StoreError("there is a draft; name the story of it, as `--draft` lists them")
    if waiting is not None:
        words = f"{'dropped' if new is None else f'moved to digest {new}'} {author.words}"
        turn.drafts.settle(replace(waiting, state="skipped", send_at=None, decided=words))
    return move_queue(turn.db, name, new, author) if new is not None else drop_queue(turn.db, name, author)


def _plan(turn: SqliteTurn, digest: Digest, now: datetime) -> IssuePlan:
    """The next issue's plan; of a digest that never issued, the period that is running."""
    if turn.issues.last(digest.id) is not None:
        return preview_plan(turn, digest, now)
    period = period_of(digest.schedule, now)
    return IssuePlan(period=period, begin=period.begin, covers=())


def _write_private(path: Path, words: str) -> None:
    """Write a file that, if it is new, only its owner may read: an issue is for its readers."""
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(words)


def _preview(turn: SqliteTurn, found: Loaded, digest: Digest, base: str, language: str | None) -> int:
    now = utc_now()
    waiting = turn.drafts.open(digest.id)
    plan = _plan(turn, digest, now) if waiting is None else plan_of(turn, waiting)
    edits = edits_of(turn, digest.id, plan.period.key)
    made = draft(turn, found.runtime, digest, plan, min(now, plan.period.end), edits=edits)
    rendered = Renderer(found.templates, found.config.templates).render(
        made.message,
        zone=digest.way.zone,
        public_url=found.runtime.public_url,
        language=language or found.runtime.language,
    )
    if rendered.fallback:
        say(f"warning: the built-in words served: {one_line(rendered.fallback)}")
    stem = Path(base)
    stem = stem.with_suffix("") if stem.suffix in {".html", ".txt"} else stem
    for suffix, words in ((".html", drawn_inside(rendered.html, rendered.pictures)), (".txt", rendered.text)):
        path = stem.with_name(stem.name + suffix)
        try:
            _write_private(path, words)
        except OSError as error:
            say(f"digest {digest.id}: {path} cannot be written: {error.strerror or error}")
            return FINDINGS
        print(f"wrote {path}")
    titles = {item_of(each): each.article.title for each in turn.issues.waiting(digest.id, now)}
    for line in place_lines(made, titles):
        print(line)
    places = Counter(PLACE_WORDS[placed.place] for placed in made.composition.order)
    counts = ", ".join(f"{number} {place}" for place, number in places.items()) or "no stories"
    print(f"{one_line(rendered.subject)}: {counts}; nothing was issued, nothing was changed")
    return 0


def _waiting(turn: SqliteTurn, digest: Digest, *, as_json: bool) -> int:
    now = utc_now()
    plan, due = _plan(turn, digest, now), next_due(digest.schedule, now)
    overdue = plan.period.end <= now
    waiting, open_draft = turn.issues.waiting(digest.id, now), turn.drafts.open(digest.id)
    if as_json:
        shown = {
            "digest": digest.id,
            "period": plan.period.key,
            "due": plan.period.end.isoformat(),
            "draft": open_draft.period if open_draft is not None else None,
            "waiting": [_plain_change(each) for each in waiting],
        }
        print(json.dumps(shown, indent=2, ensure_ascii=False))
        return 0
    print(f"{digest.id}: {digest.title}; {schedule_words(digest.schedule)}; to {', '.join(digest.channels)}")
    if open_draft is not None:
        print(f"{draft_words(open_draft, digest)}; look at it with --draft")
    end = local(plan.period.end, digest.way.zone)
    print(f"next issue: {plan.period.key}, {'overdue since' if overdue else 'due'} {end}")
    if overdue:
        print(f"  `watcher run` or `watcher once` issues it; the one after is due {local(due, digest.way.zone)}")
    _print_waiting(waiting, digest)
    last = turn.issues.last(digest.id)
    print(f"last issue: {issue_words(turn, digest.way.zone, last) if last else 'none yet'}")
    return 0


def _print_waiting(waiting: Sequence[QueuedChange], digest: Digest) -> None:
    stories: dict[str, list[QueuedChange]] = {}
    for each in waiting:
        stories.setdefault(item_of(each), []).append(each)
    print(f"waiting: {count(len(waiting), 'change')} on {count(len(stories), 'story')}")
    for group in islice(stories.values(), _MOST_WAITING):
        first, *others = sorted(group, key=lambda each: -each.alert.severity.rank)
        print(f"  {first.alert.severity}  {one_line(first.article.title)}  ({_change_words(first, digest)})")
        for each in others:
            print(f"    also {_change_words(each, digest)}")
    if len(stories) > _MOST_WAITING:
        print(f"  and {len(stories) - _MOST_WAITING} more; all of them: --preview")


def _change_words(change: QueuedChange, digest: Digest) -> str:
    return f"{change.alert.rule}, {change.reason} {local(change.assigned, digest.way.zone)}; {change.alert.id}"


def _plain_change(change: QueuedChange) -> dict[str, object]:
    return {
        "alert": change.alert.id,
        "rule": change.alert.rule,
        "severity": change.alert.severity,
        "title": one_line(change.article.title),
        "reason": change.reason,
        "news": change.news,
        "assigned": change.assigned.isoformat(),
    }

"""What `watcher digest` does with a draft: shows it, changes it, holds it back, approves it; one short transaction."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from watcher.app.loading import Loaded
from watcher.commands.deciding import author_of
from watcher.core.digests.edits import Edit, EditKind
from watcher.core.digests.numbering import headlines, numbered, rank_at
from watcher.core.digests.queued import PLACE_WORDS
from watcher.core.digests.traces import stories_of
from watcher.core.errors import StoreError
from watcher.core.ledger import IssueRecord
from watcher.core.model import StoryId
from watcher.core.text.escapes import one_line
from watcher.core.text.spelling import did_you_mean
from watcher.pipeline.digests.digesting import Issue
from watcher.pipeline.digests.drafting import Drafted, approve, drafted, edit, hold
from watcher.pipeline.digests.queueing import namer
from watcher.pipeline.runtime import Digest
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.sessions import snapshot, writing

_DID = {
    "pin": "pinned",
    "drop": "dropped",
    "move": "moved",
    "brief": "to be told in brief",
    "reword": "reworded",
    "reset": "put back",
}
_DID_ALL = {"discard": "took all edits back", "hold": "held it back", "approve": "approved it"}
_LEAST_ID = 4
ALL = object()
"""What `--drop` is without STORY; an empty one, as of a variable that is not set, is something else."""
_MOST_PLACES = 50


def draft_arguments(parser: argparse.ArgumentParser, what: argparse._MutuallyExclusiveGroup) -> None:
    """The options that speak of a draft. STORY is its number in `--draft`, or its id."""
    what.add_argument("--draft", action="store_true", help="the draft as it stands: stories by number, edits, checks")
    what.add_argument("--pin", metavar="STORY", help="put a story of the draft on top, and keep it there")
    what.add_argument("--brief", metavar="STORY", help="tell a story of the draft in one line")
    what.add_argument("--reword", nargs=2, metavar=("STORY", "HEADLINE"), help="give it another headline")
    what.add_argument("--put-back", metavar="STORY", help="take back what was done with that story")
    what.add_argument("--discard-edits", action="store_true", help="take back all edits of the draft")
    what.add_argument("--hold", action="store_true", help="keep it back until somebody approves it")
    what.add_argument("--approve", action="store_true", help="send the draft as it stands, now and once")
    parser.add_argument("--at-its-time", action="store_true", help="with --approve: send it when it was to go out")


def asks_for_draft(arguments: argparse.Namespace) -> bool:
    """Whether a command line speaks of a draft."""
    return bool(
        arguments.draft or arguments.hold or arguments.approve or arguments.discard_edits or _edit_of(arguments)
    )


def on_draft(found: Loaded, digest: Digest, arguments: argparse.Namespace) -> int:
    """Do it. Raises StoreError saying why it can't be done."""
    if arguments.draft:
        with snapshot(found.config.store.path) as turn:
            _show(drafted(turn, found.runtime, digest), digest, as_json=arguments.json)
        return 0
    if arguments.approve:
        return _approve(found, digest, arguments)
    with writing(found.config.store.path) as db:
        turn, author = SqliteTurn(db), author_of(arguments)
        if arguments.hold:
            record = hold(turn, digest, author=author.name, reason=author.reason, now=author.at)
            print(f"{record.period} is held back; `watcher digest {digest.id} --approve` sends it")
            return 0
        now = drafted(turn, found.runtime, digest)
        kind, name, value = _edit_of(arguments) or ("discard", "", "")
        story = _story(now, name) if name else StoryId("")
        value = _ranked(now, value) if kind == "move" else value
        change = Edit(kind=kind, story=story, value=value, author=author.name, reason=author.reason, at=author.at)
        record = edit(turn, digest, change, named=namer(found.runtime))
        then = drafted(turn, found.runtime, digest)
    print(f"{record.period}: {_words(change, then)}")
    return 0


def draft_words(record: IssueRecord, digest: Digest) -> str:
    """How a draft stands, in one line."""
    match record.state, record.send_at:
        case "held", _:
            goes = "waits until it is approved"
        case "approved", datetime() as at:
            goes = f"{record.decided}; goes out {_local(at, digest)}"
        case _, datetime() as at if digest.approval:
            goes = f"needs approval, asked for by {_local(at, digest)}"
        case _, datetime() as at:
            goes = f"goes out by itself {_local(at, digest)}"
        case _:
            goes = "waits"
    return f"draft {record.period}: {_count(record.stories)}; {goes}"


def place_lines(made: Issue, titles: Mapping[StoryId, str]) -> Iterator[str]:
    """Every story of an issue by its number, under its headline there (else its title), with its place and why."""
    shown = {**titles, **dict(headlines(made.message))}
    placed = {each.story: each for each in made.composition.order}
    for number, story in enumerate(numbered(made.message, made.composition)[:_MOST_PLACES], start=1):
        where, why = PLACE_WORDS[placed[story].place], one_line(placed[story].reason)
        yield f"{number:>3}  {where}  {one_line(shown.get(story, story))}: {why}"


def _edit_of(arguments: argparse.Namespace) -> tuple[EditKind, str, str] | None:
    """The edit that a command line asks for: its kind, the story as it is named, the place or headline."""
    found: tuple[EditKind, str, str] | None = None
    if arguments.pin is not None:
        found = "pin", arguments.pin, ""
    elif arguments.drop is not None and arguments.drop is not ALL:
        found = "drop", arguments.drop, ""
    elif arguments.brief is not None:
        found = "brief", arguments.brief, ""
    elif arguments.put_back is not None:
        found = "reset", arguments.put_back, ""
    elif arguments.reword is not None:
        found = "reword", *arguments.reword
    elif arguments.move is not None and len(arguments.move) > 1:
        found = "move", *arguments.move[:2]
    return found


def _approve(found: Loaded, digest: Digest, arguments: argparse.Namespace) -> int:
    with writing(found.config.store.path) as db:
        author = author_of(arguments)
        record = approve(
            SqliteTurn(db),
            found.runtime,
            digest,
            author=author.name,
            reason=author.reason,
            now=author.at,
            hook=lambda _place: None,
            wait=arguments.at_its_time,
        )
    if record.state == "approved" and record.send_at is not None:
        print(f"{record.period} is approved; it goes out {_local(record.send_at, digest)}")
        return 0
    if record.state == "skipped":
        print(f"{record.period} is not sent to anybody: {record.decided}")
        return 0
    print(f"{record.period} is issued, {_count(record.stories)}, to {', '.join(digest.channels)}, once;")
    print("  `watcher run` delivers it within seconds, else `watcher once`")
    return 0


def _story(draft: Drafted, name: str) -> StoryId:
    """The story that a number in the list, an id or the beginning of one names."""
    listed = _listed(draft)
    if name.isascii() and name.isdigit() and len(name) < _LEAST_ID:
        place = int(name)
        if 1 <= place <= len(listed):
            return listed[place - 1]
        raise StoreError(f"the draft has no story {name}; it has {len(listed)}")
    if name in draft.headlines:
        return StoryId(name)
    near = [story for story in draft.headlines if len(name) >= _LEAST_ID and story.startswith(name)]
    if len(near) == 1:
        return near[0]
    raise StoreError(f'story "{one_line(name)}" is not in the draft{did_you_mean(name, list(draft.headlines))}')


def _listed(draft: Drafted) -> list[StoryId]:
    """The stories by number: those of the draft as it prints them, then what was dropped."""
    return [
        *numbered(draft.message, draft.composition),
        *sorted(draft.edits.dropped & draft.headlines.keys()),
    ]


def _ranked(draft: Drafted, number: str) -> str:
    """The place in the ranking that a number of the list stands for; what is no number stays, to be refused."""
    if not (number.isascii() and number.isdigit() and 0 < int(number) < 10**_LEAST_ID):
        return number
    return str(rank_at(int(number), numbered(draft.message, draft.composition), draft.composition))


def _words(change: Edit, draft: Drafted) -> str:
    if change.kind not in _DID:
        return f"{change.author} {_DID_ALL[change.kind]}"
    title = one_line(draft.headlines.get(change.story, change.story))
    order = numbered(draft.message, draft.composition)
    place = f"; it is number {order.index(change.story) + 1} of {len(order)} now" if change.story in order else ""
    return f"{_DID[change.kind]}: {title}{place}"


def _show(draft: Drafted, digest: Digest, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_plain(draft), indent=2, ensure_ascii=False))
        return
    print(draft_words(draft.record, digest))
    for line in (*_lines(draft), *_edit_lines(draft, digest)):
        print(line)


def _lines(draft: Drafted) -> Iterator[str]:
    """The stories by number, with place and reason; what was dropped comes last."""
    placed = {each.story: each for each in draft.composition.order}
    doubts = {each.story: each.flags for each in stories_of(draft.message)}
    for number, story in enumerate(_listed(draft), start=1):
        own = one_line(draft.headlines.get(story, story))
        worded = draft.edits.headline(story)
        title = f"{one_line(worded)} (was: {own})" if worded is not None else own
        place = "dropped" if story not in placed else PLACE_WORDS.get(placed[story].place, placed[story].place)
        reason = f": {one_line(placed[story].reason)}" if story in placed else ""
        pinned = ", pinned" if story in draft.edits.pinned else ""
        yield f"{number:>3}  {title}"
        yield f"     {place}{pinned}{reason}; {story}"
        yield from (f"     mind: {one_line(doubt)}" for doubt in doubts.get(story, ()))
        if story in draft.ended:
            yield "     mind: a part of it was dropped and another was not; as one story they are told"
    for story, headline, words in draft.unfounded:
        named = ", ".join(f"“{one_line(word)}”" for word in words)
        yield f"mend: {named} of “{one_line(headline)}” is in no article of {story}; its own headline goes out instead"


def _edit_lines(draft: Drafted, digest: Digest) -> Iterator[str]:
    if draft.log:
        yield "who changed what:"
    for each in draft.log:
        why = f": {one_line(each.reason)}" if each.reason else ""
        what = _DID_ALL.get(each.kind) or f"{_DID[each.kind]} {one_line(draft.headlines.get(each.story, each.story))}"
        value = (
            f" to place {each.value} of the ranking"
            if each.kind == "move"
            else f": {one_line(each.value)}"
            if each.value
            else ""
        )
        yield f"  {_local(each.at, digest)}  {one_line(each.author)} {what}{value}{why}"


def _plain(draft: Drafted) -> dict[str, object]:
    record = draft.record
    placed = {each.story: each for each in draft.composition.order}
    return {
        "digest": record.digest,
        "period": record.period,
        "state": record.state,
        "ends": record.ends.isoformat(),
        "send_at": record.send_at.isoformat() if record.send_at else None,
        "stories": [
            {
                "story": story,
                "headline": draft.edits.headline(story) or draft.headlines.get(story),
                "own_headline": draft.headlines.get(story),
                "place": placed[story].place if story in placed else "dropped",
                "pinned": story in draft.edits.pinned,
                "reason": placed[story].reason if story in placed else "",
            }
            for story in _listed(draft)
        ],
        "unfounded": [{"story": story, "words": list(words)} for story, _, words in draft.unfounded],
        "edits": [
            {
                "kind": each.kind,
                "story": each.story,
                "value": each.value,
                "author": each.author,
                "reason": each.reason,
                "at": each.at.isoformat(),
            }
            for each in draft.log
        ],
    }


def _local(at: datetime, digest: Digest) -> str:
    return f"{at.astimezone(ZoneInfo(digest.way.zone)):%Y-%m-%d %H:%M} {digest.way.zone}"


def _count(stories: int) -> str:
    return "1 story" if stories == 1 else f"{stories} stories"

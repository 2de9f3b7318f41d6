"""The story that the demo ends with, from what was stored and received; it says nothing that did not happen."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

from watcher.core.telling.messages import AlertMessage, NoticeMessage, Quote, Told
from watcher.pipeline.telling.changes import decode
from watcher.stores.sqlite.retold import Telling, Unmatched, Untold

WIDTH = 96
_CLAUSES = 3
_BEGIN, _END = "\ue000", "\ue001"
_MARKS = {True: ("\x1b[1m", "\x1b[0m"), False: ("[", "]")}
NEXT = (
    ("init", "writes a commented watcher.yaml with live sources"),
    ("check", "says everything that is wrong with it"),
    ("run", "watches"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run came to. `seconds` is how long it took, `received` how much the receivers wrote down."""

    folder: Path
    tellings: Sequence[Telling]
    untold: Sequence[Untold]
    unmatched: Sequence[Unmatched]
    signatures: tuple[bool, ...]
    received: int
    digest: Path | None
    refused_once: bool
    seconds: float

    def faults(self) -> list[str]:
        """What should have happened and did not; empty if all is well."""
        changes = [told.change for _, told in self.alerts()]
        unsent = [each for each in self.tellings if each.state != "sent"]
        wrong = [
            (not changes, "no alert was told"),
            ("updated" not in changes, "the corrected figure was not told as an update"),
            (not self.untold, "the copied article was not recognised"),
            (not self.unmatched, "what is only recalled was taken for news"),
            (self.digest is None, "no digest arrived"),
            (not self.signatures or not all(self.signatures), "a webhook's signature was missing or wrong"),
            (not self.refused_once, "the Slack-like receiver was never asked"),
        ]
        return [text for fault, text in wrong if fault] + [
            f"{each.occasion} was not delivered to {each.channel}: {each.state}" for each in unsent
        ]

    def alerts(self) -> list[tuple[str, Told]]:
        """(occasion, alert) of every alert told, each occasion once."""
        found: dict[str, Told] = {}
        for each in self.tellings:
            if each.kind == "alert" and each.occasion not in found:
                message = decode(each.content)
                assert isinstance(message, AlertMessage)
                found[each.occasion] = message.alerts[0]
        return list(found.items())


def report(run: Run, *, bold: bool, command: str = "watcher") -> str:
    """The story in lines of at most about 96 columns. `bold` marks matched words for a terminal, else brackets do.

    `command` is how the reader can call watcher here.
    """
    parts = (
        _imported(run),
        *(_alert(run, *each, bold=bold) for each in run.alerts()),
        _quiet(run),
        _ending(run, command),
    )
    return "\n".join(line for part in parts for line in ("", *part))


def _imported(run: Run) -> Iterator[str]:
    yield "Imported at first sight (history: stored and judged, one notice per source, no alert)"
    messages = [decode(each.content) for each in run.tellings]
    titles = {each.title for each in messages if isinstance(each, NoticeMessage) and each.kind == "imported"}
    yield from (f"  {title}" for title in sorted(titles))


def _alert(run: Run, occasion: str, told: Told, *, bold: bool) -> Iterator[str]:
    change = "" if told.change == "raised" else f" {told.change.replace('_', ' ')}"
    yield f"{told.severity.upper()}{change}: {told.headline}"
    if told.news:
        yield from _row("new", "; ".join(told.news))
    yield from _row("from", f"{told.publisher} ({told.trust.replace('_', ' ')}), {_stated(told)}")
    for quote in told.quotes:
        opening, closing = _MARKS[bold]
        for line in _row("quote", _marked(quote)):
            yield line.replace(_BEGIN, opening).replace(_END, closing)
    yield from _row("rule", f"{told.rule}: {told.rule_title}")
    for clause in told.why[:_CLAUSES]:
        yield from _row("why", clause)
    for each in run.tellings:
        if each.occasion == occasion:
            yield from _row("told", _answered(each))
    yield from _row("id", told.alert)


def _stated(told: Told) -> str:
    stated = f"dated {told.published:%Y-%m-%d %H:%M} UTC" if told.published else "undated"
    return f"{stated}, first seen {told.seen:%H:%M:%S}"


def _marked(quote: Quote) -> str:
    """The sentence with placeholders, one column wide each, about its matched words, so that it can be wrapped."""
    text, at = "", 0
    for start, end in quote.marks:
        text += quote.text[at:start] + _BEGIN + quote.text[start:end] + _END
        at = end
    return f'"{text}{quote.text[at:]}"'.replace("\n", " ")


def _answered(telling: Telling) -> str:
    who = f"{telling.channel}, {telling.recipient}" if telling.recipient else telling.channel
    tries = [f"{each.result} ({each.answer or each.reason})" for each in telling.tries]
    return f"{who}: {', then '.join(tries)}"


def _quiet(run: Run) -> Iterator[str]:
    yield "Nobody was told of these, and why"
    for each in run.untold:
        again = "" if each.story_reason == "founded" else f", {each.story_reason.replace('_', ' ')} as"
        yield f"  {each.publisher}: {each.title}"
        yield from _row("why", f"not told again: {each.reason}{again} {each.first_publisher} (rule {each.rule})")
    for other in run.unmatched:
        yield f"  {other.publisher}: {other.title}"
        yield from _row("why", f"no rule fits (its id: {other.article})")


def _ending(run: Run, command: str) -> Iterator[str]:
    valid = sum(run.signatures)
    yield f"Done in {run.seconds:.0f} s; {len(run.tellings)} messages delivered, {valid} webhook signatures valid."
    yield f"  digest    {run.digest} (and digest.txt)"
    yield f"  received  {run.folder / 'received.jsonl'}, {run.received} lines; mails/ beside it"
    yield f"  folder    {run.folder} (configuration, database, log; delete it when you like)"
    for _, told in run.alerts()[:1]:
        yield f"  ask       (cd {shlex.quote(str(run.folder))} && {command} why {told.alert})"
    yield ""
    yield "Next"
    width = len(command) + 8
    for name, does in NEXT:
        yield f"  {f'{command} {name}':<{width}}{does}"


def _row(name: str, text: str) -> Iterable[str]:
    """A named row, wrapped under itself."""
    head = f"  {name:<7}"
    lines = wrap(text, WIDTH - len(head), break_long_words=False) or [""]
    return [(head if at == 0 else " " * len(head)) + line for at, line in enumerate(lines)]

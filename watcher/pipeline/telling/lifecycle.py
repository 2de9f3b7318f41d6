"""What people do with alerts: acknowledge, snooze, assign, close, mute a story, say that one was not relevant; undo.

Each is one stored deed, done once however often it is asked for; nothing is told here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from watcher.core.model import Alert, Severity
from watcher.core.telling.lifecycle import Deed as Stored
from watcher.core.telling.lifecycle import Handling, Silence, What
from watcher.core.telling.messages import AlertMessage, Told
from watcher.core.telling.outbox import short_hash
from watcher.pipeline.telling.encoding import decode
from watcher.stores.base import Turn

_NOT_RELEVANT: Final = "not-relevant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What came of it: `new` is False where it was so already, `words` say what holds now, `number` leads to `undo`."""

    number: int
    alert: str
    rule: str
    what: str
    new: bool
    words: str


def silence_id(query: str, author: str, at: datetime) -> str:
    """The id of a silence: the same for the same words of the same moment."""
    return "s-" + short_hash(query, author, at.isoformat())[:10]


def acknowledge(turn: Turn, alert_id: str, who: str, now: datetime, how: str, note: str = "") -> Deed | None:
    """Somebody has seen it and takes care: follow-ups are held back, reminders end; None if there is no such alert."""
    here = _Here.of(turn, alert_id)
    if here is None or here.closed:
        return None if here is None else here.is_closed("acknowledged")
    before = here.handling.acknowledges(here.shown)
    if before is not None:
        return here.was("acknowledged", before)
    turn.lifecycle.pause(here.alert.id)
    return here.done("acknowledged", (who, how, note), now)


def snooze(turn: Turn, alert_id: str, who: str, now: datetime, how: str, *, until: datetime) -> Deed | None:
    """Nobody is to be told of it until then; what came meanwhile is told at the end, in one message."""
    here = _Here.of(turn, alert_id)
    if here is None or here.closed:
        return None if here is None else here.is_closed("snoozed")
    before = here.handling.snoozes(here.shown, now)
    if before is not None and before.until == until:
        return here.was("snoozed", before)
    turn.lifecycle.hold_until(here.alert.id, until, now)
    return here.done("snoozed", (who, how, ""), now, until=until)


def assign(turn: Turn, alert_id: str, who: str, now: datetime, how: str, *, to: str) -> Deed | None:
    """Say who takes care of it; messages and lists name them."""
    here = _Here.of(turn, alert_id)
    if here is None or here.closed:
        return None if here is None else here.is_closed("assigned")
    before = here.handling.assigned
    if before is not None and before.words == to:
        return here.was("assigned", before)
    return here.done("assigned", (who, how, to), now)


def close(turn: Turn, alert_id: str, who: str, now: datetime, how: str, *, reason: str) -> Deed | None:
    """End it; later news on the same subject raises it again. Nobody is told."""
    here = _Here.of(turn, alert_id)
    if here is None or here.closed:
        return None if here is None else here.is_closed("closed")
    turn.lifecycle.close(here.alert.id, f"by {who}: {reason}" if reason else f"by {who}", now)
    return here.done("closed", (who, how, reason), now)


def mute_story(turn: Turn, alert_id: str, who: str, now: datetime, how: str, *, until: datetime) -> Deed | None:
    """Silence all alerts on the story that it is about, by that person, until then."""
    here = _Here.of(turn, alert_id)
    if here is None:
        return None
    sort, _, name = here.alert.subject.partition(":")
    query = f'story:"{name}"' if sort == "story" else f'rule:{here.alert.rule} story:"{here.story(turn)}"'
    before = next((each for each in turn.silences.in_force(now) if (each.query, each.author) == (query, who)), None)
    if before is not None:
        return Deed(
            number=0,
            alert=here.alert.id,
            rule=here.alert.rule,
            what="muted",
            new=False,
            words=f"muted until {_moment(before.until)}, silence {before.id}",
        )
    silence = Silence(
        id=silence_id(query, who, now),
        query=query,
        author=who,
        reason=f"story muted from alert {here.alert.id}",
        begins=now,
        until=until,
    )
    turn.silences.add(silence)
    return here.done("muted", (who, how, silence.id), now, until=until)


def not_relevant(turn: Turn, alert_id: str, who: str, now: datetime, how: str, why: str = "") -> Deed | None:
    """Say that it was not worth telling, as `watcher mark` does."""
    here = _Here.of(turn, alert_id)
    if here is None:
        return None
    known = [deed for deed, undone in turn.lifecycle.deeds(here.alert.id) if deed.what == "marked" and not undone]
    if known and known[-1].who == who:
        return here.was("marked", known[-1])
    turn.lifecycle.mark(here.alert.id, _NOT_RELEVANT, why, now)
    return here.done("marked", (who, how, why), now)


def undo(turn: Turn, number: int, who: str, now: datetime, how: str) -> Deed | None:
    """Take a deed back; None if there is none of that number. What it held back meanwhile is told, if it is held."""
    found = turn.lifecycle.deed(number)
    here = _Here.of(turn, found[0].alert) if found is not None else None
    if found is None or here is None:
        return None
    deed, undone = found
    over = deed.what == "closed" and not here.closed and not undone
    if not undone and not over:
        turn.lifecycle.undo(number, now)
        _taken_back(turn, deed, who, how, now)
    return Deed(
        number=number,
        alert=deed.alert,
        rule=here.alert.rule,
        what=deed.what,
        new=not undone and not over,
        words=f"{deed.what} by {deed.who}: {'it is open again already' if over else 'taken back'}",
    )


def _taken_back(turn: Turn, deed: Stored, who: str, how: str, now: datetime) -> None:
    """What follows from it: what it held back is told, what it ended goes on."""
    match deed.what:
        case "snoozed":  # all of them: who ends a snooze does not mean to be back in the one before
            for each, undone in turn.lifecycle.deeds(deed.alert):
                if each.what == "snoozed" and not undone:
                    turn.lifecycle.undo(each.number, now)
            turn.lifecycle.hold_until(deed.alert, now, now)
        case "acknowledged":
            turn.lifecycle.hold_until(deed.alert, now, now)
            _go_on(turn, deed.alert, now)
        case "muted":
            turn.silences.end(deed.words, who, now)
        case "marked":
            turn.lifecycle.mark(deed.alert, None, "", now)
        case "closed":
            turn.lifecycle.reopen(deed.alert, f"opened again by {who} ({how})", now)
            _go_on(turn, deed.alert, now)
        case _:
            pass


def _go_on(turn: Turn, alert_id: str, now: datetime) -> None:
    """Let its reminders go on, if it is open and nobody has acknowledged it."""
    found = turn.lifecycle.alert(alert_id)
    if found is None or found[0].state != "open":
        return
    if turn.lifecycle.handling(alert_id).acknowledges(found[0].severity) is None:
        turn.lifecycle.resume(alert_id, now)


def undo_last(turn: Turn, alert_id: str, what: What, who: str, now: datetime, how: str) -> Deed | None:
    """Take back the newest deed of that sort; None if there is no such alert."""
    here = _Here.of(turn, alert_id)
    if here is None:
        return None
    known = [deed for deed, undone in turn.lifecycle.deeds(here.alert.id) if deed.what == what and not undone]
    if known:
        return undo(turn, known[-1].number, who, now, how)
    return Deed(number=0, alert=here.alert.id, rule=here.alert.rule, what=what, new=False, words=f"is not {what}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    """An alert, and what people did with it so far."""

    turn: Turn
    alert: Alert
    number: int
    handling: Handling

    @classmethod
    def of(cls, turn: Turn, item: str) -> _Here | None:
        """The alert that an id of it, or of a message about it, names."""
        id_ = turn.lifecycle.meant(item)
        found = turn.lifecycle.alert(id_) if id_ is not None else None
        if found is None:
            return None
        return cls(turn=turn, alert=found[0], number=found[1], handling=turn.lifecycle.handling(found[0].id))

    @property
    def shown(self) -> Severity:
        """The highest severity that anybody was told of since it was raised; the alert's own where nobody was told."""
        told = (each for content in self.turn.lifecycle.contents(self.alert.id) for each in _alerts(content))
        severities = [each.severity for each in told if each.alert == self.alert.id]
        return max(severities, key=lambda each: each.rank, default=self.alert.severity)

    @property
    def closed(self) -> bool:
        return self.alert.state != "open"

    def story(self, turn: Turn) -> str:
        """The story of the article that it rests on."""
        article = turn.matters.article(self.number)
        return article.story if article is not None else self.alert.subject

    def is_closed(self, what: What) -> Deed:
        """It is too late."""
        words = f"is closed since {_moment(self.alert.updated)}"
        return Deed(number=0, alert=self.alert.id, rule=self.alert.rule, what=what, new=False, words=words)

    def was(self, what: What, deed: Stored) -> Deed:
        """It was done before."""
        return Deed(
            number=deed.number,
            alert=self.alert.id,
            rule=self.alert.rule,
            what=what,
            new=False,
            words=_words(deed),
        )

    def done(self, what: What, said: tuple[str, str, str], now: datetime, until: datetime | None = None) -> Deed:
        """Store it. Args: said - who, how, and the words with it."""
        who, how, words = said
        deed = Stored(
            number=0,
            alert=self.alert.id,
            what=what,
            who=who,
            how=how,
            words=words,
            severity=self.shown,
            until=until,
            at=now,
        )
        number = self.turn.lifecycle.put(deed)
        return Deed(
            number=number,
            alert=self.alert.id,
            rule=self.alert.rule,
            what=what,
            new=True,
            words=_words(deed),
        )


def _alerts(content: str) -> tuple[Told, ...]:
    """What a stored message tells of; nothing where it can't be read."""
    try:
        message = decode(content)
    except (KeyError, ValueError):  # msgspec's own are such
        return ()
    return message.alerts if isinstance(message, AlertMessage) else ()


def _words(deed: Stored) -> str:
    """What holds, in words."""
    match deed.what:
        case "assigned":
            return f"assigned to {deed.words} by {deed.who}"
        case "snoozed" if deed.until is not None:
            return f"snoozed by {deed.who} until {_moment(deed.until)}"
        case "muted" if deed.until is not None:
            return f"story muted by {deed.who} until {_moment(deed.until)}, silence {deed.words}"
        case "marked":
            return f"marked not relevant by {deed.who}"
        case _:
            note = f": {deed.words}" if deed.words else ""
            return f"{deed.what} by {deed.who}, {_moment(deed.at)}{note}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

"""Leaving a list, and coming back: by one click as mail programs do it, by a page's button, or by hand.

Looking at the page changes nothing; what is stored is who is not sent what any more, since when and how.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from watcher.app.deed_words import left_words, lists_words, until_words
from watcher.app.desk import Press, Reception
from watcher.app.turns import ON_PAGE, tell_turn
from watcher.core.telling.actions import Ticket
from watcher.core.telling.lists import now_called
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.linking import listed
from watcher.render.pages import Asking, Banner, Button, Page
from watcher.stores.base import Turn
from watcher.stores.links import Unsubscribed
from watcher.telemetry import log

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Answers to the holders of links that lead out of a list."""

    reception: Reception

    async def answer(self, token: str, press: Press = "", *, how: str = ON_PAGE) -> Page:
        """The page of a link; with a press, the list is left or joined again before it is made."""
        at = self.reception
        asked = await at.ticket(token)
        if not isinstance(asked, Ticket):
            return at.refused(asked)
        if asked.action != "unsubscribe":
            return at.refused("forged")
        if press:
            await at.store.write(partial(self._pressed, asked=asked, press=press, how=how))
            log(_LOG, "link.pressed", action=asked.action, list=asked.of, press=press)
        runtime = at.runtime()
        lists, left = await at.store.read(lambda turn: (_lists(turn, runtime, asked), turn.links.left(asked.recipient)))
        return at.pages.ask(self._page(asked, lists, left, back=press == "undo"), words=at.words(asked))

    def _pressed(self, turn: Turn, *, asked: Ticket, press: Press, how: str) -> None:
        now, runtime = self.reception.clock(), self.reception.runtime()
        if press == "undo":
            rejoin(turn, runtime, asked, how=how, now=now)
        else:
            leave(turn, runtime, asked, how=how, now=now)

    def _page(self, asked: Ticket, lists: tuple[str, ...], left: dict[str, Unsubscribed], *, back: bool) -> Asking:
        at = self.reception
        zone, now = at.zone(asked), at.clock()
        words = at.words(asked)
        named, who = lists_words(lists, words), asked.recipient
        foot = (until_words(asked, zone, now, words),)
        if all(each in left for each in lists):
            since = left_words(left[lists[0]], zone, now, words)
            gone = words.say("{who} gets {lists} no more, since {when}.", who=who, lists=named, when=since)
            return Asking(
                title="Unsubscribed",
                message=Banner(tone="good", words=gone),
                says=("Whoever runs watcher was told.",),
                buttons=(Button(words="Undo: send it again", value="undo"),),
                foot=foot,
            )
        again = Banner(tone="good", words=words.say("{who} gets {lists} again.", who=who, lists=named))
        return Asking(
            title="Stop these mails?",
            message=again if back else None,
            says=(words.say("{who} would no longer get {lists}. Other lists go on.", who=who, lists=named),),
            buttons=(Button(words="Unsubscribe"),),
            foot=foot,
        )


def leave(turn: Turn, runtime: Runtime, asked: Ticket, *, how: str, now: datetime) -> bool:
    """Send these lists no more, and tell the operator; False if nothing was sent anyway."""
    gone = [
        each
        for each in _lists(turn, runtime, asked)
        if turn.links.leave(
            Unsubscribed(channel=asked.channel, recipient=asked.recipient, list=each, since=now, how=how)
        )
    ]
    if gone:
        _tell(turn, runtime, asked, f"{asked.recipient} unsubscribed from {lists_words(tuple(gone))}", how, now)
    return bool(gone)


def rejoin(turn: Turn, runtime: Runtime, asked: Ticket, *, how: str, now: datetime) -> bool:
    """Send these lists again, and tell the operator; False if they were sent all the while."""
    back = [each for each in _lists(turn, runtime, asked) if turn.links.rejoin(asked.recipient, each, now=now, how=how)]
    if back:
        _tell(turn, runtime, asked, f"{asked.recipient} subscribed again to {lists_words(tuple(back))}", how, now)
    return bool(back)


def _lists(turn: Turn, runtime: Runtime, asked: Ticket) -> tuple[str, ...]:
    """The lists that a link leads out of, as they are called by now."""
    return now_called(asked.of.split(" "), turn.links.renames(), listed(runtime), since=asked.made)


def _tell(turn: Turn, runtime: Runtime, asked: Ticket, title: str, how: str, now: datetime) -> None:
    line = f"On channel {asked.channel}, {how}. What it would have been sent is kept as a decision."
    tell_turn(turn, runtime, title, line, now)

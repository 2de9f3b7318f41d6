"""Phrases that mail, chats and pages have in common, in the reader's words; what they stand in is each one's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from watcher.core.model import Severity, Trust
from watcher.core.telling.messages import AlertMessage, Figure
from watcher.core.text.wording import ENGLISH, Words

_WIDE_STOPS: Final = ("。", "：", "，", "、", "；", "！", "？", "）", "」")
SIGNS: Final = {Severity.URGENT: "\u25a0", Severity.WARNING: "\u25b2", Severity.NOTICE: "\u25cf"}
"""A severity's sign: it is told without colour."""


def trust_words(trust: Trust, words: Words = ENGLISH) -> str:
    """How far a publisher is trusted, in words; unknown is said, not left out."""
    return words.say("trust unknown" if trust is Trust.UNKNOWN else trust.value.replace("_", " "))


def waited(message: AlertMessage, words: Words = ENGLISH) -> str:
    """How many alerts waited for the channel, or came at once, and how many of them the message tells."""
    if message.at_once:
        return words.say("{n} alerts at once from {source}", n=message.backlog, source=message.at_once)
    if message.backlog > len(message.alerts):
        return words.say("{n} of {all} alerts that waited", n=len(message.alerts), all=message.backlog)
    return words.say("{n} alerts that waited", n=len(message.alerts))


def together(message: AlertMessage, words: Words = ENGLISH) -> str:
    """Why alerts are told together."""
    if message.at_once:
        said = "One document brought so many; {n} of them are listed; the most urgent come first."
        return words.say(said, n=len(message.alerts))
    return words.say("The channel could not be reached, or was far behind; the most urgent come first.")


def apart(said: str) -> str:
    """Words of ours and the blank before what follows; a full-width stop or colon holds its own."""
    return said if said.endswith(_WIDE_STOPS) else f"{said} "


def run_on(said: Iterable[str]) -> str:
    """Sentences of ours, one after the other."""
    return "".join(map(apart, said)).rstrip(" ")


def listed(said: Iterable[str], words: Words = ENGLISH) -> str:
    """Several things said, one after the other, as the language parts them."""
    return words.say("; ").join(said)


def ended(said: str, words: Words = ENGLISH) -> str:
    """A sentence with its full stop, which it may have already."""
    return words.say("{text}.", text=said.rstrip("."))


def headed(said: str, words: Words = ENGLISH) -> str:
    """Words that end in a colon, before what they head."""
    return words.say("{label}: {text}", label=said, text="").rstrip(" ")


def sum_words(figure: Figure, words: Words = ENGLISH) -> str:
    """A number with its ceiling said, which the text may say a few words before it."""
    ceiling = figure.up_to and "up to" not in figure.value.casefold()
    return words.say("up to {sum}", sum=figure.value) if ceiling else figure.value

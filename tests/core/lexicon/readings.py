"""Readings of one text, and the shipped names, read once."""

from __future__ import annotations

from functools import cache

from watcher.config import data_dir
from watcher.config.lexicon import read_names
from watcher.core.model import SourceId, Trust, Zone, ZoneSpan
from watcher.core.text.languages import detect
from watcher.core.text.reading import Reading


@cache
def shipped():
    """The shipped names."""
    names, problems = read_names(data_dir())
    assert problems == ()
    assert names is not None
    return names


def reading(title, body="", language=None):
    """An article of a title and, where given, a lead."""
    text = f"{title}\n\n{body}" if body else title
    zones = [ZoneSpan(zone=Zone.TITLE, start=0, end=len(title))]
    if body:
        zones.append(ZoneSpan(zone=Zone.LEAD, start=len(title) + 2, end=len(text)))
    return Reading(
        text=text,
        zones=tuple(zones),
        language=detect(text) if language is None else language,
        source=SourceId("s"),
        trust=Trust.WIRE,
    )


def ids(names, text, language=None):
    """The ids named in a text."""
    return {named.id for named in names.find(reading(text, language=language))}

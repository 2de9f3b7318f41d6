"""What a reading computes: the same whatever is asked first."""

from __future__ import annotations

from watcher.core.model import SourceId, Trust, Zone, ZoneSpan
from watcher.core.text.reading import Reading


def test_the_first_sentences_are_those_of_the_whole_text_in_any_order_of_asking() -> None:
    text = "A ban. It holds.\n\nB. Smith said so. He left.\n\nThe end came. Soon."
    zones = tuple(
        ZoneSpan(zone=Zone.BODY, start=text.index(part), end=text.index(part) + len(part))
        for part in text.split("\n\n")
    )
    fresh = [Reading(text=text, zones=zones, language="en", source=SourceId("s"), trust=Trust.UNKNOWN) for _ in "123"]

    few = fresh[0].first_sentences(10)
    more = fresh[0].first_sentences(30)

    assert [text[start:end] for start, end in few] == ["A ban.", "It holds."]
    assert [text[start:end] for start, end in more[2:]] == ["B. Smith said so.", "He left."]
    assert fresh[0].sentences == fresh[1].sentences == fresh[1].first_sentences(0)
    assert fresh[2].first_sentences(0) == ()

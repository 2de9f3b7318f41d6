"""Whether all that is said of an article carries its proof: a span within one sentence, or a reason in words.

`python -m bench corpus --spans 50` prints some at random, with their sentences, for a person to read.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from watcher.core.events.model import Event
from watcher.core.model import Reason
from watcher.core.stories.model import StoryDecision
from watcher.core.text.escapes import one_line
from watcher.core.text.reading import Reading
from watcher.core.understanding.understander import Understander, Understood

_SHOWN = 300
_FACTS = ("money", "prices", "quantities", "shares", "votes", "dates", "documents")


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that is said of an article, and where it stands; `holds` are words that must stand in the span."""

    sort: str
    says: str
    start: int
    end: int
    holds: str = ""
    sentence: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One article with all that was understood of it, and how it found its story."""

    name: str
    reading: Reading
    understood: Understood
    decision: StoryDecision | None = None


def understood_whole(understander: Understander, reading: Reading) -> Understood:
    """All that is understood of an article, its values too if it tells of no event."""
    return replace(understander.understand(reading), facts=understander.facts(reading))


def proofs(understood: Understood) -> Iterator[Proof]:
    """Every event with the parts in it, every value and every name."""
    for event in understood.account.events:
        told = "reports" if event.reported else "mentions"
        yield Proof(
            told, f"{event.type} {event.status}", event.start, event.end, event.status_text, sentence=event.sentence
        )
        yield from (
            Proof("role", f"{event.type}: {role.part} {role.id}", role.start, role.end)
            for role in event.roles
            if role.start is not None and role.end is not None
        )
    for sort in _FACTS if understood.facts is not None else ():
        yield from (Proof("value", f"{sort}: {each}", each.start, each.end) for each in getattr(understood.facts, sort))
    yield from (Proof("name", f"{each.sort.value} {each.id}", each.start, each.end) for each in understood.named)


def flaws(read: Read) -> Iterator[str]:
    """What lacks its proof, in words; nothing where all is well."""
    for proof in proofs(read.understood):
        flaw = _flaw(read.reading, proof)
        if flaw:
            yield f"{proof.sort} {proof.says}: {flaw}: {read.reading.text[proof.start : proof.end]!r}"
    for event in read.understood.account.events:
        yield from _unreasoned(event)
    if read.decision is not None and read.decision.reason is not Reason.FOUNDED and not read.decision.detail:
        yield f"merge into {read.decision.story}: no reason"


def _flaw(reading: Reading, proof: Proof) -> str:
    text = reading.text[max(proof.start, 0) : max(proof.end, 0)]
    sentences = [span for span in reading.sentences if span[0] <= proof.start and proof.end <= span[1]]
    if not text.strip():
        return "the span is empty"
    if not sentences:
        return "the span lies in no one sentence"
    if proof.sentence is not None and not _proves(proof.sentence, proof, sentences):
        return "the proving sentence is another"
    return "" if proof.holds in text else f"the span does not hold {proof.holds!r}"


def _proves(stretch: tuple[int, int], proof: Proof, sentences: Sequence[tuple[int, int]]) -> bool:
    """Whether the stretch holds the span, and is a sentence or a part of one."""
    held = stretch[0] <= proof.start and proof.end <= stretch[1]
    return held and any(start <= stretch[0] and stretch[1] <= end for start, end in sentences)


def _unreasoned(event: Event) -> Iterator[str]:
    if not event.why:
        yield f"event {event.type}: no reason"
    for role in event.roles:
        if not role.implied and (role.start is None or role.end is None):
            yield f"event {event.type}: {role.part} {role.id} has no span and is not implied"


def sample(read: Sequence[Read], count: int, seed: int) -> Iterator[str]:
    """So many proofs at random, every sort equally often: the span marked in its sentence, a merge with its reason."""
    chance = random.Random(seed)
    by_sort: dict[str, list[tuple[str, str]]] = {}
    for each in read:
        for proof in proofs(each.understood):
            said = f"{proof.sort}: {proof.says}  [{each.name}]"
            by_sort.setdefault(proof.sort, []).append((said, marked(each.reading, proof)))
        if each.decision is not None and each.decision.reason is not Reason.FOUNDED:
            said = f"merge: into {each.decision.story}, {each.decision.reason}  [{each.name}]"
            by_sort.setdefault("merge", []).append((said, f"{each.decision.detail}: {each.reading.text[:_SHOWN]}"))
    for number in range(count if by_sort else 0):
        said, shown = chance.choice(by_sort[sorted(by_sort)[number % len(by_sort)]])
        yield f"{number + 1:>3}  {said}"
        yield f"       {one_line(shown)}"


def marked(reading: Reading, proof: Proof) -> str:
    """The sentence that the span lies in, the span within angles."""
    around: Iterable[tuple[int, int]] = (
        span for span in reading.sentences if span[0] <= proof.start and proof.end <= span[1]
    )
    start, end = proof.sentence or next(iter(around), (proof.start, proof.end))
    text = reading.text
    whole = f"{text[start : proof.start]}<<{text[proof.start : proof.end]}>>{text[proof.end : end]}"
    at = max(0, whole.index("<<") - _SHOWN // 2)
    return whole[at : at + _SHOWN + proof.end - proof.start]

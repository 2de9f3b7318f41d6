"""Who and what takes part in an event: names and values of its sentence, else of the title, else of the lead.

Never reads a value by itself: names and facts come in, each with its span.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from watcher.core.events.candidates import Candidate
from watcher.core.events.model import Role
from watcher.core.events.scene import Line, Scene
from watcher.core.facts.model import Facts
from watcher.core.lexicon.model import Sort

_PARTS = {Sort.ORGANISATION: "party", Sort.MATERIAL: "material", Sort.PLACE: "place"}
_SERVES = re.compile(
    r"(?:[\s,.]*(?:Inc|Ltd|LLC|Corp|plc|AG|S\.A|Capital Markets)\b\.?)?"
    r"(?:,? (?:and|&) (?:[A-Z][\w.&-]{0,30}[ ,]{1,2}){1,5}?)?"
    r"[\s,]*(?:(?:acting|act|acts|acted|serving|served|serves|engaged|appointed|retained|fungier\w+) )?"
    r"(?:(?:as|als|comme|como|en tant que|en qualité de)\s(?:\S{1,30}\s){0,4}?\S{0,12}"
    r"(?:agents?|book-?runn(?:er|ing)s?|underwriters?|arrangers?|managers?|advis[eo]rs?|counsel|brokers?|placeurs?"
    r"|Konsortialführer\w*|Berater\w*|chefs? de file|conseils?|asesor\w*|agente\w*|coordenador\w*|assessor\w*)\b"
    r"|(?:担任|擔任|作为|作為|为|為)[^，。；]{0,12}(?:承销商|承銷商|保荐人|保薦人|财务顾问|財務顧問|法律顾问|法律顧問))"
)
"""Behind a name: that it serves another's deal, as bank, broker or adviser, and is no side of it."""
_MOST = 12
"""Roles of one part that an event keeps."""


def roles(
    scene: Scene, candidate: Candidate, *, alone: bool, near: bool = False, again: Sequence[Line] = ()
) -> tuple[Role, ...]:
    """The roles of an event; those of the lead only if it is `alone` in it, with `near` its own sentence's alone.

    Args: `again` are further sentences that tell the same: they name who the first one leaves out.
    """
    found: dict[tuple[str, str], Role] = {}
    actor = candidate.actor
    if actor is not None:
        found["actor", actor.id] = Role(
            part="actor", id=actor.id, name=actor.name, start=actor.start, end=actor.end, implied=False
        )
    elif candidate.acted == "source" and scene.owner:
        found["actor", scene.owner] = Role(
            part="actor", id=scene.owner, name=scene.owner, start=None, end=None, implied=True
        )
    for lines in [[candidate.line]] if near else _around(scene, candidate.line, again, alone=alone):
        here: dict[tuple[str, str], Role] = {}
        for role in _of_lines(scene, lines):
            if not (role.part == "party" and ("actor", role.id) in found):
                here.setdefault((role.part, role.id), role)
        taken = {part for part, _ in found}
        for (part, id_), role in here.items():
            if part not in taken and sum(key[0] == part for key in found) < _MOST:
                found[part, id_] = role
    return tuple(found.values())


def _around(scene: Scene, own: Line, again: Sequence[Line], *, alone: bool) -> Iterator[Sequence[Line]]:
    yield [own]
    yield [line for line in scene.lines if line.place == 0]
    yield [line for line in scene.lines if line.place in {1, 2, 3}] if alone else again


def _of_lines(scene: Scene, lines: Sequence[Line]) -> Iterator[Role]:
    for line in lines:
        for name in line.named:
            if name.sort is Sort.ORGANISATION and serves(scene.reading.text, name.end):
                continue
            yield Role(part=_PARTS[name.sort], id=name.id, name=name.name, start=name.start, end=name.end)
    for part, id_, start, end in _values(scene.facts, lines) if lines else ():
        yield Role(part=part, id=id_, name=scene.reading.text[start:end], start=start, end=end)


def serves(text: str, end: int) -> bool:
    """Whether the name that ends there is said to serve a deal: "with Raymond James as co-agent"."""
    return _SERVES.match(text, end) is not None


def _values(facts: Facts, lines: Sequence[Line]) -> Iterator[tuple[str, str, int, int]]:
    """The values in these lines that may be roles: their part, their normal form and their span."""
    for money in facts.money:
        if money.fresh and _in(lines, money.start):
            yield "amount", f"{plain(money.amount)} {money.currency}", money.start, money.end
    for price in facts.prices:
        if _in(lines, price.start):
            yield "price", f"{plain(price.amount)} {price.currency}/{price.per}", price.start, price.end
    for document in facts.documents:
        if _in(lines, document.start):
            yield "document", document.number, document.start, document.end
    for when in facts.dates:
        if when.first is not None and _in(lines, when.start):
            yield when.kind or "date", when.first.isoformat(), when.start, when.end


def _in(lines: Sequence[Line], place: int) -> bool:
    return any(line.start <= place < line.end for line in lines)


def plain(amount: Decimal) -> str:
    """A number without exponent and without idle zeros."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text

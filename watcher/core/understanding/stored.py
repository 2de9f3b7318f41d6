"""What was understood of an article as bytes, as it is kept beside its text, and back.

Never reads an article, and never guesses: bytes of another form, or damaged ones, are no reading at all.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

import msgspec

from watcher.core.events.model import Cue, Event, Role
from watcher.core.facts.model import Money, Numbered, Price, Quantity, Share, Votes, When
from watcher.core.lexicon.model import Named, Sort
from watcher.core.model import Zone
from watcher.core.understanding.understander import Understood

_Row = Sequence[Any]
_Rows = Sequence[_Row]
_Names = tuple[_Rows, Sequence[int], str]

FORM = b"\x01"
MOST_BYTES = 1 << 25
"""What a reading may unpack to; the largest that was ever packed has a hundredth of it."""
"""The first byte; another order of fields, other letters or another dictionary is another form."""
_ORDERS: Mapping[type, tuple[str, ...]] = {
    Cue: ("of", "start", "end"),
    Event: (
        *("type", "status", "status_text", "reported", "sure", "start", "end", "sentence", "why", "roles", "again"),
    ),
    Role: ("part", "id", "name", "start", "end", "implied"),
    Money: ("start", "end", "amount", "currency", "role", "up_to", "fresh", "most", "same_as"),
    Price: ("start", "end", "amount", "currency", "per", "most", "vat"),
    Quantity: ("start", "end", "value", "unit", "of", "most", "approximate"),
    Share: ("start", "end", "value", "most"),
    Votes: ("start", "end", "ayes", "noes"),
    When: ("start", "end", "first", "last", "kind", "relative", "conditional", "suspect", "likely"),
    Numbered: ("start", "end", "kind", "number"),
}
"""Each noun is kept as the list of its fields in this order, without those at the end that are as nobody set them."""
_DEFAULTS: Mapping[type, Mapping[str, object]] = {
    noun: {each.name: each.default for each in fields(noun) if each.default is not MISSING} for noun in _ORDERS
}
_FACTS: Mapping[str, type] = {
    "money": Money,
    "prices": Price,
    "quantities": Quantity,
    "shares": Share,
    "votes": Votes,
    "dates": When,
    "documents": Numbered,
}
_ZONE_OF: Mapping[str, Zone | None] = {
    "-": None,
    "t": Zone.TITLE,
    "h": Zone.HIGHLIGHTS,
    "l": Zone.LEAD,
    "b": Zone.BODY,
    "c": Zone.CAPTION,
    "a": Zone.TABLE,
    "p": Zone.PROFILE,
    "r": Zone.RELATED,
    "o": Zone.CHROME,
}
_OF_ZONE: Mapping[Zone | None, str] = {zone: letter for letter, zone in _ZONE_OF.items()}
_SORT_OF: Mapping[str, Sort] = {"o": Sort.ORGANISATION, "m": Sort.MATERIAL, "p": Sort.PLACE}
_OF_SORT: Mapping[Sort, str] = {sort: letter for letter, sort in _SORT_OF.items()}
_USUAL = (
    b"certificationdeadline_expiryenforcement_actionentity_listingexploration_resultgovernment_funding"
    b"mou_partnershipofftake_agreementpolicy_statementprice_floorprivate_financingproduction_milestonerecycling"
    b"research_studyrulemaking_noticestockpilesupply_disruptiontrade_measureacquisitioncapacity_expansion"
    b"permit_approvallegislationcorporate_admincommentarymarket_moveexport_control"
    b'"study""opinion""promotion""market_wrap"federal_registerregulation"gazette","docket","bill",'
    b'"effective"]"expires"]"comment_close"]"deadline"]"meeting"]'
    b'"kg"],"lb"],"t/y"],"g/t"],"ppm"],"AUD"],"CAD"],"EUR"],"CNY"],"JPY"],"USD","investment"],"grant"],"loan"],'
    b'"passed","denied","rumoured","proposed","in_force","planned","signed","granted","announced","reported","completed",'
    b"it stands far down, and the title says nothing of itit is of another status than the first"
    b"a date more than days beforewhat it tells of lies backthe article is of another field (only_if)"
    b"a second one of its typea reaction to another's actthe article is "
    b' is told before it",[["in the rest",[["in the lead",[["in the highlights",[['
    b"a phrase, in the lead's first sentence; actor: the source, in the title; actor: "
    b'\\" with \\", 0 words apart, in the title",[["actor","", 1 word apart, in the lead\'s first sentence",[["actor","'
    b'","document","date","202"],["amount","000000 USD","US$ million",["price","place","china","China",["party","'
    b'["material","rare_earths","rare earths","gallium","antimony","lithium","usa","United States",'
    b',false,true,true,null,null,true]]],[[["o","m","","form"],["p","en"],'
    b'["report",[],[],[[],[],[],[],[],[],[]],[[],[],""]]'
)
"""What readings are full of: the compressor begins with it, so that a short one need not say it again."""
_WINDOW, _HASHES = -13, 6
"""8 KiB looked back on and as many hashes: more must be cleared for each reading, at three to nine times the CPU, and
makes none of them smaller. Any stream of deflate without a header is read, whatever its window."""


def to_bytes(understood: Understood) -> bytes:
    """The reading in some 500 bytes for an article of 4 kB."""
    account, facts = understood.account, understood.facts
    kept = [
        account.genre,
        [_row(cue) for cue in account.cues],
        [_event_row(event) for event in account.events],
        [[_row(each) for each in getattr(facts, name)] for name in _FACTS] if facts is not None else None,
        _names_row(understood.named),
    ]
    packer = zlib.compressobj(6, zlib.DEFLATED, _WINDOW, _HASHES, zdict=_USUAL)
    return FORM + packer.compress(msgspec.json.encode(kept)) + packer.flush()


def from_bytes(kept: bytes) -> Understood | None:
    """The reading; None where it was kept in another form or is damaged."""
    if kept[:1] != FORM:
        return None
    try:
        unpacker = zlib.decompressobj(-15, zdict=_USUAL)
        text = unpacker.decompress(kept[1:], MOST_BYTES)
        return msgspec.convert(_whole(*msgspec.json.decode(text)), type=Understood) if unpacker.eof else None
    except (zlib.error, msgspec.MsgspecError, ValueError, TypeError, LookupError, RecursionError):
        return None


def tells_of(kept: bytes, types: Iterable[str]) -> bool:
    """Whether a reading may tell of an event of one of these types: its name stands in it; unpacked, but not read."""
    if kept[:1] != FORM:
        return True
    try:
        text = zlib.decompressobj(-15, zdict=_USUAL).decompress(kept[1:], MOST_BYTES)
    except zlib.error:
        return True
    return any(f'"{each}"'.encode() in text for each in types)


def _whole(
    genre: str, cues: _Rows, events: _Rows, facts: Sequence[_Rows] | None, names: _Names
) -> Mapping[str, object]:
    """The reading as nested records."""
    account = {
        "genre": genre,
        "cues": [_fields(Cue, row) for row in cues],
        "events": [_event_fields(row) for row in events],
    }
    values = facts and {
        name: [_fields(noun, row) for row in rows] for (name, noun), rows in zip(_FACTS.items(), facts, strict=True)
    }
    return {"account": account, "facts": values, "named": list(_names(*names))}


def _row(noun: object) -> list[object]:
    """The fields in their order, as far as one of them is not as usual."""
    kind = type(noun)
    row = [getattr(noun, name) for name in _ORDERS[kind]]
    usual = _DEFAULTS[kind]
    for name in reversed(_ORDERS[kind]):
        if name not in usual or row[-1] != usual[name]:
            break
        row.pop()
    return row


def _fields(kind: type, row: _Row) -> dict[str, object]:
    return dict(zip(_ORDERS[kind], row, strict=False))


def _event_row(event: Event) -> list[object]:
    row = _row(event)
    if len(row) > _ROLES:
        row[_ROLES] = [_row(role) for role in event.roles]
    return row


def _event_fields(row: _Row) -> dict[str, object]:
    found = _fields(Event, row)
    roles = row[_ROLES] if len(row) > _ROLES else ()
    return {**found, "roles": [_fields(Role, role) for role in roles]}


_ROLES = _ORDERS[Event].index("roles")


def _names_row(named: Iterable[Named]) -> list[object]:
    """Each thing once, then the places: which thing, how far from the place before, how long; and their zones."""
    things: dict[tuple[str, ...], int] = {}
    places: list[int] = []
    zones: list[str] = []
    before = 0
    for each in named:
        thing = (_OF_SORT[each.sort], each.id, each.name, each.language, each.by)
        places += (things.setdefault(thing, len(things)), each.start - before, each.end - each.start)
        zones.append(_OF_ZONE[each.zone])
        before = each.start
    return [list(things), places, "".join(zones)]


def _names(things: _Rows, places: Sequence[int], zones: str) -> Iterable[dict[str, object]]:
    start = 0
    for number, letter in enumerate(zones):
        thing, gap, length = places[3 * number : 3 * number + 3]
        start += gap
        sort, id_, name, language, by = things[thing]
        yield {
            "sort": _SORT_OF[sort],
            "id": id_,
            "name": name,
            "start": start,
            "end": start + length,
            "zone": _ZONE_OF[letter],
            "language": language,
            "by": by,
        }

"""What an issue asks of an article that was understood: its events, its meetings, its sums, and what it belongs to.

Never reads a text anew: it arranges what was understood of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from watcher.core.events.model import DENIED, RUMOURED, Event, Genre
from watcher.core.facts.model import Facts, Money
from watcher.core.lexicon.model import Sort
from watcher.core.model import Zone, ZoneSpan
from watcher.core.understanding.understander import Understood

_TOP: Final = frozenset({Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD})
_AMOUNTS: Final = ("amount", "price")
_WHO: Final = ("actor", "party")
_MONEY: Final = frozenset({"government_funding", "stockpile", "private_financing"})
"""Types of event that commit money. A price of an acquisition or a fine is no such thing."""
_PAYERS: Final = frozenset({"agency", "ministry", "financier", "government", "bank", "fund", "investor"})
"""Kinds of organisation whose business it is to pay."""
_MEETING: Final = "meeting"
_MOST_FIGURES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event that an article tells: `ids` of who and what has a part in it; `day` is the article's own."""

    type: str
    status: str
    reported: bool
    ids: tuple[str, ...] = ()

    @property
    def doubtful(self) -> bool:
        """Whether nobody vouches for it."""
        return self.status in {RUMOURED, DENIED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A number at its place in the text, and what it counts, in a word."""

    start: int
    end: int
    label: str
    up_to: bool = False
    money: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """A sum that an event commits: from `payer` to `payee`, in `role`; `amount` in units of `currency`.

    `status` is the event's, `public` whether a state pays.
    """

    start: int
    end: int
    amount: str
    currency: str
    role: str
    payer: str
    payee: str
    status: str
    public: bool
    up_to: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """That an article belongs to a matter: it `moves` it, or `tells` of it; `on` is the day that it tells of."""

    matter: str
    title: str
    types: tuple[str, ...]
    moves: bool
    on: date
    parts: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one article was understood to say, as far as an issue asks. `meets` are meetings named at its top."""

    genre: Genre = Genre.REPORT
    happenings: tuple[Happening, ...] = ()
    meets: tuple[tuple[date, date], ...] = ()
    about: tuple[str, ...] = ()
    counted: tuple[Counted, ...] = ()
    pledges: tuple[Pledge, ...] = ()
    ties: tuple[Tie, ...] = ()

    def status(self, event_type: str | None) -> str | None:
        """How the reported event of that type stands; None where it reports none."""
        return next((each.status for each in self.happenings if each.reported and each.type == event_type), None)


NOTHING_SAID: Final = Said()


def said_of(
    understood: Understood,
    zones: Sequence[ZoneSpan],
    ties: Iterable[Tie] = (),
    *,
    kind_of: Callable[[str], str] = lambda _id: "",
) -> Said:
    """What an issue asks of an article, out of what was understood of it. `kind_of` says what an organisation is."""
    events, facts = understood.account.events, understood.facts or Facts()
    return Said(
        genre=understood.account.genre,
        happenings=tuple(
            Happening(
                type=each.type,
                status=each.status,
                reported=each.reported,
                ids=tuple(dict.fromkeys(role.id for role in each.roles)),
            )
            for each in events
        ),
        meets=tuple(
            (each.first, each.last)
            for each in facts.dates
            if each.kind == _MEETING and each.first and each.last and _zone(zones, each.start) in _TOP
        ),
        about=_about(understood),
        counted=tuple(_counted(understood.account.reported, facts))[:_MOST_FIGURES],
        pledges=tuple(_pledges(understood, facts, kind_of)) if understood.account.genre is Genre.REPORT else (),
        ties=tuple(ties),
    )


def _zone(zones: Sequence[ZoneSpan], at: int) -> Zone | None:
    return next((zone.zone for zone in zones if zone.start <= at < zone.end), None)


def _about(understood: Understood) -> tuple[str, ...]:
    """Who has a part in what it reports, and the materials of that; at its head, where it reports nothing."""
    roles = {
        role.id
        for event in understood.account.reported
        for role in event.roles
        if role.part in {*_WHO, "material"} and role.id
    }
    if not roles:
        wanted = {Sort.ORGANISATION, Sort.MATERIAL}
        roles = {each.id for each in understood.named if each.sort in wanted and each.zone is Zone.TITLE}
    return tuple(sorted(roles))


def _counted(reported: Sequence[Event], facts: Facts) -> Iterator[Counted]:
    """The numbers of what it reports, each once: sums and prices of its events, then votes."""
    seen: set[str] = set()
    for event in reported:
        for role in event.roles:
            if role.part not in _AMOUNTS or role.start is None or role.end is None or role.id in seen:
                continue
            seen.add(role.id)
            money = _carefully(facts.money, role.id)
            label = (money.role if money else "") or event.type.replace("_", " ")
            start, end = (money.start, money.end) if money else (role.start, role.end)
            yield Counted(
                start=start, end=end, label=label, up_to=bool(money and money.up_to), money=role.part == "amount"
            )
    for votes in facts.votes[:1]:
        yield Counted(start=votes.start, end=votes.end, label="votes")


def _carefully(money: Iterable[Money], amount: str) -> Money | None:
    """Where the text says a sum most carefully: `up to` before a bare one, with its purpose before without."""
    said = [each for each in money if _worth(each) == _value(amount) and each.fresh]
    return max(said, key=lambda each: (each.up_to, each.role != "", -each.start), default=None)


def _pledges(understood: Understood, facts: Facts, kind_of: Callable[[str], str]) -> Iterator[Pledge]:
    """The sums that its events commit, each once."""
    seen: set[str] = set()
    title = {each.id for each in understood.named if each.zone is Zone.TITLE}
    for event in understood.account.events:
        if event.type not in _MONEY or not event.sure or event.status in {RUMOURED, DENIED}:
            continue
        for role in event.roles:
            if role.part != "amount" or role.start is None or role.id in seen:
                continue
            money = _carefully(facts.money, role.id)
            if money is None:
                continue
            seen.add(role.id)
            payer, payee = _sides(event, title, kind_of)
            yield Pledge(
                start=money.start,
                end=money.end,
                amount=f"{money.amount:f}",
                currency=money.currency,
                role=_role(event, money),
                payer=payer,
                payee=payee,
                status=event.status,
                public=event.type != "private_financing",
                up_to=money.up_to,
            )


def _worth(money: Money) -> tuple[str, str]:
    return f"{money.amount.normalize():f}", money.currency


def _value(id_: str) -> tuple[str, str]:
    """An amount in its normal form apart: `565000000 USD`."""
    amount, _, currency = id_.partition(" ")
    return amount, currency


def _role(event: Event, money: Money) -> str:
    """What the sum is for: a reserve is one, whatever is guaranteed beside it, unless it is lent."""
    if event.type == "stockpile" and money.role != "loan":
        return "reserve"
    return money.role or event.type.replace("_", " ")


def _sides(event: Event, title: Collection[str], kind_of: Callable[[str], str]) -> tuple[str, str]:
    """Who pays and who is paid, as the text names them; "" where it does not say.

    Whose business it is to pay does so, whichever part it has; of several who may be paid the title's is.
    """
    sides = {role.id: role for part in _WHO for role in event.roles if role.part == part and role.id}
    paying = [role for role in sides.values() if kind_of(role.id) in _PAYERS] or [
        role for role in sides.values() if role.part == "actor"
    ]
    payer = paying[0] if paying else None
    others = [role for role in sides.values() if role not in paying]
    payee = next((role for role in others if role.id in title), others[0] if others else None)
    return (payer.name if payer else "", payee.name if payee else "")

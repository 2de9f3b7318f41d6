"""Whether an article on an alerted story proves another sum than any that proved the alert before.

Never takes a sum that is rounded, recalled, forecast or taken back for news, nor one that a range or ceiling holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from watcher.core.facts.model import Facts, Money
from watcher.core.model import Evidence

_CLOSE = Decimal("0.05")
"""A rounded sum differs from the full one by no more than this share of it."""

Proof = tuple[Money, str]
"""A sum that proved a match, and its words."""


def proofs_of(evidence: Iterable[Evidence], facts: Facts) -> tuple[Proof, ...]:
    """The new money among the passages of evidence, in the order of the text."""
    words = {(each.start, each.end): each.quote for each in evidence if each.start is not None}
    return tuple(
        (money, words[money.start, money.end])
        for money in facts.money
        if money.fresh and money.same_as is None and (money.start, money.end) in words
    )


def new_sums(before: Sequence[Proof], now: Sequence[Proof]) -> tuple[str, ...]:
    """What is new, in words: sums for one purpose in one currency, none of which was said before."""
    return tuple(
        f"amount changed: {_listed(old)} before, {_listed(new)} now"
        for old, new in _side_by_side(before, now)
        if not any(_says_again(one, other) for one, _ in new for other, _ in old)
    )


def _side_by_side(before: Sequence[Proof], now: Sequence[Proof]) -> Iterator[tuple[list[Proof], list[Proof]]]:
    """What was said before and is said now of each purpose that both tell of; sums can only be compared within it."""
    for role, currency in dict.fromkeys((money.role, money.currency) for money, _ in now):
        old, new = (
            [each for each in every if (each[0].role, each[0].currency) == (role, currency)] for every in (before, now)
        )
        if old and new:
            yield old, new


def _says_again(one: Money, other: Money) -> bool:
    return _holds(one, other.amount) or _holds(other, one.amount) or _rounded(one.amount, other.amount)


def _holds(money: Money, amount: Decimal) -> bool:
    """Whether a ceiling or a range leaves room for a sum."""
    top = money.amount if money.most is None else money.most
    return (money.up_to and amount <= top) or (money.most is not None and money.amount <= amount <= top)


def _rounded(one: Decimal, other: Decimal) -> bool:
    """Whether one sum is the other, rounded."""
    if abs(one - other) > _CLOSE * max(one, other):
        return False
    short, long = sorted((one, other), key=_digits)
    step = Decimal(1).scaleb(_exponent(short))
    return short in {(long / step).to_integral_value(way) * step for way in (ROUND_FLOOR, ROUND_CEILING)}


def _digits(amount: Decimal) -> int:
    return len(amount.normalize().as_tuple().digits)


def _exponent(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _listed(proofs: Iterable[Proof]) -> str:
    return ", ".join(dict.fromkeys(words for _, words in proofs))

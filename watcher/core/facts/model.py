"""The nouns of facts: quantities with their unit, dates, numbers of documents; each with its span in the shown text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """A sum of money: `amount` in units of `currency` (ISO 4217); `most` is the upper end of a range.

    `role` says what for (`grant`, `loan`, `equity`, `guarantee`, `investment`, `fine`, `price` ..., "" where the text
    does not say). `up_to`: the text gives it as a ceiling. `fresh`: new money; false for a running total, a forecast or
    a sum recalled. `same_as` is the index of the sum that this one says again in another currency.
    """

    start: int
    end: int
    amount: Decimal
    currency: str
    most: Decimal | None = None
    role: str = ""
    up_to: bool = False
    fresh: bool = True
    same_as: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A price: `amount` of `currency` for one `per` (`kg`, `t`, `lb`, `mtu`); `vat` where the text says which."""

    start: int
    end: int
    amount: Decimal
    currency: str
    per: str
    most: Decimal | None = None
    vat: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A mass, output or grade: `value` in `unit` (`t`, `kg`, `t/y`, `g/t`, `ppm`, `m`); `of` what is weighed."""

    start: int
    end: int
    value: Decimal
    unit: str
    most: Decimal | None = None
    of: str = ""
    approximate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A percentage as it stands: 12.5 for 12.5 %; `most` is the upper end of a range."""

    start: int
    end: int
    value: Decimal
    most: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """A count of votes, ayes before noes."""

    start: int
    end: int
    ayes: int
    noes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A date that the text states, as its first and last day; both None while it stays unknown.

    `kind` says what it is the date of: `effective`, `expires`, `comment_close`, `deadline`, `hearing`, `meeting`, or
    "". `relative`: resolved against the article's own day (`on Tuesday`). `suspect`: a likely slip of the year, with
    `first` as printed and `likely` as it was probably meant. `conditional`: depends on something (`within 10 days of`).
    """

    start: int
    end: int
    first: date | None
    last: date | None
    kind: str = ""
    relative: bool = False
    conditional: bool = False
    suspect: bool = False
    likely: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """The number of a document in its normal form: `2025-61`, `H.R. 4090`, `2026-00123`, `BIS-2025-0023`.

    `kind` is `gazette`, `bill`, `docket`, `accession`, `federal_register`, `regulation` ...
    """

    start: int
    end: int
    kind: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All values read from one article, each sort in the order of the text."""

    money: tuple[Money, ...] = ()
    prices: tuple[Price, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    shares: tuple[Share, ...] = ()
    votes: tuple[Votes, ...] = ()
    dates: tuple[When, ...] = ()
    documents: tuple[Numbered, ...] = ()

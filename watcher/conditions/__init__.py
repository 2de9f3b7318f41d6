"""Kinds of rule conditions, one file each: pure statements about one article, answered with evidence."""

from __future__ import annotations

from watcher.conditions.amount import Amount
from watcher.conditions.base import Kind
from watcher.conditions.calendar import CalendarKind
from watcher.conditions.deadline import DeadlineKind
from watcher.conditions.document import DocumentKind
from watcher.conditions.event import EventKind
from watcher.conditions.fuzzy import Fuzzy
from watcher.conditions.genre import GenreKind
from watcher.conditions.health import HealthKind
from watcher.conditions.language import Language
from watcher.conditions.material import Material
from watcher.conditions.matter import MatterKind
from watcher.conditions.near import Near
from watcher.conditions.organisation import Organisation
from watcher.conditions.place import Place
from watcher.conditions.price import PriceKind
from watcher.conditions.regex import Regex
from watcher.conditions.series import SeriesKind
from watcher.conditions.source import Source
from watcher.conditions.table import TableKind
from watcher.conditions.trust import TrustKind
from watcher.conditions.words import Words

KINDS: dict[str, type[Kind]] = {
    "matter": MatterKind,
    "table": TableKind,
    "series": SeriesKind,
    "calendar": CalendarKind,
    "health": HealthKind,
    "event": EventKind,
    "organisation": Organisation,
    "amount": Amount,
    "price": PriceKind,
    "material": Material,
    "place": Place,
    "document": DocumentKind,
    "deadline": DeadlineKind,
    "words": Words,
    "near": Near,
    "regex": Regex,
    "fuzzy": Fuzzy,
    "source": Source,
    "trust": TrustKind,
    "genre": GenreKind,
    "language": Language,
}
"""In the order in which a clause's keys decide its kind."""

"""Whether the ledger adds up: every match and every change of an alert has its reason, and no more than one last.

It only reads, and says in words which rule, alert or way does not add up.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from watcher.core.errors import StoreError
from watcher.core.model import Reason
from watcher.stores.sqlite.connection import connect, require_schema
from watcher.stores.sqlite.seals import broken_seals

_SHOWN = 5
"""Cases named of each sort; the rest is only counted."""

_HISTORY = (Reason.FIRST_SIGHT, Reason.BACKFILL, Reason.LATE, Reason.NO_KEY, Reason.LEARNING, Reason.NOT_YET)
"""Reasons of matches that raise nothing. Source: the rule language, section 5, steps 2 and 3."""
_CHANGES = (
    Reason.RAISED,
    Reason.SEVERITY_RAISED,
    Reason.UPDATED,
    Reason.NOTHING_NEW,
    Reason.RETRACTED,
    Reason.CLOSED,
    Reason.MERGED,
)
"""Reasons of matches that belong to an alert. Source: step 4."""
_HELD = ("muted", "waiting", "quiet", "snoozed")
"""Reasons that a second one follows. Source: steps 6 and 7."""


def _among(reasons: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{reason}'" for reason in reasons) + ")"


_SUMS = (
    (
        "rules with more matches than articles judged by them",
        (
            "select m.rule || ' (' || count(*) || ' matches)' from matches m join observations o on o.number = m.observation "
            "group by m.rule having count(*) > (select count(*) from observations j)"
        ),
    ),
    (
        "matches of an observation that is not there",
        (
            "select m.rule || ' on ' || m.observation from matches m where not exists "
            "(select 1 from observations o where o.number = m.observation)"
        ),
    ),
    (
        "matches by a rule that did not judge",
        (
            "select p.rule || ' in ' || p.version from (select distinct m.rule, s.version from matches m "
            "join observations o on o.number = m.observation join rule_sets s on s.version = o.rule_set) p "
            "left join (select s.version, json_extract(r.value, '$[0]') as rule from rule_sets s, json_each(s.rules) r) j "
            "on j.version = p.version and j.rule = p.rule where j.rule is null"
        ),
    ),
    (
        "matches without a reason that adds up",
        (
            "select m.rule || ' on ' || m.observation || ': ' || m.reason from matches m where "
            f"(m.alert is null and m.reason not in {_among(_HISTORY)}) or "
            f"(m.alert is not null and m.reason not in {_among((*_HISTORY, *_CHANGES))})"
        ),
    ),
    (
        "matches of an alert on which nothing was decided",
        (
            "select m.rule || ' on ' || m.observation from matches m where m.alert is not null and "
            f"m.reason in {_among(_CHANGES)} and not exists (select 1 from decisions d "
            "where d.observation = m.observation and d.alert = m.alert and d.way = 'alert')"
        ),
    ),
    (
        "routes or digests with two last reasons for one change of an alert",
        (
            "select d.alert || ' x ' || d.way || ' (' || count(*) || ')' from decisions d where d.way <> 'alert' and "
            f"d.way <> 'hand' and d.observation > 0 and d.reason not in {_among(_HELD)} "
            "group by d.alert, d.observation, d.change, d.way having count(*) > "
            "(select count(*) from decisions h where h.alert = d.alert and h.observation = d.observation "
            "and h.change = d.change and h.way = 'alert')"
        ),
    ),
    (
        "routes or digests told of a change that is not there",
        (
            "select d.alert || ' x ' || d.way from decisions d where (d.way like 'route:%' or d.way like 'digest:%') "
            "and d.observation > 0 and not exists (select 1 from decisions h where h.alert = d.alert "
            "and h.observation = d.observation and h.way = 'alert')"
        ),
    ),
    (
        "changes to be told that are told nobody and kept from nobody",
        (
            "select d.alert || ': ' || d.change from decisions d where d.way = 'alert' and d.occasion is not null "
            "and not exists (select 1 from decisions w where w.alert = d.alert and w.observation = d.observation "
            "and w.way <> 'alert')"
        ),
    ),
)


def check_ledger(path: Path) -> tuple[str, ...]:
    """What of history does not add up, or is not as it was sealed; of a database that is older than this watcher nothing."""
    try:
        with closing(connect(path, readonly=True)) as db:
            require_schema(db, path)
            return tuple(f"{path}: {each}" for each in (*sums_amiss(db), *broken_seals(db)))
    except StoreError:
        return ()
    except sqlite3.Error as error:
        return (f"{path}: {error}",)


def sums_amiss(db: sqlite3.Connection) -> Iterator[str]:
    """What does not add up, in words, with the first few cases of each sort."""
    for words, query in _SUMS:
        found = [str(row[0]) for row in db.execute(f"select * from ({query}) limit {_SHOWN + 1}")]
        if found:
            more = ", and more" if len(found) > _SHOWN else ""
            yield f"{words}: {'; '.join(found[:_SHOWN])}{more}"

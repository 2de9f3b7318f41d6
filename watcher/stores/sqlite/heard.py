"""Who was told of an alert's change, read from the messages that told it, in SQLite; it writes nothing.

A message that can't be read counts as none: whoever it went to is rather told twice than not at all.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from watcher.stores.lifecycle import ToldTo

_TOLD: Final = "json_each(case when json_valid(o.content) then o.content else '{}' end, '$.message.alerts') t"
"""The alerts of a stored message."""


def told_to(db: sqlite3.Connection, alert: str, telling: str) -> list[ToldTo]:
    """All who have a delivery of one telling of an alert, in order."""
    rows = db.execute(
        f"select d.channel, d.recipient, o.id, coalesce(json_extract(o.content, '$.message.route'), '') from occasion_alerts x join occasions o on o.id = x.occasion "
        f"join deliveries d on d.occasion = o.id join {_TOLD} on json_extract(t.value, '$.occasion') = :telling "
        "where x.alert in (:alert, :of) and o.kind = 'alert' order by d.number",
        # What was told of an alert that this one took in since names that one, and so does the telling's id.
        {"alert": alert, "of": telling.partition(":")[2].rpartition(":")[0], "telling": telling},
    )
    return [ToldTo(channel=row[0], recipient=row[1], occasion=row[2], route=str(row[3])) for row in rows]


def reminded_to(db: sqlite3.Connection, alert: str, number: int) -> list[ToldTo]:
    """As `told_to`, of the reminder of that number since the alert was raised last or became more severe."""
    rows = db.execute(
        "select d.channel, d.recipient, o.id, coalesce(json_extract(o.content, '$.message.route'), '') from decisions c join occasions o on o.id = c.occasion "
        f"join deliveries d on d.occasion = o.id join {_TOLD} on json_extract(t.value, '$.alert') = :alert "
        "and json_extract(t.value, '$.reminder.number') = :number "
        "where c.alert = :alert and c.change = 'reminded' and c.reason = 'told' and c.number > coalesce((select "
        "max(r.number) from decisions r where r.alert = :alert and r.way = 'alert' "
        "and r.change in ('raised', 'severity_raised')), 0) order by d.number",
        {"alert": alert, "number": number},
    )
    return [ToldTo(channel=row[0], recipient=row[1], occasion=row[2], route=str(row[3])) for row in rows]

"""Who was told of an alert's change, read from the messages that told it, in SQLite; it writes nothing.

A message that can't be read counts as none: whoever it went to is rather told twice than not at all.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from watcher.stores.lifecycle import ToldTo

_TOLD: Final = "json_each(case when json_valid(o.content) then o.content else '{}' end, '$.message.alerts') t"
"""The alerts of a stored message."""
_SENT: Final = "('due', 'leased', 'sent')"
"""The states of a delivery that was sent or is to be; one given up or closed told nobody."""


def told_to(db: sqlite3.Connection, alert: str, telling: str) -> list[ToldTo]:
    """All whom one telling of an alert was sent to or waits for, in order; messages told together name each telling."""
    rows = db.execute(
        f"select d.channel, d.recipient, o.id, coalesce(json_extract(o.content, '$.message.route'), '') from occasion_alerts x join occasions o on o.id = x.occasion "
        f"join deliveries d on d.occasion = o.id join {_TOLD} on json_extract(t.value, '$.occasion') = :telling "
        f"where x.alert in (:alert, :of) and o.kind = 'alert' and d.state in {_SENT} order by d.number",
        # What was told of an alert that this one took in since names that one, and so does the telling's id.
        {"alert": alert, "of": telling.partition(":")[2].rpartition(":")[0], "telling": telling},
    )
    return [ToldTo(channel=row[0], recipient=row[1], occasion=row[2], route=str(row[3])) for row in rows]


def reminded_to(db: sqlite3.Connection, alert: str, number: int) -> list[ToldTo]:
    """As `told_to`, of the reminder of that number since the alert was raised last or became more severe."""
    rows = db.execute(
        "with recursive said(number) as (select d.number from decisions c join occasions o on o.id = c.occasion "
        f"join deliveries d on d.occasion = o.id join {_TOLD} on json_extract(t.value, '$.alert') = :alert "
        "and json_extract(t.value, '$.reminder.number') = :number "
        "where c.alert = :alert and c.change = 'reminded' and c.reason = 'told' and c.number > coalesce((select "
        "max(r.number) from decisions r where r.alert = :alert and r.way = 'alert' "
        "and r.change in ('raised', 'severity_raised')), 0) "
        # No decision names the message in which several were told together.
        "union select e.number from said join deliveries d on d.number = said.number join deliveries e on e.id = d.told_in) "
        "select d.channel, d.recipient, o.id, coalesce(json_extract(o.content, '$.message.route'), '') from said "
        "join deliveries d on d.number = said.number join occasions o on o.id = d.occasion "
        f"where d.state in {_SENT} order by d.number",
        {"alert": alert, "number": number},
    )
    return [ToldTo(channel=row[0], recipient=row[1], occasion=row[2], route=str(row[3])) for row in rows]

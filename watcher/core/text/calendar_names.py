"""Short English names of days and months: strftime speaks whatever language the machine was set to."""

from __future__ import annotations

from typing import Final

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""By `date.weekday()`."""
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""By `date.month - 1`; RFC 5322 3.3 writes the same."""

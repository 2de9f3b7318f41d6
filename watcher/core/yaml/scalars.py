"""What an unquoted YAML scalar means; it never guesses: what is not plainly null, truth or number is text.

Source: YAML 1.2.2 section 10.3.2 (core schema), but a whole number with a leading zero stays text (`010` is 8, 10 or
a postal code, depending on whom you ask).
"""

from __future__ import annotations

import re

Value = str | int | float | bool | None

MAX_DIGITS = 18
"""Longer whole numbers do not fit the database's 64 bits, and Python itself refuses to read very long ones."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_NUMERIC = frozenset("-+.0123456789")
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.nan"
)


def scalar_value(raw: str) -> Value:
    """The value of an unquoted scalar by the core schema."""
    if raw in _NULLS:
        return None
    if raw in _BOOLS:
        return _BOOLS[raw]
    return _number(raw) if raw[0] in _NUMERIC else raw


def _number(raw: str) -> int | float | str:
    """A number, or the text if it only begins like one."""
    if _DECIMAL.fullmatch(raw):
        return int(raw)
    if _BASED.fullmatch(raw):
        return int(raw, 0)
    if _FLOAT.fullmatch(raw):
        return float(raw.replace(".inf", "inf").replace(".Inf", "inf").replace(".INF", "inf").replace(".nan", "nan"))
    return raw


def too_long(raw: str) -> bool:
    """Whether it is a number of more digits than any use asks for."""
    return len(raw) > MAX_DIGITS and bool(_DECIMAL.fullmatch(raw) or _BASED.fullmatch(raw))

"""Clauses of rules and points of series in a reader's language: the rule language's own words are said in that.

Never touches what a rule's author wrote or a publisher named: titles, ids, lists and units stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from watcher.core.event_types import EVENT_TYPES
from watcher.core.text.wording import NAMES, Words

OF_SERIES: Final = "series:"
"""How the subject of an alert on a series begins."""
KINDS: Final = (
    *("event", "calendar", "series", "health", "actor", "party", "material", "place", "document", "amount", "price"),
    *("language", "source", "trust", "genre", "words", "deadline"),
)
"""The kinds of clause whose name is said in the reader's language."""
OPTIONS: Final = ("status", "as", "actor", "party", "parties", *KINDS[6:12])
"""What a clause on events asks besides the type."""
ASKED: Final = ("below", "above", "change", "stale", "for", "rearm", "within")
"""What a clause on series asks."""
FIELDS: Final = ("value", "before", "points", "source_value", "vat", "fx")
"""The lines that say what a point was made of."""
VALUES: Final = ("any", "actual", "rumoured", "denied", "report", "mention", "conditional", "none")
"""Words of the rule language that stand for several statuses, or for how something is told."""
_MORE: Final = re.compile(r"(.+) and (\d+) more", re.DOTALL)
_REASON: Final = re.compile(rf"(?P<found>.+?) \((?P<says>(?:{'|'.join(KINDS)}): .+)\)", re.DOTALL)
_DAY: Final = r"\d{4}-\d\d-\d\d"
_FIGURE: Final = re.compile(
    rf" \((?P<beside>{_DAY})\)|(?<![\w.,])(?:(?P<day>{_DAY})|\d{{1,18}}(?:,\d{{3}})*(?:\.\d{{1,9}})?)(?![\w-]|[.,]\d)"
)
_POINTS: Final = re.compile(rf"(?P<points>-?[\d.]+ \({_DAY}\)(?:, -?[\d.]+ \({_DAY}\))*)(?:: (?P<share>\S+ %))?")
_REMINDER: Final = re.compile(r"(\d+)d (before|after)")
_RATE: Final = re.compile(rf"(?P<level>.+) of (?P<date>{_DAY}) \((?P<name>.*)\)")
_VAT: Final = re.compile(r"(?P<level>\S+) \((?P<what>taken out|added)\)")
_SILENT: Final = re.compile(rf"no point for (?P<span>\w+)(?:, the last of (?P<date>{_DAY})(?P<time> \d\d:\d\d UTC))?")
_CORRECTED: Final = "points were corrected: "
_SPAN: Final = re.compile(r"(\d{1,6})([wdhms])")
_UNITS: Final = {"w": (7, "day"), "d": (1, "day"), "h": (1, "hour"), "m": (1, "minute"), "s": (1, "second")}


def reason_words(reason: str, words: Words) -> str:
    """Why a reader is told: `Ministry, bans (event: export_control)`, or the clause alone."""
    found = _REASON.fullmatch(reason) if reason.endswith(")") else None
    if found is None:
        return clause_words(reason, words)
    return words.say("{label} ({text})", label=found["found"], text=clause_words(found["says"], words))


def clause_words(says: str, words: Words) -> str:
    """A clause: what kind it is and what it asks, without what its author named."""
    kind, _, rest = says.partition(": ")
    if kind not in KINDS or not rest:
        return says
    asked, between, met = rest.partition(": ") if kind in _MET else (rest, "", "")
    text = words.say(", ").join(_PARTS.get(kind, _as_named)(asked, words))
    if between:
        text = words.say("{label}: {text}", label=text, text=_MET[kind](met, words))
    return words.say("{label}: {text}", label=words.say(kind), text=text)


def series_title(title: str, words: Words) -> str:
    """The headline of a firing: `ndpr: below 110 USD/kg, rearm 1 %, 2026-11-19`."""
    name, between, rest = title.partition(": ")
    if not between:
        return title
    return words.say("{label}: {text}", label=name, text=words.say(", ").join(_of_series(rest, words)))


def series_line(line: str, words: Words) -> str:
    """A line on a point, such as `value: 109 USD/kg`; any other saying as it is said elsewhere."""
    name, between, text = line.partition(": ")
    if between and name in FIELDS:
        return words.say("{label}: {text}", label=words.say(name), text=_field(text, words))
    if between and f"{name}:" == OF_SERIES:
        return words.say("{label}: {text}", label=words.say("series"), text=_fired(text, words))
    return figures(words.saying(line), words) if line.startswith(_CORRECTED) else words.saying(line)


def figures(text: str, words: Words) -> str:
    """Numbers and days in a text of ours, as the language writes them."""
    return _FIGURE.sub(lambda found: _figure(found, words), text)


def _figure(found: re.Match[str], words: Words) -> str:
    if found["beside"]:
        return words.say("{label} ({text})", label="", text=words.dated(found["beside"]) or found["beside"])
    return (words.dated(found[0]) if found["day"] else words.numbered(found[0])) or found[0]


def _field(text: str, words: Words) -> str:
    if text in VALUES:
        return words.say(text)
    rate = _RATE.fullmatch(text)
    if rate is not None:
        level, day = figures(rate["level"], words), figures(rate["date"], words)
        return words.say("{level} of {date} ({name})", level=level, date=day, name=rate["name"])
    vat = _VAT.fullmatch(text)
    if vat is not None:
        side = vat["what"]
        return words.say("{label} ({text})", label=figures(vat["level"], words), text=words.say(side))
    return _points(text, words)


def _points(text: str, words: Words) -> str:
    """Points with their days, and by how much they changed."""
    found = _POINTS.fullmatch(text)
    if found is None:
        return figures(text, words)
    listed = words.say(", ").join(figures(each, words) for each in found["points"].split(", "))
    share = found["share"]
    return words.say("{label}: {text}", label=listed, text=figures(share, words)) if share else listed


def _fired(text: str, words: Words) -> str:
    """The points that a firing rests on, or that there were none."""
    silent = _SILENT.fullmatch(text)
    if silent is None:
        return _points(text, words) if _POINTS.fullmatch(text) else figures(words.saying(text), words)
    span = _span(silent["span"], words)
    if silent["date"] is None:
        return words.say("no point for {span}", span=span)
    last = figures(silent["date"], words) + silent["time"]
    return words.say("no point for {span}, the last of {date}", span=span, date=last)


def _of_series(asked: str, words: Words) -> Iterable[str]:
    for part in asked.split(", "):
        name, _, value = part.partition(" ")
        if name not in ASKED or not value:
            yield figures(part, words) if _FIGURE.fullmatch(part) else _with_more(part, _same, words)
        else:
            said = _span(value, words) if name in {"stale", "within"} else figures(value, words)
            yield words.say(f"{name} {{level}}", level=said)


def _of_event(asked: str, words: Words) -> Iterable[str]:
    option = "event"
    for part in asked.split(", "):
        name, between, value = part.partition(" ")
        if not between or name not in OPTIONS:
            yield _with_more(part, _SAID.get(option, _same), words)
            continue
        option = name
        said = _with_more(value, _SAID.get(option, _same), words)
        yield words.say("{label}: {text}", label=words.say(option), text=said)


def _of_calendar(asked: str, words: Words) -> Iterable[str]:
    return (_with_more(part, _status, words) for part in asked.split(", "))


def _as_named(asked: str, words: Words) -> Iterable[str]:
    return (_with_more(part, _same, words) for part in asked.split(", "))


def _with_more(part: str, say: Callable[[str, Words], str], words: Words) -> str:
    """A value, and how many more of a long list there are."""
    long = _MORE.fullmatch(part)
    if long is None:
        return say(part, words)
    return f"{say(long[1], words)} {words.say('and {n} more', n=long[2])}"


def _type(value: str, words: Words) -> str:
    title = EVENT_TYPES.get(value)
    return words.say(title) if title is not None else _value(value, words)


def _status(value: str, words: Words) -> str:
    if value in VALUES:
        return words.say(value)
    plain = value.replace("_", " ")
    said = words.saying(plain)
    return value if said == plain else said


def _value(value: str, words: Words) -> str:
    return words.say(value) if value in VALUES else value


def _same(value: str, words: Words) -> str:  # noqa: ARG001 - said by its author
    return value


def _remind(text: str, words: Words) -> str:
    """When before or after its day a date is told of."""
    found = _REMINDER.fullmatch(text)
    if found is None:
        return words.say("on the day") if text == "on the day" else text
    day = "day" if found[1] == "1" else "days"
    return words.say(f"{{n}} {day} {found[2]}", n=found[1])


def _span(text: str, words: Words) -> str:
    """A length of time as rules write it; one of several parts stays as it is."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return text
    times, unit = _UNITS[found[2]]
    many = int(found[1]) * times
    return words.spanned(f"{many} {unit}{'' if many == 1 else 's'}") or text


_SAID: Final[Mapping[str, Callable[[str, Words], str]]] = {
    "event": _type,
    "status": _status,
    "as": _value,
    "language": lambda value, words: words.say(NAMES[value]) if value in NAMES else value,
    "amount": figures,
    "price": figures,
}
_PARTS: Final[Mapping[str, Callable[[str, Words], Iterable[str]]]] = {
    "event": _of_event,
    "calendar": _of_calendar,
    "series": _of_series,
}
_MET: Final[Mapping[str, Callable[[str, Words], str]]] = {
    "calendar": _remind,
    "series": _fired,
    "health": lambda met, words: words.saying(met),
}

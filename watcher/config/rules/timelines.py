"""Time-line tests read from rule files, with every mistake in them noted at its place; they are not run here.

Source: the rule language, section 6, time lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from watcher.config.rules.deeds import DEEDS, read_deed
from watcher.config.rules.examples import TRUSTS, ZONES, read_date, read_language, read_parts
from watcher.config.rules.expectations import read_expect
from watcher.config.rules.page import Keys, Page, shape
from watcher.core.model import SourceId, Trust
from watcher.core.rules.examples import SOURCE
from watcher.core.rules.timelines import (
    ArticleStep,
    DigestStep,
    Happening,
    HealthStep,
    PointStep,
    RestartStep,
    ReviseStep,
    RowStep,
    Step,
    TimeLine,
)
from watcher.core.text.spelling import did_you_mean
from watcher.core.values import LONGEST, parse_duration, parse_time
from watcher.core.watching.states import STATES
from watcher.core.yaml.strict import Node

TEST_KEYS = Keys(
    noun="a test",
    allowed=("name", "rules", "start", "setup", "steps"),
    required=("name", "rules", "start", "steps"),
)
SETUP_KEYS = Keys(noun="setup", allowed=("lists", "sources", "routes", "digests"))
ACTIONS = ("article", "revise", "row", "point", "health", *DEEDS, "restart", "digest", "expect")
STEP_KEYS = Keys(noun="a step", allowed=("at", "repeat", *ACTIONS), required=("at",))
REPEAT_KEYS = Keys(noun="repeat", allowed=("times", "every"), required=("times", "every"))
_ZONES = tuple(zone.value for zone in ZONES)
ARTICLE_KEYS = Keys(
    noun="an article",
    allowed=(
        *("id", "text", *_ZONES, "source", "trust", "language", "date", "published", "seen"),
        *("url", "copies"),
    ),
    required=("id",),
    later=frozenset({"genre"}),
)
REVISE_KEYS = Keys(noun="a revision", allowed=("id", "text", *_ZONES), required=("id",))
ROW_KEYS = Keys(noun="a row", allowed=("source", "key", "label", "fields", "removed"), required=("source", "key"))
POINT_KEYS = Keys(noun="a point", allowed=("series", "value"), required=("series", "value"))
HEALTH_KEYS = Keys(noun="health", allowed=("source", "state"), required=("source", "state"))
RESTART_KEYS = Keys(noun="restart", allowed=("down",), required=("down",))
MOST_TIMES = 1_000
_YEARS = (1900, 2199)
"""Within these every time that is reckoned from a moment of a test stays within the calendar."""
_LIKE_TIME = re.compile(r"\d{4}-")


def read_time_lines(page: Page, node: Node) -> list[TimeLine]:
    """All sound tests under `tests`; what is faulty is noted."""
    found: list[TimeLine] = []
    for item in page.items(node, "tests"):
        line = _read(page, item)
        if line is not None:
            found.append(line)
        else:
            page.surely(item)
    return found


def _read(page: Page, node: Node) -> TimeLine | None:
    before = page.errors
    keys = page.mapping(node, TEST_KEYS)
    if node.kind != "mapping":
        return None
    name = page.text(keys["name"][1], "name") if "name" in keys else None
    if name is not None and not page.good_name(keys["name"][1], "test"):
        name = None
    rules = page.texts(keys["rules"][1], "rules") if "rules" in keys else ()
    start = _moment(page, keys["start"][1], None) if "start" in keys else None
    setup = _setup(page, keys["setup"][1]) if "setup" in keys else {}
    steps = list(_steps(page, keys["steps"][1], start)) if "steps" in keys and start is not None else []
    if name is None or start is None or page.errors > before:
        return None
    return TimeLine(
        name=name,
        file=page.name,
        node=node,
        rules=rules,
        start=start,
        setup=setup,
        steps=tuple(sorted(steps, key=lambda step: step.at)),
    )


def _setup(page: Page, node: Node) -> Mapping[str, Mapping[str, tuple[Node, Node]]]:
    """What is named in `setup`, part by part; blocks of the configuration are read where the test is run."""
    keys = page.mapping(node, SETUP_KEYS)
    return {
        part: {name: (key, value) for name, key, value in page.named(each, f"setup: {part}")}
        for part, (_, each) in keys.items()
    }


def _steps(page: Page, node: Node, start: datetime) -> Iterator[Step]:
    """Every step in the order of the file, repeated ones as often as they happen."""
    latest: tuple[datetime, str] | None = None
    for item in page.items(node, "steps"):
        keys = page.mapping(item, STEP_KEYS)
        at = _moment(page, keys["at"][1], start) if "at" in keys else None
        if at is None:
            continue
        said = str(keys["at"][1].value)
        if latest is not None and at < latest[0]:
            page.error(keys["at"][1], "R057", f"step at {said} lies before {latest[1]}")
        latest = (at, said) if latest is None or at > latest[0] else latest
        named = [name for name in ACTIONS if name in keys]
        if len(named) != 1:
            _not_one(page, item, keys, named)
            continue
        yield from _repeated(page, item, keys, named[0], at, start)


def _not_one(page: Page, node: Node, keys: Mapping[str, tuple[Node, Node]], named: Sequence[str]) -> None:
    """Say that a step does nothing, or two things."""
    if named:
        page.error(keys[named[1]][0], "R054", f"step has {named[0]} and {named[1]}; exactly one")
    elif not any(page.faulty(key) for key, _ in node.pairs):
        page.error(node, "R054", f"step does nothing; write one of {', '.join(ACTIONS)}")


def _repeated(
    page: Page, node: Node, keys: Mapping[str, tuple[Node, Node]], action: str, at: datetime, start: datetime
) -> Iterator[Step]:
    """The step, once or as `repeat` says; then its articles are numbered: b1, b2 ..."""
    times, every = 1, timedelta()
    if "repeat" in keys:
        parts = page.mapping(keys["repeat"][1], REPEAT_KEYS)
        times = (page.whole_number(parts["times"][1], "times", 1, MOST_TIMES) if "times" in parts else None) or 1
        every = (_duration(page, parts["every"][1]) if "every" in parts else None) or timedelta()
        if at - start + every * (times - 1) > LONGEST:
            page.error(keys["repeat"][1], "R025", "the last of them lies more than a hundred years after the start")
            return
    for number in range(1, times + 1):
        before = page.errors
        moment = at + every * (number - 1)
        does = _does(page, keys[action][1], action, moment, start, f"{number}" if "repeat" in keys else "")
        if does is None or page.errors > before:
            return
        yield Step(at=does.seen if isinstance(does, ArticleStep) else moment, node=node, does=does)


def _does(page: Page, node: Node, action: str, at: datetime, start: datetime, number: str) -> Happening | None:
    """What a step does, or None with its faults noted."""
    match action:
        case "article":
            return _article(page, node, at, start, number)
        case "expect":
            return read_expect(page, node, lambda place: _moment(page, place, start))
        case "digest":
            return DigestStep()
        case _ if action in DEEDS:
            return read_deed(page, node, action, at, lambda place: _moment(page, place, start))
        case "restart":
            keys = page.mapping(node, RESTART_KEYS)
            down = _duration(page, keys["down"][1]) if "down" in keys else None
            return RestartStep(down=down) if down is not None else None
        case _:
            return _OTHERS[action](page, node)


def _revise(page: Page, node: Node) -> ReviseStep | None:
    keys = page.mapping(node, REVISE_KEYS)
    id_, parts = _text(page, keys, "id"), read_parts(page, node, keys)
    return ReviseStep(id=id_, parts=parts) if id_ and parts else None


def _point(page: Page, node: Node) -> PointStep | None:
    keys = page.mapping(node, POINT_KEYS)
    series, value = _text(page, keys, "series"), _plain(page, keys, "value")
    return PointStep(series=series, value=value) if series and value else None


def _health(page: Page, node: Node) -> HealthStep | None:
    keys = page.mapping(node, HEALTH_KEYS)
    source = _text(page, keys, "source")
    state = page.choice(keys["state"][1], "state", STATES, "R013") if "state" in keys else None
    return HealthStep(source=source, state=state) if source and state else None


def _article(page: Page, node: Node, at: datetime, start: datetime, number: str) -> ArticleStep | None:
    keys = page.mapping(node, ARTICLE_KEYS)
    if node.kind != "mapping":
        return None
    id_ = _text(page, keys, "id")
    parts = read_parts(page, node, keys)
    trust = page.choice(keys["trust"][1], "trust", TRUSTS, "R017") if "trust" in keys else None
    seen = _moment(page, keys["seen"][1], start) if "seen" in keys else at
    if id_ is None or not parts or seen is None:
        return None
    if seen < at:
        page.error(keys["seen"][1], "R057", "seen lies before the step's own time")
    return ArticleStep(
        id=f"{id_}{number}",
        parts=parts,
        source=_text(page, keys, "source") or SourceId(SOURCE),
        trust=Trust(trust) if trust else None,
        language=read_language(page, keys),
        published=_published(page, keys, at, start),
        seen=seen,
        url=_text(page, keys, "url"),
        copies=_text(page, keys, "copies"),
    )


def _published(page: Page, keys: Mapping[str, tuple[Node, Node]], at: datetime, start: datetime) -> datetime:
    """The time that the source states: `published`, noon of `date`, or the step's own."""
    if "published" in keys:
        return _moment(page, keys["published"][1], start) or at
    day = read_date(page, keys["date"][1], "date") if "date" in keys else None
    return at if day is None else datetime.combine(day, time(12), UTC)


def _row(page: Page, node: Node) -> RowStep | None:
    keys = page.mapping(node, ROW_KEYS)
    source, key = _text(page, keys, "source"), _plain(page, keys, "key")
    removed = "removed" in keys and keys["removed"][1].value is True
    fields: tuple[tuple[str, str], ...] = ()
    if "fields" in keys:
        value = keys["fields"][1]
        if value.kind != "mapping":
            page.error(value, "R008", f'"fields" must be a mapping, not {shape(value)}')
        fields = tuple((str(name.value), each.raw) for name, each in value.pairs)
    elif not removed and node.kind == "mapping":
        page.error(node, "R007", 'a row has no "fields"; or write removed: true')
    if source is None or key is None:
        return None
    label = _text(page, keys, "label") or key
    return RowStep(source=source, key=key, label=label, fields=fields, removed=removed)


_OTHERS: Mapping[str, Callable[[Page, Node], Happening | None]] = {
    "revise": _revise,
    "row": _row,
    "point": _point,
    "health": _health,
}


def _text(page: Page, keys: Mapping[str, tuple[Node, Node]], key: str) -> str | None:
    return page.text(keys[key][1], key) if key in keys else None


def _plain(page: Page, keys: Mapping[str, tuple[Node, Node]], key: str) -> str | None:
    """A text or a number, as it is written."""
    if key not in keys:
        return None
    node = keys[key][1]
    if node.kind != "scalar" or not node.raw:
        page.error(node, "R008", f'"{key}" must be a text or a number, not {shape(node)}')
        return None
    return node.raw


def _duration(page: Page, node: Node) -> timedelta | None:
    try:
        return parse_duration(str(node.value))
    except ValueError as error:
        page.error(node, "R025", str(error))
        return None


def _moment(page: Page, node: Node, start: datetime | None) -> datetime | None:
    """A time, or an offset from the start; None with its fault noted."""
    text = str(node.value) if node.kind == "scalar" else shape(node)
    is_time = start is None or _LIKE_TIME.match(text) is not None
    code = "R027" if is_time else "R025"
    try:
        moment = parse_time(text) if start is None or is_time else start + parse_duration(text)
    except (ValueError, OverflowError) as error:
        page.error(node, code, str(error))
        return None
    if _YEARS[0] <= moment.year <= _YEARS[1]:
        return moment
    page.error(node, code, f'"{text}" lies outside the years {_YEARS[0]} to {_YEARS[1]}')
    return None


def unknown(page: Page, node: Node, noun: str, name: str, known: Iterable[str]) -> None:
    """Note a name that nothing has."""
    names = tuple(known)
    hint = did_you_mean(name, names) or (f"; known: {', '.join(sorted(names)[:8])}" if names else "; there is none")
    page.error(node, "R056", f'unknown {noun} "{name}"{hint}')

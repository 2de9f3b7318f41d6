"""`require` of a rule as it stands in a file: its one kind, its options, its conditions; every fault at its place.

Never judges anything. Source: the rule language, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, Literal, cast

from watcher.config.rules.conditions import Conditions
from watcher.config.rules.page import Keys, Page, shape
from watcher.config.rules.subjects import ARTICLE, subject_of
from watcher.core.requirements.fields import ALL, CHANGED, FIELDS, USUAL_BY, needs_understanding
from watcher.core.rules.model import Node as Tree
from watcher.core.rules.model import Requirement, RequirementKind, Share, Step
from watcher.core.text.spelling import did_you_mean
from watcher.core.values import duration_text, parse_duration
from watcher.core.yaml.strict import Node

KINDS: Final[tuple[RequirementKind, ...]] = (
    *("count", "sources", "spike", "ratio", "silent", "first", "changed", "sequence"),
)
OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "count": ("within", "of"),
    "sources": ("within",),
    "spike": ("within", "against", "at_least"),
    "ratio": ("of", "within", "at_least"),
    "silent": ("factor", "over", "floor", "floor_new"),
    "first": (),
    "changed": (),
    "sequence": (),
}
"""What each kind takes beside `by` and `lateness`."""
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "count": ("within",),
    "spike": ("within",),
    "ratio": ("of", "within"),
    "first": ("by",),
    "sequence": ("by",),
}
SUBJECTS: Final[Mapping[str, frozenset[str]]] = {
    ARTICLE: frozenset(FIELDS) - {"matter"},
    "matter": frozenset(FIELDS),
    "table": frozenset({"source", "trust", "language", "organisation", "material", "place", "country", "region", ALL}),
    "series": frozenset({"source", "trust", "status", ALL}),
    "health": frozenset({"source", "trust", "status", ALL}),
    "calendar": frozenset(
        {"source", "trust", "language", "organisation", "material", "place", "country", "region", ALL}
    ),
}
"""The fields that what a rule judges has; the status of a series is how it fires: below, above, change or stale."""
BESIDE: Final = frozenset({"series", "health", "calendar"})
"""What is judged besides texts: the course of the rule's own condition in time comes first."""
WITHOUT: Final[Mapping[tuple[str, str], str]] = {
    ("series", "sources"): "a point is its source's own word",
    ("health", "sources"): "what happens to a source is nobody's word",
    ("calendar", "sources"): "an entry is one thing, whoever states it; ask of articles, with deadline",
    ("calendar", "changed"): "an entry that moves is told by itself",
}
"""Requirements without a meaning for what a rule judges, and why."""
CHANGING: Final[Mapping[str, frozenset[str]]] = {"series": frozenset({"status"}), "health": frozenset({"status"})}
"""What can change of what is judged besides texts."""
_WHOLE: Final = Decimal(100)
_ANY: Final = ("by", "lateness")
_AUTO: Final = "auto"
_EVER: Final = "ever"
_MOST: Final = 1_000
_MOST_STEPS: Final = 10
_SHARE: Final = re.compile(
    r"(?:(?P<sign>>=|<=|>|<|=)\s*(?P<value>\d{1,3}(?:\.\d{1,6})?)"
    r"|(?P<low>\d{1,3}(?:\.\d{1,6})?)\sto\s(?P<high>\d{1,3}(?:\.\d{1,6})?))\s?%"
)
_NUMBER: Final = re.compile(r"\d{1,3}(?:\.\d{1,6})?")
_STEP: Final = Keys(noun="a step of a sequence", allowed=("then", "not", "within"))

Pairs = Mapping[str, tuple[Node, Node]]


def requirement_nodes(node: Node | None) -> tuple[Node, ...]:
    """The conditions inside a `require`, as they stand in the file."""
    if node is None or node.kind != "mapping":
        return ()
    found = [] if node.get("ratio") is None else [node.get("of")]
    steps = node.get("sequence")
    for step in steps.items if steps is not None else ():
        found += [step.get("then"), step.get("not")]
    return tuple(each for each in found if each is not None and each.kind == "mapping")


def read_requirement(page: Page, node: Node, conditions: Conditions, subject: str) -> Requirement | None:
    """The requirement, or None with its faults noted."""
    return _Reading(page=page, node=node, conditions=conditions, subject=subject).read()


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One `require` while it is read."""

    page: Page
    node: Node
    conditions: Conditions
    subject: str
    kind: str = ""
    keys: Pairs = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)

    def read(self) -> Requirement | None:
        before = self.page.errors
        if self.node.kind != "mapping":
            self.page.error(self.node, "R008", f"require must be a mapping, not {shape(self.node)}")
            return None
        if not self._find_kind():
            return None
        self._find_options()
        self._value()
        self._options()
        self._by()
        self._lateness()
        self._smells()
        if self.page.errors > before:
            return None
        asked = (*self.made["by"], *self.made.get("changed", ()))
        if self.kind == "sources" or (self.subject not in CHANGING and needs_understanding(asked)):
            # Whoever counts origins or parts by names asks for what articles say, whatever its clauses are.
            self.conditions.clauses.understanding()
        return Requirement(kind=cast("RequirementKind", self.kind), **self.made)

    def _find_kind(self) -> bool:
        """The one kind that stands there."""
        found = [(str(key.value), key) for key, _ in self.node.pairs if key.value in KINDS]
        if not found:
            every = (*KINDS, *_ANY, *(name for names in OPTIONS.values() for name in names))
            for key, _ in self.node.pairs:
                if key.value not in every:
                    hint = did_you_mean(str(key.value), KINDS) or f"; it has one of {', '.join(KINDS)}"
                    self.page.error(key, "R006", f'unknown key "{key.value}" in require{hint}')
                    return False
            self.page.error(self.node, "R007", f"require has no kind; it is one of {', '.join(KINDS)}")
            return False
        if len(found) > 1:
            names = " and ".join(name for name, _ in found)
            self.page.error(found[0][1], "R035", f"two requirements in one rule, {names}")
            return False
        self.kind = found[0][0]
        if (why := WITHOUT.get((self.subject, self.kind))) is not None:
            self.page.error(found[0][1], "R037", f"a rule on {self.subject} takes no {self.kind}: {why}")
            return False
        return True

    def _find_options(self) -> None:
        """The options of that kind; those of others, and those that are missing, are errors."""
        allowed = (self.kind, *_ANY, *OPTIONS[self.kind])
        found: dict[str, tuple[Node, Node]] = {}
        for key, value in self.node.pairs:
            name = str(key.value)
            owner = next((kind for kind, names in OPTIONS.items() if name in names), None)
            if name in allowed:
                found[name] = (key, value)
            elif owner is not None:
                self.page.error(key, "R032", f'"{name}" belongs to {owner}, not to {self.kind}')
            else:
                hint = did_you_mean(name, allowed) or f"; it has {', '.join(allowed)}"
                self.page.error(key, "R006", f'unknown key "{name}" in require{hint}')
        self.keys = found
        for name in NEEDED.get(self.kind, ()):
            if name not in found:
                self.page.error(found[self.kind][0], "R034", f'{self.kind} needs "{name}"')

    def _value(self) -> None:
        """What stands beside the kind."""
        value = self.keys[self.kind][1]
        match self.kind:
            case "count" | "sources" | "spike":
                self._keep("n", self.page.whole_number(value, self.kind, 1, _MOST))
            case "ratio":
                self._keep("share", self._share(value))
            case "silent" | "first":
                word = _AUTO if self.kind == "silent" else _EVER
                name = "silence" if self.kind == "silent" else "gap"
                self._keep(name, None if value.value == word else self._duration(value, self.kind, word))
            case "changed":
                self._keep("changed", self._fields(value, CHANGED, "changed"))
            case _:
                self._keep("steps", self._steps(value))

    def _options(self) -> None:
        """The options that stand there, and defaults where they are not this version's usual ones."""
        for name in ("within", "against", "over", "floor", "floor_new"):
            if name in self.keys:
                self._keep(name, self._duration(self.keys[name][1], name))
        within = self.made.get("within") or timedelta(hours=48)
        if self.kind == "sources":
            self.made.setdefault("within", within)
        if self.kind == "spike":
            self.made.setdefault("against", 8 * within)
        if self.kind in {"spike", "ratio"}:
            least = (
                self.page.whole_number(self.keys["at_least"][1], "at_least", 1, _MOST)
                if "at_least" in self.keys
                else None
            )
            self._keep("at_least", least or (5 if self.kind == "spike" else 20))
        if "factor" in self.keys:
            self._keep("factor", self._factor(self.keys["factor"][1]))
        self._of()
        if self.kind == "silent" and self.made.get("silence") is not None:
            for name in OPTIONS["silent"]:
                if name in self.keys:
                    self.page.error(self.keys[name][0], "R032", f'"{name}" belongs to silent: auto')

    def _of(self) -> None:
        """What a count counts, or the wider condition of a ratio."""
        if self.kind == "count" and self.subject in BESIDE:
            self.made["noun"] = "match"
        if "of" in self.keys and self.kind == "count":
            of = self.page.choice(self.keys["of"][1], "of", ("stories", "articles"), "R013")
            self._keep("distinct", cast("Literal['stories', 'articles']", of or "stories"))
        elif "of" in self.keys:
            self._keep("of", self._condition(self.keys["of"][1], "require.of"))

    def _by(self) -> None:
        """The fields that part what is kept."""
        names: tuple[str, ...] = (USUAL_BY.get(self.kind, ALL),)
        if self.kind == "changed" and self.subject in CHANGING:
            names = ("source",)
        if "by" in self.keys:
            names = self._fields(self.keys["by"][1], FIELDS, "by") or names
        elif not set(names) <= SUBJECTS[self.subject]:
            names = (ALL,)
        self.made["by"] = names

    def _smells(self) -> None:
        """R070: what every match meets, or none."""
        node, share = self.keys[self.kind][1], self.made.get("share")
        if self.kind in {"count", "sources", "spike"} and self.made.get("n") == 1:
            what = "any number of matches is that much" if self.kind == "spike" else "one match is enough; leave it out"
            self.page.warn(node, "R070", f"always true: {what}")
        if share is not None and share.least is not None:
            if share.least > _WHOLE or (share.least == _WHOLE and share.strict):
                self.page.warn(node, "R070", "never true: a share is at most 100 %")
            elif share.most is None and not share.least and not share.strict:
                self.page.warn(node, "R070", "always true: no share is less")
        against, within = self.made.get("against"), self.made.get("within")
        if against is not None and within is not None and against < within:
            text = f"against {duration_text(against)} is shorter than within {duration_text(within)}"
            self.page.warn(self.keys["against"][1], "R070", f"{text}: what is usual can't be told from so little")

    def _lateness(self) -> None:
        if "lateness" not in self.keys:
            return
        key, value = self.keys["lateness"]
        late = self._duration(value, "lateness", least=timedelta(0))
        within = self.made.get("within")
        if late is not None and within is not None and late > within:
            text = f"lateness {duration_text(late)} is longer than within {duration_text(within)}"
            self.page.error(key, "R038", text)
        self._keep("lateness", late)

    def _steps(self, node: Node) -> tuple[Step, ...]:
        """The steps of a sequence."""
        items = self.page.items(node, "sequence")
        if len(items) > _MOST_STEPS:
            self.page.error(node, "R008", f"sequence takes at most {_MOST_STEPS} steps; found {len(items)}")
        steps = [self._step(item, at, last=at == len(items) - 1) for at, item in enumerate(items)]
        return tuple(step for step in steps if step is not None)

    def _step(self, node: Node, at: int, *, last: bool) -> Step | None:
        keys = self.page.mapping(node, _STEP)
        if not keys:
            return None
        kinds = [name for name in ("then", "not") if name in keys]
        if len(kinds) != 1:
            fault = "a step has then and not; write two steps" if kinds else 'a step needs "then" or "not"'
            self.page.error(node, "R034", fault)
            return None
        kind = kinds[0]
        if kind == "not" and not last:
            self.page.error(keys["not"][0], "R036", '"not" must be the last step of a sequence')
        if "within" not in keys:
            self.page.error(keys[kind][0], "R034", f'{kind} needs "within"')
            return None
        within = self._duration(keys["within"][1], "within")
        tree = self._condition(keys[kind][1], f"require.sequence[{at}].{kind}")
        return None if tree is None or within is None else Step(node=tree, denied=kind == "not", within=within)

    def _condition(self, node: Node, path: str) -> Tree | None:
        tree = self.conditions.read(self.page, node, path)
        own = self.subject if tree is None else subject_of(self.page, node, tree)
        if own not in {ARTICLE, self.subject}:
            self.page.error(node, "R024", f'one branch has "{own}", another has not: a rule judges one sort of thing')
        elif own == ARTICLE and self.subject in BESIDE:
            text = f"a rule on {self.subject} judges no articles: this never holds; ask of {self.subject} here too"
            self.page.error(node, "R024", text)
        return tree

    def _fields(self, node: Node, known: tuple[str, ...], key: str) -> tuple[str, ...]:
        """Names of fields, each one that what the rule judges has."""
        having = SUBJECTS[self.subject] if key == "by" else CHANGING.get(self.subject, frozenset(known))
        found = self.page.texts(node, key)
        for name, place in found:
            if name not in known:
                hint = did_you_mean(name, known) or f"; it is one of {', '.join(known)}"
                self.page.error(place, "R037", f'unknown field "{name}" in {key}{hint}')
            elif name not in having:
                self.page.error(place, "R037", f'what this rule judges ({self.subject}) has no field "{name}"')
        names = tuple(dict.fromkeys(name for name, _ in found))
        if ALL in names and len(names) > 1:
            self.page.error(node, "R037", f'"{ALL}" in {key} stands alone')
        return names

    def _factor(self, node: Node) -> Decimal | None:
        if node.quoted or isinstance(node.value, bool) or not _NUMBER.fullmatch(node.raw or ""):
            self.page.error(node, "R008", f"factor must be a number, not {node.raw or shape(node)}")
            return None
        if not Decimal(node.raw):
            self.page.error(node, "R008", "factor must be more than 0: 1.5 waits half as long again as was ever usual")
            return None
        return Decimal(node.raw)

    def _duration(
        self, node: Node, key: str, word: str = "", *, least: timedelta = timedelta(seconds=10)
    ) -> timedelta | None:
        said = f" or {word}" if word else ""
        if node.kind != "scalar" or node.value is None:
            self.page.error(node, "R025", f"{key} must be a duration{said}, not {shape(node)}")
            return None
        try:
            value = parse_duration(str(node.raw))
        except ValueError as error:
            self.page.error(node, "R025", f"{error}{said}")
            return None
        if value < least:
            self.page.error(node, "R025", f"{key} is at least {duration_text(least)}")
            return None
        return value

    def _share(self, node: Node) -> Share | None:
        text = self.page.text(node, "ratio")
        if text is None:
            return None
        found = _SHARE.fullmatch(" ".join(text.split()))
        if found is None:
            self.page.error(node, "R026", f'"{text}" is no share; say "> 40 %"')
            return None
        if found["sign"] is None:
            if Decimal(found["low"]) > Decimal(found["high"]):
                self.page.error(node, "R026", f'"{text}" ends below its beginning')
                return None
            return Share(least=Decimal(found["low"]), most=Decimal(found["high"]), strict=False, written=text)
        sign, value = found["sign"], Decimal(found["value"])
        return Share(
            least=value if sign in {">=", ">", "="} else None,
            most=value if sign in {"<=", "<", "="} else None,
            strict=sign in {">", "<"},
            written=text,
        )

    def _keep(self, name: str, value: object) -> None:
        """Take an option; one that is None was faulty, or says so itself."""
        if value is not None or name in {"silence", "gap"}:
            self.made[name] = value

"""What a time line expects, read from its file; whether it came so is not judged here.

Source: the rule language, section 6, time lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from watcher.config.rules.page import Keys, Page, shape
from watcher.core.model import Reason, Severity
from watcher.core.rules.timelines import FACTS, Expected, ExpectStep
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import Node

LISTS = ("alerts", "sent", "suppressed", "issues")
EXPECT_KEYS = Keys(noun="expect", allowed=LISTS)
_OF_ALERT = ("rule", "story", "key", "severity", "reason")
ENTRY_KEYS: Mapping[str, Keys] = {
    "alerts": Keys(noun="an entry of alerts", allowed=(*_OF_ALERT, "at", "facts", "times")),
    "sent": Keys(
        noun="an entry of sent",
        allowed=("route", "alert", *_OF_ALERT, "at", "says", "not_says", "times"),
    ),
    "suppressed": Keys(noun="an entry of suppressed", allowed=("route", "digest", "alert", *_OF_ALERT, "at", "times")),
    "issues": Keys(noun="an entry of issues", allowed=("digest", "stories", "updates", "says", "not_says", "times")),
}
NAMES = ("rule", "route", "digest", "story", "alert", "key")
_MOST = 10_000

Moment = Callable[[Node], datetime | None]


def read_expect(page: Page, node: Node, moment: Moment) -> ExpectStep | None:
    """One expectation, or None with its faults noted."""
    keys = page.mapping(node, EXPECT_KEYS)
    if node.kind != "mapping":
        return None
    if not keys:
        page.error(node, "R016", f"expect: is empty; write some of {', '.join(LISTS)}")
    found: dict[str, tuple[Node, tuple[Expected, ...]]] = {}
    for name, (key, value) in keys.items():
        if value.kind != "sequence":
            page.error(value, "R008", f'"{name}" must be a list, not {shape(value)}; [] where nothing is expected')
            continue
        entries = [_entry(page, item, name, moment) for item in value.items]
        found[name] = key, tuple(each for each in entries if each is not None)
    return ExpectStep(lists=found)


def _entry(page: Page, node: Node, name: str, moment: Moment) -> Expected | None:
    keys = page.mapping(node, ENTRY_KEYS[name])
    if node.kind != "mapping":
        return None
    agrees: dict[str, str] = {}
    for key in NAMES:
        text = page.text(keys[key][1], key) if key in keys else None
        if text is not None:
            agrees[key] = text
    if "severity" in keys:
        level = page.choice(keys["severity"][1], "severity", tuple(each.value for each in Severity), "R009")
        agrees |= {"severity": level} if level else {}
    if "reason" in keys:
        agrees |= _reason(page, keys["reason"][1])
    return Expected(
        node=node,
        agrees=agrees,
        times=(page.whole_number(keys["times"][1], "times", 1, _MOST) if "times" in keys else None) or 1,
        at=moment(keys["at"][1]) if "at" in keys else None,
        facts=_facts(page, keys["facts"][1]) if "facts" in keys else {},
        says=_words(page, keys, "says"),
        not_says=_words(page, keys, "not_says"),
        holds={key: _words(page, keys, key) for key in ("stories", "updates") if key in keys},
    )


def _reason(page: Page, node: Node) -> Mapping[str, str]:
    text = page.text(node, "reason")
    reasons = tuple(each.value for each in Reason)
    if text is None or text in reasons:
        return {"reason": text} if text else {}
    page.error(node, "R056", f'unknown Reason "{text}"{did_you_mean(text, reasons)}')
    return {}


def _facts(page: Page, node: Node) -> Mapping[str, tuple[str, ...]]:
    if node.kind != "mapping":
        page.error(node, "R008", f'"facts" must be a mapping, not {shape(node)}')
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for key, value in node.pairs:
        name = str(key.value)
        if name not in FACTS:
            hint = did_you_mean(name, FACTS) or f"; it is one of {', '.join(FACTS)}"
            page.error(key, "R056", f'unknown fact "{name}"{hint}')
            continue
        found[name] = tuple(text for text, _ in page.texts(value, name))
    return found


def _words(page: Page, keys: Mapping[str, tuple[Node, Node]], key: str) -> tuple[str, ...]:
    if key not in keys or (keys[key][1].kind == "sequence" and not keys[key][1].items):
        return ()
    return tuple(text for text, _ in page.texts(keys[key][1], key))

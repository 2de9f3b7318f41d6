"""All that is stored behind one alert, as the files of a proof: texts, times, rule, evidence, decisions, messages, seals.

It only reads, and shows of other alerts nothing but hashes.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from watcher.stores.sqlite.seals import Seal, line_hash, lines, seals
from watcher.stores.sqlite.times import from_us

_ODD = re.compile(r"[^A-Za-z0-9._-]+")
_TIMES = frozenset(
    {
        *("published", "seen", "raised", "updated", "fetched", "event_time", "at", "loaded", "made"),
        *("created", "due", "first_attempt", "finished", "started", "told"),
    }
)
"""The columns that hold moments."""

_ARTICLES = (
    "select distinct a.number from articles a where a.number = (select article from alerts where id = :alert) "
    "or a.number in (select o.article from observations o join matches m on m.observation = o.number "
    "where m.alert = :alert) or a.number in (select o.article from observations o join decisions d "
    "on d.observation = o.number where d.alert = :alert) "
    "or a.number in (select article from alert_items where alert = :alert) order by a.number"
)
_ARTICLE = (
    "select id, source, title, link, publisher, trust, language, author, story, story_reason, revision, published, seen, "
    "fetched, event_time, flags, entry_sha256, number from articles where number = ?"
)
_REVISIONS = (
    "select t.revision, t.seen, t.text, t.text_sha256, d.number as document, d.url, d.status, d.headers, d.sha256, "
    "d.bytes, d.fetched, d.outcome from texts t left join documents d on d.number = (select max(e.number) from documents e "
    "where e.source = t.source and e.fetched <= t.seen) where t.article = ? order by t.revision"
)
_DATES = (
    "select e.kind, e.first_day, e.last_day, e.printed, e.state, e.outcome from entries e where e.id in "
    "(select v.entry from entry_evidence v where v.article = ?) order by e.first_day, e.id"
)
_MATCHES = (
    "select o.number as observation, a.id as article, o.revision, o.mark, o.seen, o.event_time, o.rule_set, m.rule, "
    "m.rule_version, m.severity, m.reason, m.evidence from matches m join observations o on o.number = m.observation "
    "left join articles a on a.number = o.article where m.alert = ? order by o.number"
)
_RULES = (
    "select distinct v.rule, v.number, v.version, v.loaded, v.body from rule_versions v where "
    "(v.rule, v.version) in (select rule, rule_version from matches where alert = :alert) "
    "or (v.rule, v.version) in (select rule, rule_version from alerts where id = :alert) order by v.number"
)
_DECISIONS = "select number, observation, change, way, reason, detail, occasion, at from decisions where alert = ? order by number"
_DELIVERIES = (
    "select d.id, d.occasion, d.channel, d.recipient, d.state, d.created, d.due, d.attempts, d.retries, d.first_attempt, "
    "d.finished, d.reason, d.rendered, o.at as told, o.content from deliveries d join occasions o on o.id = d.occasion "
    "where d.occasion in (select occasion from decisions where alert = :alert and occasion is not null) "
    "or o.alert = :alert order by d.number"
)
_ATTEMPTS = (
    "select retries, number, started, finished, result, reason, answer from attempts where delivery = ? "
    "order by retries, number"
)
_ISSUES = (
    "select q.digest, q.period, q.change, q.reason, q.news from digest_queue q where q.alert = ? order by q.assigned"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of the proof."""

    name: str
    content: bytes


def known(db: sqlite3.Connection, alert: str) -> bool:
    """Whether there is such an alert."""
    return db.execute("select 1 from alerts where id = ?", (alert,)).fetchone() is not None


def proof(db: sqlite3.Connection, alert: str) -> Iterator[Part]:
    """The files behind one alert, in a folder of its own; nothing for an alert that is not there."""
    found = _rows(db, "select * from alerts where id = ?", (alert,))
    if not found:
        return
    folder = f"alerts/{_plain(alert)}"
    own = found[0]
    own["evidence"] = json.loads(str(own["evidence"]))
    own["article"] = next((row["id"] for row in _rows(db, _ARTICLE, (own["article"],))), None)
    matches = _rows(db, _MATCHES, (alert,))
    for match in matches:
        match["evidence"] = json.loads(str(match["evidence"]))
    queued = _rows(db, _ISSUES, (alert,))
    decisions = _rows(db, _DECISIONS, (alert,))
    whole = {"alert": own, "matches": matches, "decisions": decisions, "digests": queued}
    yield _json(f"{folder}/alert.json", whole)
    for (number,) in db.execute(_ARTICLES, {"alert": alert}).fetchall():
        yield from _article(db, folder, number)
    for rule in _rows(db, _RULES, {"alert": alert}):
        rule["body"] = json.loads(str(rule["body"]))
        yield _json(f"{folder}/rules/{_plain(str(rule['rule']))}-v{rule['number']}.json", rule)
    yield from _messages(db, folder, alert)
    yield from _seals(db, folder, [int(str(each["number"])) for each in decisions])


def _article(db: sqlite3.Connection, folder: str, number: int) -> Iterator[Part]:
    """An article with all its revisions, each with the document that it came in."""
    [article] = _rows(db, _ARTICLE, (number,))
    place = f"{folder}/articles/{_plain(str(article['id']))}"
    revisions = _rows(db, _REVISIONS, (number,))
    for revision in revisions:
        text = revision.pop("text")
        revision["headers"] = json.loads(str(revision["headers"] or "[]"))
        if isinstance(text, str):
            content = text.encode("utf-8", "surrogatepass")
            revision["sha256_of_text"] = hashlib.sha256(content).hexdigest()
            yield Part(name=f"{place}/revision-{revision['revision']}.txt", content=content)
    dates = _rows(db, _DATES, (number,))
    times = {
        "stated by the source": article["published"],
        "first seen by watcher": article["seen"],
        "fetched (newest revision)": article["fetched"],
        "in force, expiring or due": dates,
    }
    yield _json(f"{place}/article.json", {"article": article, "times": times, "revisions": revisions})


def _messages(db: sqlite3.Connection, folder: str, alert: str) -> Iterator[Part]:
    """Every message as it went out, and what its receiver answered."""
    for number, delivery in enumerate(_rows(db, _DELIVERIES, {"alert": alert}), start=1):
        place = f"{folder}/messages/{number:03}-{_plain(str(delivery['channel']))}"
        rendered, content = delivery.pop("rendered"), delivery.pop("content")
        if isinstance(rendered, str):
            yield Part(name=f"{place}.sent", content=rendered.encode("utf-8", "surrogatepass"))
        # Of a message that tells several alerts, what it says of the others is no business of this proof's reader.
        facts = {"message": json.loads(str(content))} if str(delivery["occasion"]).startswith(f"alert:{alert}:") else {}
        yield _json(f"{place}.json", {**delivery, **facts, "tries": _rows(db, _ATTEMPTS, (delivery["id"],))})


def _seals(db: sqlite3.Connection, folder: str, decisions: Sequence[int]) -> Iterator[Part]:
    """The seals that cover these decisions: the chain, the hash of every line under them, and the alert's own lines."""
    before: Seal | None = None
    covering = []
    chain = []
    for seal in seals(db):
        after = 0 if before is None else before.upto
        chain.append({"number": seal.number, "day": seal.day, "sha256": seal.sha256, "previous": seal.previous})
        held = {number for number in decisions if after < number <= seal.upto}
        if held:
            every = list(lines(db, after, seal.upto))
            covering.append(
                {
                    "seal": seal.number,
                    "day": seal.day,
                    "sha256": seal.sha256,
                    "previous": seal.previous,
                    "hashes_of_lines": [line_hash(line) for _, line in every],
                    "lines_of_this_alert": [line for number, line in every if number in held],
                }
            )
        before = seal
    last = 0 if before is None else before.upto
    waiting = [number for number in decisions if number > last]
    yield _json(f"{folder}/seals.json", {"covering": covering, "not_sealed_yet": waiting, "chain": chain})


def _rows(
    db: sqlite3.Connection, query: str, bound: tuple[object, ...] | Mapping[str, object]
) -> list[dict[str, object]]:
    """Rows by column; moments as ISO 8601 in UTC."""
    cursor = db.execute(query, bound)
    names = [column[0] for column in cursor.description]
    return [{name: _cell(name, value) for name, value in zip(names, row, strict=True)} for row in cursor]


def _cell(name: str, value: object) -> object:
    return from_us(value).isoformat() if name in _TIMES and isinstance(value, int) else value


def _json(name: str, value: object) -> Part:
    return Part(name=name, content=(json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())


def _plain(name: str) -> str:
    """A name that is safe as a file's in any archive."""
    return _ODD.sub("_", name).strip("._")[:120] or "_"

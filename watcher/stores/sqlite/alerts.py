"""Rules' versions, matches, alerts, decisions and the digests' queues, in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from watcher.core.ledger import AlertWrite, Judged, PriorMatch
from watcher.core.model import Alert, AlertId, ArticleId, Evidence, RuleId, Severity, Trust
from watcher.core.rules.model import RuleSet
from watcher.stores.sqlite.times import from_us, to_us

_EVIDENCE = msgspec.json.Decoder(tuple[Evidence, ...])
_MOST_MATCHES = 40

ALERT_COLUMNS = (
    "al.id, al.rule, al.rule_version, al.subject, a.id, al.severity, al.trust, al.state, al.raised, al.updated, "
    "al.occasions, al.evidence from alerts al left join articles a on a.number = al.article"
)


def told_under(db: sqlite3.Connection, subject: str) -> str:
    """The subject of an alert; of one on a story that another took in since, which only a closed one is, that other."""
    row = db.execute(
        "select 'story:' || merged_into from stories where id = substr(:subject, 7) and :subject glob 'story:*' "
        "and merged_into is not null",
        {"subject": subject},
    ).fetchone()
    return subject if row is None else str(row[0])


def evidence_json(evidence: tuple[Evidence, ...]) -> str:
    """Evidence as it is stored."""
    return msgspec.json.encode(evidence).decode()


def evidence_of(text: str) -> tuple[Evidence, ...]:
    """Stored evidence."""
    return _EVIDENCE.decode(text)


def alert_of(row: Sequence[object]) -> Alert:
    """An alert from a row of `ALERT_COLUMNS`."""
    id_, rule, version, subject, article, severity, trust, state, raised, updated, occasions, evidence = row
    return Alert(
        id=AlertId(str(id_)),
        rule=RuleId(str(rule)),
        rule_version=str(version),
        subject=str(subject),
        article=ArticleId(str(article or "")),
        severity=Severity(str(severity)),
        trust=Trust(str(trust)),
        state=str(state),
        raised=from_us(int(str(raised))),
        updated=from_us(int(str(updated))),
        occasions=int(str(occasions)),
        evidence=evidence_of(str(evidence)),
    )


class SqliteAlerts:
    """The tables `rule_versions`, `rule_sets`, `matches`, `alerts`, `decisions`, `digest_queue`; contract: `AlertTable`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def load_rules(self, rules: RuleSet, now: datetime) -> None:
        self._db.executemany(
            "insert into rule_versions (rule, number, version, loaded, body) select :rule, "
            "1 + (select count(*) from rule_versions where rule = :rule), :version, :now, :body "
            "where not exists (select 1 from rule_versions where rule = :rule and version = :version)",
            [
                {"rule": rule.id, "version": rule.version, "now": to_us(now), "body": rule.expanded}
                for rule in rules.rules
            ],
        )
        self._db.execute(
            "insert into rule_sets (version, loaded, rules) values (?, ?, ?) on conflict do nothing",
            (rules.version, to_us(now), json.dumps([[rule.id, rule.version] for rule in rules.rules])),
        )

    def alerts(self, subjects: Collection[str]) -> dict[tuple[str, str], Alert]:
        rows = self._db.execute(
            f"select {ALERT_COLUMNS} where al.subject in (select value from json_each(?))",
            (json.dumps(list(subjects)),),
        )
        found = (alert_of(row) for row in rows)
        return {(alert.rule, alert.subject): alert for alert in found}

    def opened(self, rules: Collection[str], begin: str) -> list[tuple[str, str]]:
        rows = self._db.execute(
            "select rule, subject from alerts where rule in (select value from json_each(?)) "
            "and subject >= ? and subject < ? and state = 'open'",
            (json.dumps(list(rules)), begin, begin + "\U0010ffff"),
        )
        return [(rule, subject) for rule, subject in rows]

    def taken(self, alert: str) -> bool:
        return self._db.execute("select 1 from alerts where id = ?", (alert,)).fetchone() is not None

    def prior(self, article: int) -> dict[str, PriorMatch]:
        rows = self._db.execute(
            "select rule, evidence, alert from matches where observation = "
            "(select max(number) from observations where article = ? and kind not in ('entry', 'matter', 'timer'))",
            (article,),
        )
        return {
            rule: PriorMatch(rule=rule, evidence=evidence_of(evidence), alert=alert) for rule, evidence, alert in rows
        }

    def matched(self, alert: str) -> list[tuple[int, int, tuple[Evidence, ...]]]:
        rows = self._db.execute(
            "select o.article, o.revision, m.evidence from matches m join observations o on o.number = m.observation "
            f"where m.alert = ? and o.kind not in ('entry', 'matter', 'timer') order by m.observation limit {_MOST_MATCHES}",
            (alert,),
        )
        return [(article, revision, evidence_of(evidence)) for article, revision, evidence in rows]

    def add_matches(self, observation: int, judged: Sequence[Judged]) -> None:
        self._db.executemany(
            "insert into matches (observation, rule, rule_version, severity, evidence, reason, alert) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    observation,
                    each.match.rule,
                    each.match.rule_version,
                    each.match.severity,
                    evidence_json(each.match.evidence),
                    each.reason,
                    each.alert,
                )
                for each in judged
            ],
        )

    def write(self, observation: int, writes: Sequence[AlertWrite], now: datetime) -> None:
        for each in writes:
            alert = each.alert
            self._db.execute(
                "insert into alerts (id, rule, rule_version, subject, article, severity, trust, state, raised, updated, "
                "occasions, evidence) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set "
                "rule_version = excluded.rule_version, severity = excluded.severity, "
                "trust = excluded.trust, state = excluded.state, updated = excluded.updated, "
                "occasions = excluded.occasions, evidence = excluded.evidence, "
                # An article that says nothing new leaves the alert on the one that its evidence stands in.
                "article = case when excluded.occasions > alerts.occasions then excluded.article else article end, "
                "close_reason = case when excluded.occasions > alerts.occasions then null else close_reason end",
                (
                    alert.id,
                    alert.rule,
                    alert.rule_version,
                    alert.subject,
                    each.number,
                    alert.severity,
                    alert.trust,
                    alert.state,
                    to_us(alert.raised),
                    to_us(alert.updated),
                    alert.occasions,
                    evidence_json(alert.evidence),
                ),
            )
            self._db.executemany(
                "insert into decisions (alert, observation, change, way, reason, detail, occasion, at) "
                "values (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (d.alert, observation, d.change, d.way, d.reason, d.detail, d.occasion, to_us(now))
                    for d in each.decisions
                ],
            )
            # What is held of it since the turn before was stored is held for this observation.
            self._db.execute(
                "update held set observation = ? where alert = ? and observation is null", (observation, alert.id)
            )
            self._db.executemany(
                "insert into alert_items (alert, article) values (?, ?) on conflict do nothing",
                [(alert.id, number) for number in each.behind],
            )

    def queue(self, digest: str, alert: Alert, change: str, news: tuple[str, ...], now: datetime) -> None:
        self._db.execute(
            "insert into digest_queue (digest, alert, change, story, reason, news, assigned) "
            "values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            (
                digest,
                alert.id,
                alert.occasions,
                told_under(self._db, alert.subject),
                change,
                json.dumps(news),
                to_us(now),
            ),
        )

"""Why an article matched or not, what it came to and who was told: the whole account behind `watcher why`.

It decides nothing and writes nothing: stored rows are shown as they stand, and the clauses of today's rule are looked
at again only to show them; where the rule has changed since, the account says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.app.readings import Readings, reading_by, readings_of
from watcher.core.articles.rows import with_row
from watcher.core.calendar.model import Coming, Entry
from watcher.core.lexicon.model import Named
from watcher.core.matters.kept import ToldOf
from watcher.core.matters.model import Transition
from watcher.core.model import Alert, Article
from watcher.core.requirements.fields import Fields
from watcher.core.requirements.sighting import Sighting
from watcher.core.requirements.standing import asked_words, standing_words
from watcher.core.rules.evaluate import judge
from watcher.core.rules.explain import RuleExplained, explain
from watcher.core.rules.model import Rule, RuleSet
from watcher.core.text.reading import Reading
from watcher.core.understanding.origins import origins_of
from watcher.pipeline.judging.sightings import origins_named
from watcher.stores.dates import Ground
from watcher.stores.sqlite.evidence import (
    Decided,
    Delivered,
    EvidenceTable,
    Matched,
    Observed,
    PageWait,
    Queued,
    StoredArticle,
)

_ROW = "row:"
_MEASURED = frozenset({"series", "health"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What became of one change of an alert: decisions, and deliveries of the occasion if there is one."""

    decisions: tuple[Decided, ...]
    deliveries: tuple[Delivered, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAccount:
    """One rule and the article: what is stored, and today's rule looked at clause by clause.

    `stored` is None for a rule that did not match. `rule` is None if the configuration has no such rule any more,
    `explained` also if the text was pruned. `numbered` is the stored (else today's) version as people see it.
    `changed` says that today's rule is not the one that judged, `outdated` that it was an earlier text that matched.
    `required` is what it asks over time and how that stands for the keys of this article, a line each.
    """

    id: str
    title: str
    numbered: int | None
    changed: bool
    outdated: bool
    stored: Matched | None
    rule: Rule | None
    explained: RuleExplained | None
    alert: Alert | None
    tellings: tuple[Telling, ...]
    queued: tuple[Queued, ...]
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All that is known of one article: itself, its story, how it was judged, and each rule's account.

    `joined` is what joined it to its story, in words, `by_hand` what people decided on the story, and when. `matters`
    are those that it told of, moved or not, `dates` what it says of dated entries, `cited` the
    papers whose word it rests on.
    """

    found: StoredArticle
    story: tuple[StoredArticle, ...]
    observations: tuple[Observed, ...]
    rules: tuple[RuleAccount, ...]
    unmatched: int
    page: PageWait | None = None
    readings: Readings | None = None
    joined: str = ""
    by_hand: tuple[tuple[datetime, str], ...] = ()
    matters: tuple[ToldOf, ...] = ()
    dates: tuple[tuple[Entry, Ground], ...] = ()
    cited: tuple[Named, ...] = ()

    @property
    def article(self) -> Article:
        """The article as its newest revision stands."""
        return self.found.article

    @property
    def mark(self) -> str:
        """How the article came in: live, first_sight or backfill."""
        return self.observations[-1].mark if self.observations else "live"


def account(
    table: EvidenceTable, rules: RuleSet, number: int, asked: Sequence[str], *, now: bool = False
) -> Account | None:
    """The account of the article in that row.

    Args: `asked` are rules to show even if they did not match; `now` asks for how the article would be read now.
    """
    found = table.article(number)
    if found is None:
        return None
    newest: dict[str, Matched] = {}
    for each in table.matches(number):
        newest.setdefault(each.rule, each)
    observations = tuple(table.observations(number))
    shown = list(asked) or list(newest)
    understander = rules.understanding() if found.text_kept else None
    stored_readings = table.readings(number, found.article.revision) if found.text_kept else None
    readings = readings_of(found.article, stored_readings, understander, now=now) if found.text_kept else None
    seen = readings.shown if readings is not None else None
    reading = reading_by(found.article, seen, understander) if found.text_kept else None
    if reading is not None and found.article.subject.startswith(_ROW):
        revision = found.article.revision
        reading = with_row(reading, found.article.subject, table.text(number, revision - 1), known=revision > 1)
    matters = tuple(table.matters(number))
    looked = _Seen(found, observations, reading, matters, table.reminded(number))
    return Account(
        found=found,
        story=tuple(table.siblings(found.article.story)),
        observations=observations,
        rules=tuple(_rule_account(table, rules, looked, newest.get(id_), id_) for id_ in shown),
        unmatched=sum(rule.id not in newest for rule in rules.rules),
        page=table.page(number),
        readings=readings,
        joined=table.joined(number),
        by_hand=tuple(table.by_hand(found.article.story)),
        matters=matters,
        dates=tuple(table.dates(number)),
        cited=origins_of(reading, seen.named, understander.names) if reading and seen and understander else (),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """An article with how it was judged, and as clauses are looked at again; without a reading once it was pruned."""

    found: StoredArticle
    observations: Sequence[Observed]
    reading: Reading | None
    matters: Sequence[ToldOf] = ()
    reminded: Mapping[str, Coming] = field(default_factory=dict)

    def as_judged_by(self, rule: Rule) -> Reading | None:
        """The article as the rule looks at it: one on matters judges what it did to one, one on dates a reminder."""
        if self.reading is not None and rule.id in self.reminded:
            return replace(self.reading, about=self.reminded[rule.id])
        if self.reading is None or rule.subject != "matter":
            return self.reading
        own = [replace(self.reading, about=each.entered.made) for each in self.matters if not each.repeats]
        return next((each for each in own if judge(rule, each).matched), own[0] if own else self.reading)


def _rule_account(
    table: EvidenceTable,
    rules: RuleSet,
    seen: _Seen,
    stored: Matched | None,
    id_: str,
) -> RuleAccount:
    rule = rules.rule(id_)
    alert = table.alert(stored.alert) if stored is not None and stored.alert is not None else None
    judged = stored.version if stored is not None else _version_then(table, seen.observations, id_)
    version = judged or (rule.version if rule is not None else "")
    return RuleAccount(
        id=id_,
        title=rule.title if rule is not None else id_,
        numbered=table.version_number(id_, version),
        changed=rule is not None and judged is not None and rule.version != judged,
        outdated=stored is not None and stored.revision != seen.found.article.revision,
        stored=stored,
        rule=rule,
        explained=None if stored is not None and _is_measured(rule) else _explained(rule, seen),
        alert=alert,
        tellings=_tellings(table, alert),
        queued=tuple(table.queued(alert.id)) if alert is not None else (),
        required=_required(table, rules, rule, seen),
    )


def _required(table: EvidenceTable, rules: RuleSet, rule: Rule | None, seen: _Seen) -> tuple[str, ...]:
    """What the rule asks over time, and how that stands for each key that the article has."""
    if rule is None or rule.require is None:
        return ()
    reading, lines = seen.as_judged_by(rule), [asked_words(rule.require)]
    if reading is not None:
        understander = rules.understander
        article = seen.found.article
        about = Sighting(
            number=seen.found.number,
            reading=reading,
            seen=article.seen,
            event=article.seen,
            story=article.story,
            subject=article.subject,
            matter=reading.about.matter if isinstance(reading.about, Transition) else "",
            origins=lambda: origins_named(article, reading, understander),
        )
        lines += [
            f"{key}: {standing_words(rule.require, table.required(rule.id, rule.version, key))}"
            for key in Fields(about, rule.when, understander).keys(rule.require.by)
        ]
    return tuple(lines)


def _is_measured(rule: Rule | None) -> bool:
    """Whether a rule judges points or states: of these only what was found is kept, so no clause is looked at again."""
    return rule is not None and rule.subject in _MEASURED


def _explained(rule: Rule | None, seen: _Seen) -> RuleExplained | None:
    """The rule's clauses looked at again; None where there is no such rule any more, or no text."""
    reading = seen.as_judged_by(rule) if rule is not None else None
    return explain(rule, reading) if rule is not None and reading is not None else None


def _version_then(table: EvidenceTable, observations: Sequence[Observed], rule: str) -> str | None:
    """The version of a rule in the set that judged last; None if that set had no such rule."""
    written = table.judged_by(observations[0].rule_set) if observations else None
    return dict(json.loads(written)).get(rule) if written else None


def _tellings(table: EvidenceTable, alert: Alert | None) -> tuple[Telling, ...]:
    """The alert's changes, oldest first; the decisions of one change stand together.

    What no article made, as reminders and what people do, is one change for each moment.
    """
    if alert is None:
        return ()
    groups: dict[tuple[int, str, datetime | None], list[Decided]] = {}
    for decision in table.decisions(alert.id):
        moment = None if decision.observation else decision.at
        groups.setdefault((decision.observation, decision.change, moment), []).append(decision)
    return tuple(_telling(table, decisions) for decisions in groups.values())


def _telling(table: EvidenceTable, decisions: Sequence[Decided]) -> Telling:
    occasions = dict.fromkeys(each.occasion for each in decisions if each.occasion is not None)
    deliveries = tuple(delivery for occasion in occasions for delivery in table.deliveries(occasion))
    return Telling(decisions=tuple(decisions), deliveries=deliveries)

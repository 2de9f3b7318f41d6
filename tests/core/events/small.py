"""A small set of recognisers, a name finder without a lexicon, and articles of a few sentences."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from watcher.config import data_dir
from watcher.config.events import read_recogniser_files
from watcher.config.lexicon.tables import read_inflections
from watcher.core.events.model import Account
from watcher.core.events.recognise import trace
from watcher.core.facts.model import Facts
from watcher.core.lexicon.model import Named, Sort
from watcher.core.model import SourceId, Trust, Zone, ZoneSpan
from watcher.core.text.reading import Reading

DAY = date(2026, 1, 1)

SMALL = """
format: 1
lists:
  makers: {words: {en: [maker, producer]}}
shared:
  hedges: {en: [may, might, reportedly], zh: [或将]}
  anonymous: {en: [people familiar]}
  negations: {en: [not, no plan to], zh: ["=未"], ja: [ない]}
  history: {en: [last year, in early], zh: [此前]}
  reactions: {en: [in response to, protests against]}
  schedule: {en: [hearing]}
  purpose: {en: [to, as, after, amid]}
  breaks: {en: [and, but, while]}
  officials: {en: [ministry, government]}
  firms: {en: [<makers>, company]}
  shares: {en: [shares]}
  sites: {en: [mine]}
  instruments: {en: [export licence]}
  intransitive: {en: [expire, rise]}
  genres:
    opinion: {label: {any: [timeline, 焦点]}, title: {en: [opinion]}, rest: [unknown], unless: {en: [exclusive]}}
    study: {subject: {en: [study]}}
    promotion: {lead: {en: [paid advertising]}, trust: [promotion]}
events:
  - id: control
    title: A state controls exports
    status: {ladder: [proposed, announced, in_force], exits: [suspended, expired]}
    actors: [ministry, government]
    needs: actor
    source_is_actor: true
    rank: 60
    acts:
      proposed: {en: [propose], zh: [拟议]}
      announced: {en: [announce, tighten, require, impose, restrict], zh: [公布, 实施], ja: [発表, 強化], de: [verschärft, verhängt]}
      in_force: {en: [take effect]}
      suspended: {en: [suspend], zh: [暂停]}
      expired: {en: [expire]}
    objects: {en: [export control, export licence], zh: [出口管制], ja: [輸出規制], de: [Exportkontrolle]}
    counters: {en: [export control risk]}
    denials: {en: [no new export measures]}
    scheduled: proposed
    also: [floor]
    examples:
      report: {announced: ["The ministry announces export controls on tin."], suspended: ["The government suspends export controls on tin."]}
      mention: ["Last year the ministry imposed export controls on tin.", "In early May the government tightened export controls."]
      none: ["Exports of tin rose.", "The fund sees export control risk ahead."]
  - id: floor
    title: A price floor moves
    status: {ladder: [proposed, announced], exits: [abandoned]}
    rank: 50
    acts:
      proposed: {en: [propose]}
      announced: {en: [announce, set]}
      abandoned: {en: [abandon]}
    objects: {en: [price floor]}
    examples:
      report: {announced: ["The alliance sets a price floor.", "A price floor is announced for tin."]}
      mention: ["Last year the alliance set a price floor.", "In early May the alliance announced a price floor."]
      none: ["Floors were swept.", "Prices fell."]
  - id: plant
    title: A plant is built
    status: {ladder: [discussed, announced], exits: []}
    rank: 50
    acts: {discussed: {en: [debate]}, announced: {en: [build, open, expand]}}
    objects: {en: [plant, refinery]}
    beside: [discussed]
    examples:
      report: {announced: ["The company builds a plant.", "The producer opens a refinery."]}
      mention: ["Last year the company built a plant.", "In early May the producer opened a refinery."]
      none: ["Plants grow.", "A new book was opened."]
  - id: move
    title: Prices move
    status: {ladder: [reported], exits: []}
    rank: 30
    acts: {reported: {en: [rise, jump]}}
    subjects: [material, share]
    examples:
      report: {reported: ["Tin jumps.", "Shares rise."]}
      mention: ["Last year tin jumped.", "In early May shares rose."]
      none: ["Prices.", "He jumped."]
  - id: comment
    title: An opinion
    status: {ladder: [published], exits: []}
    rank: 0
    genres: [opinion, promotion]
    only_if: {any: [{words: [tin, export control], in: top}]}
    examples:
      report: {published: ["Opinion: tin is dear.", "Opinion: export controls on tin."]}
      mention: ["x y.", "x z."]
      none: ["Tin is dear.", "Opinion: the weather."]
""".replace(", exits: []", "")

_NAMES = {
    "Acme Corp": (Sort.ORGANISATION, "acme"),
    "MOFCOM": (Sort.ORGANISATION, "ministry"),
    "China": (Sort.PLACE, "CN"),
    "tin": (Sort.MATERIAL, "tin"),
    "zinc": (Sort.MATERIAL, "zinc"),
}


def read(text=SMALL, name="small.yaml"):
    """The recognisers of a file's text, without a lexicon."""
    return read_recogniser_files([(name, text.encode())], None, read_inflections(data_dir()))


@cache
def small():
    """The small set."""
    recognisers, problems = read()
    assert recognisers is not None, problems
    return recognisers


def reading(title, lead="", *, language="en", trust=Trust.WIRE, body=""):
    """An article of a title, a lead and a body."""
    zones, pieces, at = [], [], 0
    for zone, text in ((Zone.TITLE, title), (Zone.LEAD, lead), (Zone.BODY, body)):
        if text:
            zones.append(ZoneSpan(zone=zone, start=at, end=at + len(text)))
            pieces.append(text)
            at += len(text) + 2
    return Reading(text="\n\n".join(pieces), zones=tuple(zones), language=language, source=SourceId("s"), trust=trust)


def named_in(read_text):
    """The few names above where they stand as written."""
    found = (
        Named(sort=sort, id=id_, name=name, start=match.start(), end=match.end(), zone=read_text.zone_at(match.start()))
        for name, (sort, id_) in _NAMES.items()
        for match in re.finditer(rf"\b{name}\b", read_text.text, re.IGNORECASE)
    )
    return tuple(sorted(found, key=lambda named: named.start))


def account(title, lead="", *, facts=None, day=DAY, owner="Owner", **more) -> Account:
    """What the small set makes of an article."""
    article = reading(title, lead, **more)
    return trace(article, small(), named_in(article), facts or Facts(), published=day, owner=owner).account


def only(title, lead="", **more):
    """The one event of an article."""
    found = account(title, lead, **more).events
    assert len(found) == 1, found
    return found[0]

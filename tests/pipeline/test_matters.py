"""Matters through the pipeline with a real store: what moves one, what is told of it, and what never is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.pipeline.world import MONDAY, entry, world
from watcher.core.matters.model import Change

RULES = """\
format: 1
matters:
  - id: stibnite-permit
    title: Stibnite federal permits
    track: {event: permit_approval, place: stibnite, as: any}
    status: draft
  - id: reprieve
    title: The suspension of the controls
    track: {event: export_control, document: ["2025-61"], as: any}
  - id: floor
    title: The price floor
    track: {event: price_floor, material: [ndpr, rare_earths, critical_minerals]}
    status: proposed
rules:
  - id: moves
    title: A matter moves
    severity: {urgent: {matter: "*", to: [refused, remanded, revoked]}, else: warning}
    when: {matter: "*"}
    examples:
      match:
        - {text: "The Army Corps granted the final permit for the Stibnite mine.", was: draft, gives: warning}
        - {text: "The Army Corps revoked the final permit for the Stibnite mine.", was: granted, gives: urgent}
      skip:
        - {text: "The Army Corps granted the final permit for the Stibnite mine.", was: granted}
        - {text: "The mine at Stibnite hires drillers.", was: draft}
  - id: notes
    title: Word on the floor
    severity: notice
    when: {matter: floor, change: note}
    examples:
      match:
        - {text: "The White House may abandon the price floor for rare earths, unconfirmed reports say.", was: proposed}
        - {text: "Washington may abandon its price floor for rare earths, unconfirmed reports say.", was: proposed}
      skip:
        - {text: "The State Department unveils reference prices for critical minerals.", was: proposed}
        - {text: "Nothing happened.", was: proposed}
"""
GRANTED = "The Army Corps of Engineers issued the final federal permit for the Stibnite mine."
RUMOUR = "The White House may abandon the price floor for rare earths, unconfirmed reports say."


def told(slug, text, **changes):
    return entry(slug, title=text, content_html=f"<p>{text}</p>", **changes)


def line(here, matter):
    return here.rows(
        "select change, told, before, after, earlier, label from transitions where matter = ? order by number", matter
    )


async def test_the_same_permit_through_eight_feeds_moves_once_and_is_told_once(tmp_path):
    async with world(tmp_path, rules=RULES) as here:
        await here.publish("wire", *[told(f"a{n}", GRANTED) for n in range(4)])
        await here.publish("daily", *[told(f"b{n}", GRANTED) for n in range(4)])

        assert line(here, "stibnite-permit") == [("status", "granted", "draft", "granted", 0, "")]
        assert [each.rule for each in here.told("desk")] == ["moves"]
        assert here.rows("select count(*), sum(repeats) from matter_articles") == [(8, 7)]

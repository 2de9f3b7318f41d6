"""What a further article on an alerted story is the first to prove is told in words; the same in other words is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pipeline.world import entry, world

RULES = """\
format: 1
rules:
  - id: deals
    title: Offtake
    severity: notice
    {unless_new}
    when: {{event: offtake_agreement, status: any}}
    examples:
      match:
        - Lynas signs an offtake agreement with JL MAG for neodymium.
        - Iluka signs an offtake agreement with JL MAG for dysprosium.
      skip: [The mine reopens in May., Nothing happened.]
"""
FIRST = "Lynas announces an offtake agreement for neodymium from Mt Weld"
AGAIN = "Offtake agreement for neodymium from Mt Weld announced by Lynas"
SIGNED = "Lynas and JL MAG sign binding offtake agreement for neodymium from Mt Weld"
STATUS = "status: signed, announced before"


@pytest.mark.parametrize(
    ("unless_new", "told"),
    [
        ("", [(STATUS, "new: actor JL MAG Rare-Earth")]),
        ("unless_new: [status, party, material, place]", [(STATUS, "new: party JL MAG Rare-Earth")]),
        ("unless_new: [material, date]", []),
        ("unless_new: []", []),
    ],
)
async def test_only_what_none_proved_before_is_told_and_only_if_it_is_asked_for(tmp_path, unless_new, told):
    async with world(tmp_path, rules=RULES.format(unless_new=unless_new)) as here:
        for number, title in enumerate((FIRST, AGAIN, SIGNED, AGAIN)):
            here.now += timedelta(minutes=20)
            await here.publish("wire", entry(f"d{number}", title=title, content_html="<p>The firm said so.</p>"))

        assert len({story for _, story in here.stories()}) == 1
        assert [(each.change, each.news) for each in here.told("desk")] == [
            ("raised", ()),
            *(("updated", news) for news in told),
        ]
        kinds = ["raised", "nothing_new", "updated" if told else "nothing_new", "nothing_new"]
        assert [
            reason for (reason,) in here.rows("select reason from decisions where way = 'alert' order by number")
        ] == kinds

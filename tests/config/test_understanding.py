"""What reads articles for their meaning, loaded: the user's own types are held to their examples."""

from __future__ import annotations

import pytest

from watcher.config import data_dir
from watcher.config.understanding import adds_types, read_understander

STRIKE = """format: 1
events:
  - id: strike
    title: A strike
    status: {{ladder: [announced]}}
    acts: {{announced: {{en: [call, begin]}}}}
    objects: {{en: [strike]}}
    examples:
      report: {{announced: ["Union calls strike at the port", "Dockers begin strike"]}}
      mention: ["Last year the union called a strike.", {second}]
      none: ["Lightning strikes a tree.", "Strike prices fell."]
"""


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ('"Last month the dockers began a strike."', []),
        (
            '"The union called a strike."',
            [
                (
                    'mine.yaml:10:57 error[R061] event "strike": example is read as report (announced), '
                    'expected mention: "called" with "strike", 1 words apart, in the title'
                )
            ],
        ),
    ],
)
def test_a_type_of_the_users_is_held_to_its_examples(second, said):
    files = [("mine.yaml", STRIKE.format(second=second).encode())]

    understander, problems = read_understander(data_dir(), files)

    assert [str(problem) for problem in problems] == said
    assert (understander is None) is bool(said)
    assert understander is None or "strike" in understander.types


def test_only_a_file_with_types_of_its_own_adds_some():
    assert adds_types([("a.yaml", STRIKE.encode())])
    assert not adds_types([("a.yaml", b"format: 1\nrules: []  # events are elsewhere\n")])


def test_what_is_shipped_is_read_once_for_all_that_ask():
    assert read_understander(data_dir())[0] is read_understander(data_dir())[0]

from __future__ import annotations

import pytest

from tests.sources.make import document
from watcher.core.errors import ParseError
from watcher.sources.lists.discovering import DiscoverOptions, flat_pairs, found_on

PAGE = "https://agency.example/list"


def found(body: str, **options: object) -> dict[str, str]:
    return found_on(document(body, url=PAGE), DiscoverOptions.model_validate({"page": PAGE, **options}))


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ('{"a": "b", "n": 7}', {"a": "b", "n": "7"}),
        ("{'a':'b', 'n': 7,}", {"a": "b", "n": "7"}),
        ("{a: 'b', n: -1.5}", {"a": "b", "n": "-1.5"}),
        (r"{'p': '{\'pageNo\':1}', 'q': \"x\"}", {"p": "{'pageNo':1}"}),
        ("{'t': '信息列表', 'e': null, 'u': undefined, 'v': None, 'w': true}", {"t": "信息列表", "w": "true"}),
        ("{'a': {'b': 'c'}, 'd': 'e'}", {"b": "c", "d": "e"}),
        ('{"a": {"b": "c"}, "d": [1], "e": true, "f": "\\ud800"}', {"f": ""}),
        ("__import__('os').system('true')", {}),
        ("alert(1)", {}),
        ("", {}),
        ("{", {}),
        ("{" * 70_000, {}),
        ("{'a':" * 20_000, {}),
    ],
)
def test_flat_pairs_are_read_from_any_dictionary_and_nothing_is_run(text, pairs):
    assert dict(flat_pairs(text)) == pairs


def test_parameters_may_come_by_pattern_and_by_selectors():
    body = '<meta name="csrf" content="t0k"><script>var site = {id: "8f43", v: 2};</script><b data-n="5">x</b>'

    assert found(body, regex=r'id: "(?P<webId>\w+)", v: (?P<version>\d+)(?P<rest>z)?') == {
        "webId": "8f43",
        "version": "2",
    }
    assert found(body, select={"token": "meta[name=csrf]@content", "n": "b@data-n", "x": "b"}) == {
        "token": "t0k",
        "n": "5",
        "x": "x",
    }


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"attr": "querydata"}, 'the attribute "querydata" is nowhere on it; the page is titled "Sorry"'),
        ({"attr": "class"}, 'the attribute "class" holds no dictionary'),
        ({"regex": r"id=(?P<id>\d+)"}, 'nothing fits "id='),
        (
            {"select": {"id": "div.list a@href"}},
            'nothing at "div.list a@href"; the page is titled "Sorry", has 0 "div.list"',
        ),
    ],
)
def test_what_is_not_there_is_told_with_what_is(options, words):
    with pytest.raises(ParseError) as caught:
        found("<title>Sorry</title><p class=x>Busy</p>", **options)

    assert words in str(caught.value)


def test_no_more_is_taken_than_a_request_may_hold():
    body = "<p q='{" + ", ".join(f'"k{n}": "{"v" * 5_000}"' for n in range(9)) + "}'>"

    taken = found(body, attr="q")

    assert len(taken) == 9
    assert {len(value) for value in taken.values()} == {2_000}

"""Whose word an article rests on, by its own words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.rules.make import reading
from watcher.config import data_dir
from watcher.config.understanding import read_understander
from watcher.core.understanding.origins import origins_of


def cited(text, *, owner="", related=""):
    understander, _ = read_understander(data_dir())
    article = replace(reading("A magnet maker stops", lead=text, related=related), owner=owner)
    return [each.id for each in origins_of(article, understander.named(article), understander.names)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("The plant has stopped, according to traders and Asian Metal.", ["asian_metal"]),
        ("Bloomberg reported that the plant has stopped.", ["bloomberg"]),
        ("The plant has stopped. Source: Smith, J., Bloomberg News, 3 May.", ["bloomberg"]),
        ("据路透社报道，该厂已停产。", ["reuters"]),
        ("Bloomberg hired a metals editor.", []),
        ("The plant has stopped, according to the ministry.", []),
    ],
)
def test_who_is_cited_is_told_from_who_is_named(text, ids):
    assert cited(text) == ids


def test_neither_the_publisher_nor_a_teaser_is_a_source():
    text = "The plant has stopped, Reuters reported."

    assert cited(text, owner="Reuters") == []
    assert cited("The plant has stopped.", related=text) == []

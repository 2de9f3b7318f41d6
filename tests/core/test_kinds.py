"""Kinds: from the table, from a third party's module, and what is said when there is none."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import ClassVar

import pytest
from pydantic import BaseModel

from watcher.core.kinds import Kinds, contract_methods, resolve
from watcher.sources.base import Source, SourceOptions


class Whole:
    kind: ClassVar[str] = "whole"
    Options: ClassVar[type[BaseModel]] = SourceOptions

    def __init__(self, options) -> None:
        self.options = options

    def plan(self, state, now):
        raise NotImplementedError

    def parse(self, document, state):
        raise NotImplementedError


class Half:
    kind = "half"

    def plan(self):
        raise NotImplementedError


def refusal(kind):
    with pytest.raises(ValueError, match="kind") as caught:
        resolve({"slack": Whole, "email": Whole}, kind, Source)
    return str(caught.value)


def test_a_kind_of_the_table_is_found():
    assert resolve({"whole": Whole}, "whole", Source) is Whole


def test_a_third_partys_class_is_imported_and_checked():
    assert resolve({}, f"{__name__}:Whole", Source) is Whole
    assert refusal(f"{__name__}:Half") == f'kind "{__name__}:Half" lacks Options, parse'


def test_an_unknown_kind_is_told_with_what_is_known():
    assert refusal("slakc") == 'unknown kind "slakc", did you mean "slack"?'
    assert refusal("xxxxxx") == 'unknown kind "xxxxxx"; known: email, slack'


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("no_such_package.module:Thing", 'cannot import "no_such_package.module"'),
        ("json:Missing", '"json" has no class "Missing"'),
        ("json:dumps", '"json" has no class "dumps"'),
        ("json:", "is not of the form package.module:Class"),
        ("os;x:Y", "is not of the form package.module:Class"),
        ("../x:Y", "is not of the form package.module:Class"),
    ],
)
def test_a_third_partys_class_that_is_not_there_is_told(kind, says):
    assert says in refusal(kind)


def test_a_contract_asks_for_its_public_methods():
    assert contract_methods(Source) == ("plan", "parse")
    assert contract_methods(None) == ()


def test_a_table_imports_a_kind_when_it_is_asked_for():
    sys.modules.pop("colorsys", None)
    table: Kinds = Kinds(colours="colorsys:rgb_to_hls", decimals="decimal:Decimal")

    assert "colours" in table
    assert list(table) == ["colours", "decimals"]
    assert resolve(table, "decimals") is Decimal
    assert "colorsys" not in sys.modules

    assert table["colours"] is table["colours"]
    assert "colorsys" in sys.modules

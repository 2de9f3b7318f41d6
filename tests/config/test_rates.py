"""A series that is converted names the source of its exchange rate, and that source has the right currencies."""

from __future__ import annotations

import pytest

from watcher.config import load_config

CONFIG = """\
sources:
  ndpr:
    kind: series
    url: "https://prices.example/ndpr.csv"
    unit: CNY/t incl VAT
    convert: {to: USD/kg, vat: 1.13, fx: FX}
  usdcny: {kind: series, url: "https://prices.example/usdcny.csv", unit: UNIT}
channels: {desk: {kind: file, path: desk.txt}}
routes: {desk: {channels: [desk]}}
"""


@pytest.mark.parametrize(
    ("fx", "unit", "there"),
    [
        ("usdcny", "CNY/USD", []),
        ("usdcny", "USD/CNY", []),
        ("usdcn", "CNY/USD", ['no series "usdcn", did you mean "usdcny"?']),
        ("lme", "CNY/USD", ['no series "lme"; name a source of the kind series']),
        ("usdcny", "JPY/USD", ["the unit of usdcny is JPY/USD; a rate of CNY/USD is needed"]),
    ],
)
def test_the_rate_is_a_series_of_the_two_currencies(tmp_path, fx, unit, there):
    file = tmp_path / "watcher.yaml"
    file.write_text(CONFIG.replace("FX", fx).replace("UNIT", unit), encoding="utf-8")

    _, problems = load_config(file, {})

    found = [str(each).removeprefix(f"{file}:") for each in problems if each.level == "error"]
    assert found == [f"6:42 error[C025] sources.ndpr.convert.fx: {text}" for text in there]


def test_a_unit_that_is_none_is_told_with_its_place(tmp_path):
    file = tmp_path / "watcher.yaml"
    file.write_text(CONFIG.replace("FX", "usdcny").replace("UNIT", "CNY/USDD"), encoding="utf-8")

    _, problems = load_config(file, {})

    said = [str(each) for each in problems if each.level == "error"]
    assert 'unknown unit "USDD", did you mean "USD"?' in said[0]
    assert f"{file}:7:" in said[0]

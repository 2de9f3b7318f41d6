"""A source that is pushed to is checked for what pushes need: an address, a path of its own, a secret that serves."""

from __future__ import annotations

import pytest

from watcher.config import load_config

CONFIG = """\
operator: {route: desk}
{listen}
sources:
  first: {kind: webhook, path: /in/desk, secret: "${SECRET}", fields: {title: title}}
  second: {kind: webhook, path: /in/{path}, secret: "${OTHER}", fields: {title: title}}
channels: {desk: {kind: file, path: desk.txt}}
routes: {desk: {channels: [desk]}}
"""
GOOD = "whsec_" + "QUJD" * 10


def said(tmp_path, *, listen: str = 'listen: {public_url: "https://w.example"}', path: str = "lab", other: str = GOOD):
    file = tmp_path / "watcher.yaml"
    file.write_text(CONFIG.replace("{listen}", listen).replace("{path}", path), encoding="utf-8")
    file.chmod(0o600)
    _, problems = load_config(file, {"SECRET": GOOD, "OTHER": other})
    return [str(each).removeprefix(f"{file}:") for each in problems if each.level == "error"]


def test_with_an_address_and_paths_of_their_own_all_is_well(tmp_path):
    assert said(tmp_path) == []


@pytest.mark.parametrize("listen", ["listen: null", "listen: {port: 80}", ""])
def test_without_a_public_address_nobody_can_push(tmp_path, listen):
    text = "nobody can push to it: set listen.public_url to the address by which we are reached"

    assert said(tmp_path, listen=listen) == [
        f"4:32 error[C017] sources.first.path: {text}",
        f"5:33 error[C017] sources.second.path: {text}",
    ]


def test_a_path_has_one_source(tmp_path):
    assert said(tmp_path, path="desk") == [
        '5:33 error[C018] sources.second.path: the source "first" is pushed to at /in/desk already'
    ]


def test_a_weak_secret_is_refused_and_not_shown(tmp_path):
    assert said(tmp_path, other="whsec_Y2FuYXJ5") == [
        "5:50 error[C006] sources.second.secret: the value of ${OTHER} is not accepted"
    ]


def test_without_a_public_address_no_hub_can_call(tmp_path):
    file = tmp_path / "watcher.yaml"
    feed = 'sources: {wire: {kind: feed, url: "https://wire.example/feed", websub: true}}\n'
    file.write_text(f"operator: {{route: ops}}\n{feed}", encoding="utf-8")
    _, problems = load_config(file, {})

    assert [str(each).removeprefix(f"{file}:") for each in problems if each.code == "C017"] == [
        (
            "2:72 error[C017] sources.wire.websub: no hub can call us: "
            "set listen.public_url to the address by which we are reached"
        )
    ]

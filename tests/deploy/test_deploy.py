"""What is shipped for servers can be read, says what was promised, and agrees with itself."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict

import pytest
import yaml

from tests.tools import ROOT, wanting
from watcher.config.load import load_config

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "watcher.service"
EXECUTABLE = "/opt/watcher/bin/watcher"
# systemd before 254 says this of the two lines of growing pauses, and goes on
GROWING_PAUSES = re.compile(r"Unknown key(?: name)? 'Restart(?:Steps|MaxDelaySec)' in section")

HARDENED = {
    "AmbientCapabilities": "",
    "CapabilityBoundingSet": "",
    "DynamicUser": "yes",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "NoNewPrivileges": "yes",
    "NotifyAccess": "main",
    "PrivateDevices": "yes",
    "PrivateTmp": "yes",
    "ProtectHome": "yes",
    "ProtectSystem": "strict",
    "Restart": "on-failure",
    "RestartPreventExitStatus": "78 75",
    "RestrictNamespaces": "yes",
    "StateDirectory": "watcher",
    "SystemCallArchitectures": "native",
    "Type": "notify",
    "UMask": "0077",
}


@pytest.fixture(scope="module")
def unit():
    """Sections of the unit, each with its keys and the list of their values."""
    sections: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    section = ""
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, value = line.split("=", 1)
            sections[section][key].append(value)
    return sections


@pytest.mark.parametrize("key", HARDENED)
def test_the_unit_is_locked_in(unit, key):
    assert unit["Service"][key] == [HARDENED[key]]


def test_the_unit_speaks_only_what_it_needs(unit):
    service = unit["Service"]

    assert service["RestrictAddressFamilies"] == ["AF_INET AF_INET6 AF_UNIX"]
    assert service["SystemCallFilter"][0] == "@system-service"
    assert all(value.startswith("~") for value in service["SystemCallFilter"][1:])
    assert service["MemoryMax"]
    assert int(service["WatchdogSec"][0]) >= 30
    assert int(service["TimeoutStopSec"][0]) > 10
    assert service["ExecStart"] == [f"{EXECUTABLE} --config /etc/watcher/watcher.yaml run"]


def systemd_analyze(tmp_path, *arguments):
    """What systemd itself thinks of the unit, with an executable that exists in place of ours."""
    if shutil.which("systemd-analyze") is None:
        wanting("systemd-analyze", "this machine has no systemd to ask")
    true = shutil.which("true")
    here = tmp_path / UNIT.name
    here.write_text(UNIT.read_text(encoding="utf-8").replace(EXECUTABLE, str(true)), encoding="utf-8")
    return subprocess.run(
        ["systemd-analyze", *arguments, str(here)], capture_output=True, text=True, timeout=60, check=False
    )


def test_systemd_accepts_the_unit(tmp_path):
    done = systemd_analyze(tmp_path, "verify")

    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if not GROWING_PAUSES.search(line)] == []


def test_systemd_finds_little_exposed(tmp_path):
    done = systemd_analyze(tmp_path, "security", "--offline=true", "--threshold=20", "--no-pager")
    if "unrecognized option" in done.stderr:
        wanting("systemd-250", "this systemd can't judge a unit offline")

    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def steps():
    """The container file's instructions, continued lines joined."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.split(None, 1)) for line in lines]


def test_the_container_is_built_from_hashes_and_run_by_nobody(steps):
    last = max(number for number, (word, _) in enumerate(steps) if word == "FROM")
    final = dict(steps[last:])

    assert sum(word == "FROM" for word, _ in steps) == 2
    assert final["USER"] == "10001:10001"
    assert "/healthz" in final["HEALTHCHECK"]
    assert "127.0.0.1:8787" in final["HEALTHCHECK"]
    assert final["VOLUME"] == "/var/lib/watcher"
    assert final["ENTRYPOINT"] == '["watcher"]'
    for word, rest in steps:
        if word == "RUN" and "pip install" in rest:
            for command in rest.split("&&"):
                assert "pip install" not in command or "--require-hashes" in command or "--no-index" in command
        assert word != "ADD"


def test_the_container_copies_what_is_there_and_let_in(steps):
    let_in = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    for word, rest in steps:
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists()
                assert f"!{source}" in let_in


def test_the_composition_is_locked_in():
    composed = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    service = composed["services"]["watcher"]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] == "10001:10001"
    assert "ports" not in service
    assert "privileged" not in service
    assert set(service["secrets"]) == set(composed["secrets"])
    assert "state:/var/lib/watcher" in service["volumes"]
    assert (ROOT / "deploy" / service["build"]["context"] / service["build"]["dockerfile"]).exists()


def secrets_named() -> set[str]:
    text = (DEPLOY / "watcher.yaml").read_text(encoding="utf-8")
    return set(re.findall(r"\$\{file:\$\{CREDENTIALS_DIRECTORY\}/(\w+)\}", text))


def test_unit_composition_and_configuration_name_the_same_secrets(unit):
    loaded = {value.split(":")[0] for value in unit["Service"]["LoadCredential"]}
    composed = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["secrets"]

    assert secrets_named() == loaded == set(composed)


def test_the_configuration_is_accepted(tmp_path):
    for name in secrets_named():
        (tmp_path / name).write_text("https://hooks.example/services/x\n", encoding="utf-8")

    config, problems = load_config(DEPLOY / "watcher.yaml", {"CREDENTIALS_DIRECTORY": str(tmp_path)})

    if any(problem.code == "C014" and "known: none" in problem.text for problem in problems):
        wanting("pack", "no rule pack lies in rules/, so the one that is named can't be found")
    assert [str(problem) for problem in problems] == []
    assert config is not None

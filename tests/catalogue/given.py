"""A preset as a source that is ready to parse, and the samples of what its publisher sends."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import watcher.sources
from tests.sources.make import document
from tests.tools import ROOT
from watcher.config import data_dir, load_config
from watcher.config.catalogue import Preset, catalogue
from watcher.config.model import SourceConfig
from watcher.core.model import Document, Parsed, SourceState

SAMPLES = ROOT / "tests" / "catalogue" / "samples"
PRESETS: Mapping[str, Preset] = {preset.name: preset for preset in catalogue(data_dir())}
KNOWN = {name: preset for name, preset in PRESETS.items() if preset.kind in watcher.sources.KINDS}


@cache
def sources(folder: Path) -> Mapping[str, SourceConfig]:
    """Every preset as a source, with the examples of its settings where something must be said."""
    path = folder / "all.yaml"
    blocks = "".join(f"  {name}: {{preset: {name}{_settings(preset)}}}\n" for name, preset in KNOWN.items())
    path.write_text(f"operator: {{contact: desk@example.org}}\nsources:\n{blocks}", encoding="utf-8")
    config, problems = load_config(path, {key: "not-the-real-one" for each in KNOWN.values() for key in each.keys})
    errors = [str(problem) for problem in problems if problem.level == "error"]
    assert config is not None, errors
    return config.sources


def _settings(preset: Preset) -> str:
    told = ", ".join(f"{name}: '{preset.about.settings[name].example}'" for name in preset.asks)
    return f", settings: {{{told}}}" if told else ""


def reply(name: str, url: str = "https://sample.example/list", step: str = "") -> Document:
    """A sample as what came from that address."""
    made = document((SAMPLES / name).read_bytes(), url=url)
    return Document(**{**{field: getattr(made, field) for field in made.__slots__}, "step": step})


def read(source: SourceConfig, *samples: str, state: SourceState | None = None) -> list[Parsed]:
    """What the samples say, each as the reply to what the one before it asked for."""
    plan = source.source.plan(state or SourceState(), document(b"").fetched)
    found: list[Parsed] = []
    waiting, cursor = [plan], (state or SourceState()).cursor
    for sample in samples:
        request = waiting.pop(0)
        parsed = source.source.parse(reply(sample, request.url, request.step), SourceState(cursor=cursor))
        cursor = parsed.cursor
        waiting += parsed.next_requests
        found.append(parsed)
    return found

"""Presets chosen by a user, and the `sources:` that name them, commented as in the starter; reads no file itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, get_args

from watcher.config.catalogue import Job, Preset, Region
from watcher.core.text.spelling import did_you_mean

REGIONS: Final[Mapping[str, str]] = {
    "us": "United States",
    "eu": "European Union",
    "uk": "United Kingdom",
    "canada": "Canada",
    "australia": "Australia",
    "china": "China",
    "japan": "Japan",
    "world": "World: press, wires, searches, prices",
}
"""The regions in the order in which they are listed."""
JOBS: Final[tuple[str, ...]] = get_args(Job)
_COMMENT_AT: Final = 34

assert set(REGIONS) == set(get_args(Region))


def in_order(presets: Sequence[Preset]) -> tuple[Preset, ...]:
    """The presets as they are listed: by region, then by name."""
    places = list(REGIONS)
    return tuple(sorted(presets, key=lambda each: (places.index(each.about.region), each.name)))


def picked(words: str, presets: Sequence[Preset]) -> tuple[Preset, ...]:
    """The presets that these words mean: names, numbers in the list, regions, jobs, publishers of a trust, or all.

    Regions, jobs, trusts and all leave out what is off by itself or must be told something first.

    Raises: ValueError for a word that means none.
    """
    listed = in_order(presets)
    chosen: dict[str, Preset] = {}
    for word in words.replace(",", " ").split():
        found = _meant(word.lower(), listed)
        if not found:
            known = (
                *(each.name for each in listed),
                *REGIONS,
                *JOBS,
                *(name for each in listed for name in _trusts(each)),
            )
            wanted = (
                f"a number up to {len(listed)}, a name, a region, a job or a trust (authorities, press ...) is meant"
            )
            raise ValueError(f'"{word}" is no preset, region, job or trust{did_you_mean(word, known) or f"; {wanted}"}')
        chosen |= {each.name: each for each in found}
    return tuple(each for each in listed if each.name in chosen)


def _meant(word: str, listed: tuple[Preset, ...]) -> tuple[Preset, ...]:
    if word.isdecimal():
        return listed[int(word) - 1 : int(word)] if 0 < int(word) <= len(listed) else ()
    named = tuple(each for each in listed if each.name == word)
    ready = (each for each in listed if not each.is_off and not each.asks)
    return named or tuple(
        each for each in ready if word in {"all", each.about.region, *each.about.jobs, *_trusts(each)}
    )


def _trusts(preset: Preset) -> tuple[str, ...]:
    """What publishers of its trust are called: `authority`, `authorities`; `trade_press`, `press`."""
    trust = preset.trust
    many = f"{trust[:-1]}ies" if trust.endswith("y") else trust if trust.endswith("press") else f"{trust}s"
    return trust, many, trust.rpartition("_")[2]


def list_lines(presets: Sequence[Preset]) -> Iterator[str]:
    """The catalogue as a numbered list, by region."""
    region = ""
    for number, each in enumerate(in_order(presets), start=1):
        if each.about.region != region:
            region = each.about.region
            yield f"\n{REGIONS[region]} ({region})"
        needs = f"; {needs}" if (needs := needs_of(each)) else ""
        yield f"{number:4}  {each.name:<28} {each.about.title} [{', '.join(each.about.jobs)}]{needs}"


def needs_of(preset: Preset) -> str:
    """What a preset needs before it can be watched, in words."""
    needs = [f"settings.{name}" for name in preset.asks] + [f"${{{key}}}" for key in preset.keys]
    needs += ["operator.contact"] if preset.needs_contact else []
    return f"needs {', '.join(needs)}" if needs else ""


def sources_text(presets: Sequence[Preset], environ: Mapping[str, str]) -> str:
    """The blocks below `sources:` for these presets; one whose key is not in the environment is commented out."""
    return "".join(f"{line}\n" for line in _lines(in_order(presets), environ))


def _lines(presets: Sequence[Preset], environ: Mapping[str, str]) -> Iterator[str]:
    region = ""
    for each in presets:
        if each.about.region != region:
            region = each.about.region
            yield f"{'' if each is presets[0] else chr(10)}  # {REGIONS[region]}"
        missing = [key for key in each.keys if not environ.get(key)]
        off = "#" if missing else ""
        why = f"; set {', '.join(missing)} and take the # away" if missing else ""
        if not each.asks and not each.is_off:
            yield _commented(f"  {off}{each.name}: {{preset: {each.name}}}", each.about.title + why)
            continue
        yield _commented(f"  {off}{each.name}:", each.about.title + why)
        yield f"    {off}preset: {each.name}"
        if each.is_off:
            yield f"    {off}enabled: true"
        if each.asks:
            yield f"    {off}settings:"
        for name in each.asks:
            setting = each.about.settings[name]
            yield _commented(f"      {off}{name}: {json.dumps(setting.example)}", f"{setting.about}; an example")


def _commented(line: str, comment: str) -> str:
    return f"{line:<{_COMMENT_AT}} # {comment}"

"""Reads `watcher.yaml` into a `Config`, or says every mistake in it at once; it never dials, writes or starts anything.

Codes of the problems it reports (R001 to R004 are those of YAML itself, queries bring their own):
    C001  the file cannot be read, is empty, or is no mapping
    C002  unknown key                         C003  missing key
    C004  a value of the wrong sort           C005  a value that is none of a closed set
    C006  a value of the wrong form           C007  a number out of its range
    C008  a name that is no id                C009  unknown kind
    C010  unknown channel or route            C011  a variable or secret file that is not there
    C012  `${` that begins no reference       C013  a source polled too often
    C014  a rule file or pack that is not there
    C015  an address that would not be dialled
    C017  a source that is pushed to where nobody can reach us
    C018  a path that two sources are pushed to at
    C019  a preset that is not in the catalogue, or not told what it asks for
    C020  warning: a secret in plain sight    C021  warning: ... in a file that everybody may read
    C022  warning: a channel that nobody uses C023  warning: notices go nowhere
    C024  warning: nothing to watch, or no rules
    C025  a series without a source for its exchange rate
    C026  a page to be shown in a browser where there is none
    C027  warning: ... in a browser that cannot lock itself in
    C040  a draft that is held for longer than the digest's period
    C041  warning: an address over which links must not travel
    C042  a digest to a channel that takes alerts only     C043  a channel that dials by itself and may not
    C044  a mute window that can't be                      C045  reminders that contradict each other
    C046  warning: a severity that passes mute windows where there are none
    C050  routes that stand under each other in a circle
    C051  warning: a branch that is never reached
    C052  warning: a branch that can take nothing
    C053  a mail address that no channel, or nobody knows which, carries mail to
    C054  two recipients that are told at the same address
    C055  a time that does not go with the volume
    C056  warning: a recipient that nobody uses
    C057  a channel without anybody to go to
    C059  warning: a route of which nobody hears what it takes, or nobody at once what is urgent
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import watcher.channels
import watcher.sources
from watcher.channels.base import Channel
from watcher.config import checks, routing
from watcher.config.blocks import ChannelBlock, SourceBlock, Top
from watcher.config.browsers import check_browsers
from watcher.config.built import Builder, Built, Family, Shared
from watcher.config.catalogue import with_presets
from watcher.config.expand import Expansion
from watcher.config.fitting import check_fitting
from watcher.config.intervals import settled
from watcher.config.links import check_links
from watcher.config.model import Config, SourceConfig, Store, lasting
from watcher.config.places import data_dir
from watcher.config.queues import channel_of, check_fallbacks
from watcher.config.rates import check_rates
from watcher.config.recipients import recipients, warn_of_unused
from watcher.config.routing import check_ways
from watcher.config.sheet import Sheet
from watcher.config.sound import sound_parts
from watcher.config.unheard import warn_of_unheard
from watcher.config.words import shape
from watcher.core.errors import Problem
from watcher.core.model import SourceId
from watcher.core.plans import Inbox
from watcher.core.yaml.strict import MAX_BYTES, Node, load, plain
from watcher.sources.base import Measuring, Reachable, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The kinds that a configuration may name."""

    sources: Mapping[str, type[Any]]
    channels: Mapping[str, type[Any]]


def our_tables() -> Tables:
    """The kinds that come with watcher."""
    return Tables(
        sources=getattr(watcher.sources, "KINDS", {}),
        channels=getattr(watcher.channels, "KINDS", {}),
    )


def load_config(
    path: Path, environ: Mapping[str, str], *, tables: Tables | None = None, data: Path | None = None
) -> tuple[Config | None, tuple[Problem, ...]]:
    """The configuration of that file and every problem found, in order of place; None if one of them is an error.

    Args: environ: where `${NAME}` is looked up. tables: other kinds than ours. data: where packs lie, if not with us.
    """
    text = config_bytes(path)
    if isinstance(text, str):
        return None, (Problem(file=str(path), line=None, column=None, code="C001", text=text),)
    return read_config(path, text, environ, tables=tables, data=data)


def read_config(
    path: Path, text: bytes, environ: Mapping[str, str], *, tables: Tables | None = None, data: Path | None = None
) -> tuple[Config | None, tuple[Problem, ...]]:
    """The configuration in a text that stands at that path; the rest as for `load_config`."""
    file = str(path)
    root, problems = load(text, file)
    if root is None:
        return None, problems
    if root.kind != "mapping" or not root.pairs:
        empty = root.kind == "mapping" or plain(root) is None
        cause = "nothing is configured" if empty else f"the file must be a mapping, not {shape(plain(root))}"
        return None, (*problems, Problem(file=file, line=root.line, column=root.column, code="C001", text=cause))
    root, unknown = with_presets(root, file, data or data_dir())
    expansion = Expansion(file=file, folder=path.absolute().parent, environ=environ)
    sheet = Sheet(file=file, root=expansion.expand(root), secrets=expansion.secrets)
    config = _read(path.absolute(), sheet, tables or our_tables(), data or data_dir(), environ)
    found = _in_order(problems, unknown, expansion.problems, sheet.problems)
    return (None if any(problem.level == "error" for problem in found) else config), found


def _in_order(*groups: Iterable[Problem]) -> tuple[Problem, ...]:
    """All problems by place, each once; a reference that leads nowhere is not scolded for its form as well."""
    found = {problem for group in groups for problem in group}
    dangling = {(problem.line, problem.column) for problem in found if problem.code in {"C011", "C012"}}
    kept = (p for p in found if p.code in {"C011", "C012"} or (p.line, p.column) not in dangling)
    return tuple(sorted(kept, key=lambda problem: (problem.line or 0, problem.column or 0, problem.code, problem.text)))


def config_bytes(path: Path) -> bytes | str:
    """The file's bytes, cut off where they are too many, or why there are none."""
    try:
        if path.exists() and not path.is_file():
            return "is no plain file"
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        return f"cannot be read: {error.strerror or type(error).__name__}"
    except ValueError:
        return "cannot be read: the path holds a NUL"


def _read(path: Path, sheet: Sheet, tables: Tables, data: Path, environ: Mapping[str, str]) -> Config | None:
    """The configuration as far as it can be read; mistakes are noted on the sheet."""
    checks.check_ids(sheet)
    sound = sound_parts(sheet)
    top = sound.top
    sources = _built(sheet, Family(section="sources", shared=SourceBlock, table=tables.sources, contract=Source))
    channels = _built(sheet, Family(section="channels", shared=ChannelBlock, table=tables.channels, contract=Channel))
    checks.check_names(sheet)
    check_fallbacks(sheet, channels)
    check_fitting(sheet, channels, top)
    checks.check_paces(sheet, {name: built.shared for name, built in sources.items()}, top)
    checks.check_contacts(sheet, {name: built.shared for name, built in sources.items()}, sound.knowing("operator"))
    for section, blocks in (("sources", sources), ("channels", channels)):
        checks.check_addresses(sheet, section, {name: built.shared for name, built in blocks.items()}, top)
    checks.check_inboxes(sheet, _inboxes(sources), sound.knowing("listen"))
    called = [name for name, built in sources.items() if getattr(built.options, "websub", False)]
    checks.check_callbacks(sheet, called, sound.knowing("listen"))
    check_links(sheet, top)
    check_browsers(sheet, {name: built.options for name, built in sources.items() if built.shared.enabled}, environ)
    check_rates(sheet, {name: each.measure for name, each in _keeping(Measuring, sources)}, sources)
    ways_out = {name: built.instance for name, built in channels.items()}
    readers = recipients(sheet, top, ways_out)
    check_ways(sheet)
    routes, digests = routing.routes(sheet, top, ways_out), checks.digests(sheet, top, ways_out)
    files = checks.find_rule_files(sheet, path.parent, data)
    names = checks.find_name_files(sheet, path.parent)
    if sheet.errors():
        return None
    checks.warn(sheet, path)
    warn_of_unused(sheet)
    warn_of_unheard(sheet, routes, readers)
    return Config(
        path=path,
        store=Store(
            path=path.parent / top.store.path,
            keep_articles=lasting(top.store.keep_articles),
            keep_bodies=lasting(top.store.keep_bodies),
            free_disk_floor_bytes=top.store.free_disk_floor,
        ),
        operator=top.operator,
        listen=top.listen,
        network=top.network,
        sources=MappingProxyType({SourceId(name): _source(name, built, top) for name, built in sources.items()}),
        channels=MappingProxyType({name: channel_of(name, built, top.network) for name, built in channels.items()}),
        routes=MappingProxyType(routes),
        digests=MappingProxyType(digests),
        recipients=MappingProxyType(readers),
        polls_an_hour=top.polling.budget,
        rules=top.rules,
        rule_files=files,
        name_files=names,
        templates=None if top.templates is None else path.parent / top.templates,
        log=top.log,
        language=top.language,
    )


def _inboxes(sources: Mapping[str, Built[SourceBlock]]) -> dict[str, Inbox]:
    """Where sources are pushed to."""
    found = {name: each.inbox for name, each in _keeping(Reachable, sources)}
    return {name: inbox for name, inbox in found.items() if inbox is not None}


def _keeping(contract: type[Any], sources: Mapping[str, Built[SourceBlock]]) -> Iterator[tuple[str, Any]]:
    """The sources whose kind keeps that contract; it is asked of each kind once, for the answer is dear."""
    kinds = {type(built.instance): built.instance for built in sources.values()}
    fit = {kind for kind, one in kinds.items() if isinstance(one, contract)}
    return ((name, built.instance) for name, built in sources.items() if type(built.instance) in fit)


def _built(sheet: Sheet, family: Family[Shared]) -> dict[str, Built[Shared]]:
    """The blocks of a section that have no mistake."""
    section = sheet.root.get(family.section)
    pairs: tuple[tuple[Node, Node], ...] = () if section is None else section.pairs
    builder = Builder(sheet=sheet)
    found = {str(key.value): builder.build(family, str(key.value), block) for key, block in pairs}
    return {name: built for name, built in found.items() if built is not None}


def _source(name: str, built: Built[SourceBlock], top: Top) -> SourceConfig:
    """A source with what it does not say itself taken from the file's own defaults."""
    block = built.shared
    obeys = getattr(built.options, "cache", None) is None
    every, adaptive = settled(block.every, obeys_freshness=obeys)
    return SourceConfig(
        id=SourceId(name),
        kind=built.kind,
        enabled=block.enabled,
        every=every,
        pace=block.pace,
        trust=block.trust,
        zone=block.zone,
        since=block.since,
        backfill_after=block.backfill_after,
        silent_after=block.silent_after,
        keep_articles=lasting(block.keep_articles or top.store.keep_articles),
        keep_bodies=lasting(block.keep_bodies or top.store.keep_bodies),
        network=block.network or top.network,
        adaptive=adaptive,
        options=built.options,
        source=built.instance,
    )

"""What one block of the configuration says of another: names, queries, files and paces; never builds a kind."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from watcher.config.blocks import ChannelBlock, SourceBlock, Top
from watcher.config.expand import Steps
from watcher.config.model import DigestConfig, RouteConfig
from watcher.config.places import own_files, rule_files
from watcher.config.sheet import Sheet
from watcher.core.addresses import judge_host
from watcher.core.plans import Inbox
from watcher.core.queries import Names, Query, alert_kinds, parse_query
from watcher.core.rules.holding import Holding
from watcher.core.schedules import schedule
from watcher.core.text.spelling import did_you_mean
from watcher.core.urls import host_of
from watcher.core.values import duration_text
from watcher.core.yaml.strict import Node, locate, plain

BAD_ID, UNKNOWN_NAME, TOO_OFTEN, NO_RULE_FILE, REFUSED = "C008", "C010", "C013", "C014", "C015"
NO_CONTACT = "C016"
UNREACHABLE, SAME_INBOX = "C017", "C018"
OPEN_SECRET, UNUSED_CHANNEL, NO_NOTICES, NOTHING = "C021", "C022", "C023", "C024"

_ID = re.compile(r"[a-z0-9_-]{1,60}")
_LEAST_EVERY = timedelta(minutes=1)
_LEAST_EVERY_AT_HOME = timedelta(seconds=1)


def check_ids(sheet: Sheet) -> None:
    """Names of sources, channels, routes and digests are ids."""
    for section in ("sources", "channels", "routes", "digests"):
        for key, _ in _pairs(sheet, section):
            name = str(key.value)
            if not _ID.fullmatch(name):
                shown = name if len(name) <= 60 else name[:60] + "…"  # noqa: PLR2004 - the id's own limit
                text = f'id "{shown}": use a-z, 0-9, - and _, at most 60 characters'
                sheet.note(BAD_ID, key, (section,), text)


def check_names(sheet: Sheet) -> None:
    """Every channel and route that is spoken of is there."""
    channels = [str(key.value) for key, _ in _pairs(sheet, "channels")]
    named = sheet.root.get("channels")
    if named is not None and named.kind == "sequence":
        # Told already; each use of what is in it need not be.
        channels = [str(plain(item)) for item in named.items]
    for section in ("routes", "digests"):
        for key, block in _pairs(sheet, section):
            for path, node in _texts(block.get("channels"), (section, str(key.value), "channels")):
                _check_name(sheet, "channel", channels, path, node)
    route = locate(sheet.root, ("operator",)).get("route") if sheet.root.get("operator") else None
    routes = [str(key.value) for key, _ in _pairs(sheet, "routes")]
    for path, node in _texts(route, ("operator", "route")):
        _check_name(sheet, "route", routes, path, node)


def check_paces(sheet: Sheet, sources: Mapping[str, SourceBlock], top: Top | None) -> None:
    """A stranger's host is asked at most once a minute; one's own as often as one likes."""
    for name, block in sources.items():
        at_home = (block.network or (top.network if top else "public")) == "any"
        least = _LEAST_EVERY_AT_HOME if at_home else _LEAST_EVERY
        if isinstance(block.every, timedelta) and block.every < least:
            path = ("sources", name, "every")
            hint = "" if at_home else "; with network: any, 1s"
            text = f"{duration_text(block.every)} is too often; at least {duration_text(least)}{hint}"
            sheet.note(TOO_OFTEN, locate(sheet.root, path), path, text)


def check_contacts(sheet: Sheet, sources: Mapping[str, SourceBlock], top: Top | None) -> None:
    """Where a publisher demands to know who asks, there is somebody named."""
    if top is None or top.operator.contact:
        return
    for name, block in sources.items():
        if block.contact == "required" and block.enabled:
            path = ("sources", name, "contact")
            text = "operator.contact is missing; name an address or a page there: it goes into the User-Agent"
            sheet.note(NO_CONTACT, locate(sheet.root, path), path, text)


def check_addresses(
    sheet: Sheet, section: str, blocks: Mapping[str, SourceBlock | ChannelBlock], top: Top | None
) -> None:
    """What the guard would refuse to dial is no address to configure, as far as it shows without a lookup."""
    # by the order of the file: to look each name up in it would cost the square of their number
    for key, written in _pairs(sheet, section):
        block = blocks.get(str(key.value))
        if block is None:
            continue
        policy = block.network or (top.network if top else "public")
        for path, node in _addresses(written, (section, str(key.value))):
            text = str(node.value)
            host = host_of(text) if path[-1] == "url" else text
            refusal = judge_host(host, policy) if host else None
            if host and refusal is not None:
                # The host itself may be a secret's; the place says where it stands.
                hint = "; if it is meant, add: network: any" if judge_host(host, "any") is None else ""
                sheet.note(REFUSED, node, path, f"the address is {refusal.reason} and would not be dialled{hint}")


def _addresses(block: Node, path: Steps) -> Iterator[tuple[Steps, Node]]:
    """The texts under `url` and `host` in a block, wherever in it they stand."""
    for key, value in block.pairs:
        if key.value in {"url", "host"} and isinstance(value.value, str):
            yield (*path, str(key.value)), value
        elif value.kind == "mapping":
            yield from _addresses(value, (*path, str(key.value)))


def check_callbacks(sheet: Sheet, names: Iterable[str], top: Top | None) -> None:
    """A hub can call us."""
    if top is not None and (top.listen is None or top.listen.public_url is None):
        for name in names:
            path = ("sources", name, "websub")
            text = "no hub can call us: set listen.public_url to the address by which we are reached"
            sheet.note(UNREACHABLE, locate(sheet.root, path), path, text)


def check_inboxes(sheet: Sheet, inboxes: Mapping[str, Inbox], top: Top | None) -> None:
    """What is pushed to can be reached, and each push has one source."""
    taken: dict[str, str] = {}
    for name, inbox in inboxes.items():
        path = ("sources", name, "path")
        node = locate(sheet.root, path)
        if top is not None and (top.listen is None or top.listen.public_url is None):
            text = "nobody can push to it: set listen.public_url to the address by which we are reached"
            sheet.note(UNREACHABLE, node, path, text)
        if inbox.path in taken:
            sheet.note(SAME_INBOX, node, path, f'the source "{taken[inbox.path]}" is pushed to at {inbox.path} already')
        taken.setdefault(inbox.path, name)


def routes(sheet: Sheet, top: Top | None) -> dict[str, RouteConfig]:
    """The routes whose query can be read; all queries are checked, even where the rest of the file is wrong."""
    found = {}
    for key, block in _pairs(sheet, "routes"):
        name = str(key.value)
        query = _query(sheet, block.get("when"), ("routes", name, "when"), health=True)
        if top is None or query is None:
            continue
        route = top.routes[name]
        found[name] = RouteConfig(
            id=name,
            channels=tuple(dict.fromkeys(route.channels)),
            zone=route.zone,
            when=route.when,
            query=query,
            line=key.line,
            column=key.column,
            holding=Holding(
                wait=route.wait,
                quiet=route.quiet,
                group=(route.group,),
                after_quiet=route.after_quiet,
                unless_new=route.unless_new,
            ),
        )
        if route.wait and route.quiet and route.wait > route.quiet:
            text = f"wait {duration_text(route.wait)} is longer than quiet {duration_text(route.quiet)}"
            sheet.note("R042", key, ("routes", name), text)
    return found


def digests(sheet: Sheet, top: Top | None) -> dict[str, DigestConfig]:
    """The digests whose query can be read."""
    found = {}
    for key, block in _pairs(sheet, "digests"):
        name = str(key.value)
        query = _query(sheet, block.get("take"), ("digests", name, "take"))
        if top is None or query is None:
            continue
        digest = top.digests[name]
        found[name] = DigestConfig(
            id=name,
            schedule=schedule(digest.at, digest.zone),
            at=digest.at,
            zone=digest.zone,
            channels=tuple(dict.fromkeys(digest.channels)),
            take=digest.take,
            query=query,
            by=digest.by,
            title=digest.title,
            limit=digest.limit,
            line=key.line,
            column=key.column,
        )
    return found


def find_rule_files(sheet: Sheet, top: Top | None, folder: Path, data: Path) -> tuple[Path, ...]:
    """The rule files that `rules:` names, each once."""
    found: dict[Path, None] = {}
    for path, node in _texts(sheet.root.get("rules"), ("rules",)):
        try:
            found |= dict.fromkeys(rule_files(str(node.value), folder, data))
        except ValueError as error:
            sheet.note(NO_RULE_FILE, node, path, str(error))
    return tuple(found) if top is not None else ()


def find_name_files(sheet: Sheet, top: Top | None, folder: Path) -> tuple[Path, ...]:
    """The files of names that `lexicon:` names, each once."""
    found: dict[Path, None] = {}
    for path, node in _texts(sheet.root.get("lexicon"), ("lexicon",)):
        try:
            found |= dict.fromkeys(own_files(str(node.value), folder))
        except ValueError as error:
            sheet.note(NO_RULE_FILE, node, path, str(error))
    return tuple(found) if top is not None else ()


def warn(sheet: Sheet, path: Path) -> None:
    """What is allowed but probably not meant."""
    used = {
        str(node.value)
        for section in ("routes", "digests")
        for _, block in _pairs(sheet, section)
        for _, node in _texts(block.get("channels"), ())
    }
    for key, _ in _pairs(sheet, "channels"):
        if key.value not in used:
            text = "no route and no digest uses this channel"
            sheet.note(UNUSED_CHANNEL, key, ("channels", str(key.value)), text, "warning")
    if locate(sheet.root, ("operator", "route")).kind != "scalar":
        sheet.note(NO_NOTICES, None, (), "operator.route is not set: notices go to the log only", "warning")
    for section, what in (("sources", "nothing is watched"), ("rules", "nothing is ever told")):
        node = sheet.root.get(section)
        if node is None or not (node.pairs or node.items or node.value):
            sheet.note(NOTHING, None, (), f"no {section}: {what}", "warning")
    literal = any(problem.code == "C020" for problem in sheet.problems)
    if literal and path.stat().st_mode & stat.S_IROTH:
        text = f"everybody on this machine may read the secrets in it; chmod 600 {path.name}"
        sheet.note(OPEN_SECRET, None, (), text, "warning")


def _pairs(sheet: Sheet, section: str) -> tuple[tuple[Node, Node], ...]:
    """The blocks of a section."""
    node = sheet.root.get(section)
    return () if node is None else node.pairs


def _texts(node: Node | None, path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], Node]]:
    """The texts of a list, or the one text that is short for it, with their paths."""
    if node is None:
        return []
    found = [(path, node)] if node.kind == "scalar" else [((*path, at), item) for at, item in enumerate(node.items)]
    return [(place, each) for place, each in found if isinstance(each.value, str)]


def _check_name(sheet: Sheet, noun: str, known: list[str], path: tuple[str | int, ...], node: Node) -> None:
    """The name is one of the known."""
    name = str(node.value)
    if name not in known:
        hint = did_you_mean(name, known) or f"; known: {', '.join(known) or 'none'}"
        sheet.note(UNKNOWN_NAME, node, path, f'unknown {noun} "{name}"{hint}')


def _query(sheet: Sheet, node: Node | None, path: tuple[str, ...], *, health: bool = False) -> Query | None:
    """What the query at that place means; its mistakes are noted at their own columns."""
    text = node.value if node is not None and isinstance(node.value, str) else ""
    names = Names(
        sources=tuple(str(key.value) for key, _ in _pairs(sheet, "sources")),
        routes=tuple(str(key.value) for key, _ in _pairs(sheet, "routes")),
    )
    query, problems = parse_query(text, alert_kinds(names, health=health))
    for problem in problems:
        # Columns within the text are those of the file only while it stands on one line.
        on_one_line = node is not None and "\n" not in node.raw and problem.column is not None
        shift = (problem.column or 1) - 1 + int(node.quoted) if node is not None and on_one_line else 0
        at = None if node is None else replace(node, column=node.column + shift)
        sheet.note(problem.code, at, path, problem.text, problem.level)
    return query

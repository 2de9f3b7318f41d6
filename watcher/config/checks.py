"""What one block of the configuration says of another: names, queries, files and paces; never builds a kind."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from watcher.channels.base import Channel
from watcher.config.blocks import ChannelBlock, SourceBlock, Top
from watcher.config.drafting import check_hold
from watcher.config.expand import Steps
from watcher.config.model import DigestConfig
from watcher.config.naming import check_name, pairs, query_at, texts
from watcher.config.places import own_files, rule_files
from watcher.config.routing import check_somebody, named
from watcher.config.sheet import Sheet
from watcher.config.words import MISSING
from watcher.core.addresses import judge_host
from watcher.core.plans import Inbox
from watcher.core.schedules import schedule
from watcher.core.telling.recipients import MARK
from watcher.core.urls import host_of
from watcher.core.values import duration_text
from watcher.core.yaml.strict import Node, locate, plain

BAD_ID, TOO_OFTEN, NO_RULE_FILE, REFUSED = "C008", "C013", "C014", "C015"
NO_CONTACT = "C016"
UNREACHABLE, SAME_INBOX = "C017", "C018"
OPEN_SECRET, UNUSED_CHANNEL, NO_NOTICES, NOTHING = "C021", "C022", "C023", "C024"

_ID = re.compile(r"[a-z0-9_-]{1,60}")
_LEAST_EVERY = timedelta(minutes=1)
_LEAST_EVERY_AT_HOME = timedelta(seconds=1)


def check_ids(sheet: Sheet) -> None:
    """Names of sources, channels, recipients, routes and digests are ids."""
    for section in ("sources", "channels", "recipients", "routes", "digests"):
        for key, _ in pairs(sheet, section):
            name = str(key.value)
            if not _ID.fullmatch(name):
                shown = name if len(name) <= 60 else name[:60] + "…"  # noqa: PLR2004 - the id's own limit
                text = f'id "{shown}": use a-z, 0-9, - and _, at most 60 characters'
                sheet.note(BAD_ID, key, (section,), text)


def check_names(sheet: Sheet) -> None:
    """Every channel and route that is spoken of is there."""
    channels = [str(key.value) for key, _ in pairs(sheet, "channels")]
    named = sheet.root.get("channels")
    if named is not None and named.kind == "sequence":
        # Told already; each use of what is in it need not be.
        channels = [str(plain(item)) for item in named.items]
    for section in ("routes", "digests"):
        for key, block in pairs(sheet, section):
            for kind in ("channels", "editors"):
                for path, node in texts(block.get(kind), (section, str(key.value), kind)):
                    check_name(sheet, "channel", channels, path, node)
    route = locate(sheet.root, ("operator",)).get("route") if sheet.root.get("operator") else None
    routes = [str(key.value) for key, _ in pairs(sheet, "routes")]
    for path, node in texts(route, ("operator", "route")):
        check_name(sheet, "route", routes, path, node)


def check_paces(sheet: Sheet, sources: Mapping[str, SourceBlock], top: Top) -> None:
    """A stranger's host is asked at most once a minute; one's own as often as one likes."""
    for name, block in sources.items():
        at_home = (block.network or top.network) == "any"
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


def check_addresses(sheet: Sheet, section: str, blocks: Mapping[str, SourceBlock | ChannelBlock], top: Top) -> None:
    """What the guard would refuse to dial is no address to configure, as far as it shows without a lookup."""
    # by the order of the file: to look each name up in it would cost the square of their number
    for key, written in pairs(sheet, section):
        block = blocks.get(str(key.value))
        if block is None:
            continue
        policy = block.network or top.network
        for path, node in _addresses(written, (section, str(key.value))):
            text = str(node.value)
            host = host_of(text) if path[-1] == "url" else text
            refusal = judge_host(host, policy) if host else None
            if host and refusal is not None:
                # The host itself may be a secret's; the place says where it stands.
                meant = f"; if it is meant, add network: any to {section}.{key.value}"
                hint = meant if judge_host(host, "any") is None else ""
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


def digests(sheet: Sheet, top: Top, channels: Mapping[str, Channel]) -> dict[str, DigestConfig]:
    """The digests whose query can be read."""
    found = {}
    for key, block in pairs(sheet, "digests"):
        name = str(key.value)
        query = query_at(sheet, block.get("take"), ("digests", name, "take"))
        digest = top.digests.get(name)
        if digest is None:
            continue
        if not digest.channels and not digest.recipients:
            sheet.note(MISSING, block, ("digests", name), '"channels" is missing')
        check_somebody(sheet, ("digests", name), block, channels)
        plan = schedule(digest.at, digest.zone)
        check_hold(sheet, key, plan, digest.hold)
        if query is None:
            continue
        found[name] = DigestConfig(
            id=name,
            schedule=plan,
            at=digest.at,
            zone=digest.zone,
            channels=named(digest.channels, digest.recipients),
            take=digest.take,
            query=query,
            by=digest.by,
            title=digest.title,
            limit=digest.limit,
            line=key.line,
            column=key.column,
            length=digest.length,
            hold=digest.hold,
            approval=digest.approve == "required",
            editors=tuple(dict.fromkeys(digest.editors or ())),
            empty=digest.empty,
        )
    return found


def find_rule_files(sheet: Sheet, folder: Path, data: Path) -> tuple[Path, ...]:
    """The rule files that `rules:` names, each once."""
    found: dict[Path, None] = {}
    for path, node in texts(sheet.root.get("rules"), ("rules",)):
        try:
            found |= dict.fromkeys(rule_files(str(node.value), folder, data))
        except ValueError as error:
            sheet.note(NO_RULE_FILE, node, path, str(error))
    return tuple(found)


def find_name_files(sheet: Sheet, folder: Path) -> tuple[Path, ...]:
    """The files of names that `lexicon:` names, each once."""
    found: dict[Path, None] = {}
    for path, node in texts(sheet.root.get("lexicon"), ("lexicon",)):
        try:
            found |= dict.fromkeys(own_files(str(node.value), folder))
        except ValueError as error:
            sheet.note(NO_RULE_FILE, node, path, str(error))
    return tuple(found)


def warn(sheet: Sheet, path: Path) -> None:
    """What is allowed but probably not meant."""
    used = {
        str(node.value)
        for section in ("routes", "digests")
        for _, block in pairs(sheet, section)
        for kind in ("channels", "editors")
        for _, node in texts(block.get(kind), ())
    }
    used |= {
        str(node.value)
        for _, block in pairs(sheet, "recipients")
        for key in ("to", "via")
        for _, node in texts(block.get(key), ())
    }
    if any(
        MARK in str(node.value) for _, block in pairs(sheet, "recipients") for _, node in texts(block.get("to"), ())
    ):
        used |= {str(key.value) for key, block in pairs(sheet, "channels") if locate(block, ("kind",)).value == "email"}
    for key, _ in pairs(sheet, "channels"):
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

"""Who publishes an article and how far its word carries: the link's host first, then the source's own trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from watcher.core.model import Trust

WEAK = frozenset({Trust.PROMOTION, Trust.UNKNOWN})
"""Whose word alone changes nothing that others state. Source: the trust classes of the rule language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """A publisher's name and trust."""

    name: str
    trust: Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishers:
    """Publishers by host; a host's parent domains stand for it (`www.meti.go.jp` is found under `meti.go.jp`)."""

    hosts: Mapping[str, Publisher] = field(default_factory=dict)

    def find(self, host: str) -> Publisher | None:
        """The publisher of a host or of its nearest known parent."""
        labels = host.casefold().split(".")
        for start in range(len(labels) - 1):
            found = self.hosts.get(".".join(labels[start:]))
            if found is not None:
                return found
        return None

    def of(self, *, link_host: str, origin_host: str, origin_name: str, source: str, trust: Trust) -> Publisher:
        """The publisher of an article.

        An article that names its origin (`<source>` in a feed) has that origin as publisher, else its link's host
        decides, else the source: design, section 1.
        """
        for host in (origin_host, link_host):
            found = self.find(host) if host else None
            if found is not None:
                return found
        if origin_name:
            return Publisher(name=origin_name, trust=trust)
        return Publisher(name=link_host.removeprefix("www.") or source, trust=trust)

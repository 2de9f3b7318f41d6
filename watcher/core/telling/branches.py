"""The tree of routes: which branch takes an alert, and who is then left out; it never asks what a query says.

A branch's own query holds only where its parents' do, so what a branch takes each of its parents would take.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A route's place in the tree: `under` is its parent; with `also` it takes beside others, not instead of them."""

    name: str
    under: str | None = None
    also: bool = False


def left_out(
    branches: Sequence[Branch], taking: Collection[str], deaf: Collection[str] = frozenset()
) -> Mapping[str, str]:
    """Who of those that would take an alert is left out, and why, in words.

    The first branch that takes it takes it instead of its parent and of the branches after it; one with `also` takes
    it beside all these, wherever it stands. Routes that stand under none are each asked by themselves.

    Args: branches - in the order of the file. taking - those whose query takes it, and that may be told. deaf - those
    on which nobody would hear of it: none of them keeps it from another.
    """
    tree = _Tree(taking=taking, deaf=deaf)
    for each in branches:
        if each.name in taking:
            tree.under[each.under if each.under in taking else None].append(each)
    for root in tree.under[None]:
        tree.settle(root)
    return tree.left


def lineage(parents: Mapping[str, str | None], name: str) -> tuple[str, ...]:
    """A route's ancestors from the root down, then itself; broken off where they go in a circle."""
    line = [name]
    while (above := parents.get(line[0])) is not None and above not in line and above in parents:
        line.insert(0, above)
    return tuple(line)


def circle(parents: Mapping[str, str | None], name: str) -> tuple[str, ...]:
    """The routes of the circle that a route is itself part of; empty if it is of none."""
    line = [name]
    while (above := parents.get(line[-1])) is not None:
        if above == name:
            return (*line, name)
        if above in line:
            return ()
        line.append(above)
    return ()


@dataclass(slots=True, kw_only=True)
class _Tree:
    """Those that would take an alert, by their parents, and who was left out so far."""

    taking: Collection[str]
    deaf: Collection[str]
    under: defaultdict[str | None, list[Branch]] = field(default_factory=lambda: defaultdict(list))
    left: dict[str, str] = field(default_factory=dict)

    def settle(self, branch: Branch) -> bool:
        """Let a branch's own branches take it first; whether it or one of these takes it and is heard."""
        taker: str | None = None
        for each in self.under[branch.name]:
            if taker is not None and not each.also:
                self._leave(each, f'"{taker}" before it took it')
                continue
            if self.settle(each) and not each.also:
                taker = each.name
        if taker is not None:
            self.left[branch.name] = f'its branch "{taker}" took it'
        return taker is not None or branch.name not in self.deaf

    def _leave(self, branch: Branch, why: str) -> None:
        self.left[branch.name] = why
        for each in self.under[branch.name]:
            self._leave(each, why)


def outline(branches: Iterable[Branch]) -> tuple[tuple[int, str], ...]:
    """The tree as it is drawn: (depth, name), each branch behind its parent, in the order of the file."""
    every = tuple(branches)
    names = {each.name for each in every}
    below: defaultdict[str | None, list[str]] = defaultdict(list)
    for each in every:
        below[each.under if each.under in names else None].append(each.name)

    def drawn(name: str, depth: int) -> list[tuple[int, str]]:
        return [(depth, name), *(line for child in below[name] for line in drawn(child, depth + 1))]

    return tuple(line for root in below[None] for line in drawn(root, 0))

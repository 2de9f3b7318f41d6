"""What hangs on a mistake: lists that have one, and names that a file might define which could not be read.

So that everything beside it is judged, and nothing is told that only follows from it. It judges nothing itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from watcher.config.rules.changes import Change
from watcher.config.rules.lists import NamedList
from watcher.config.rules.page import Page
from watcher.core.errors import Problem
from watcher.core.yaml.strict import Node

_UNKNOWN = re.compile(r'(?:.*: )?unknown (?P<noun>list|condition|matter|event|rule|test) "<?(?P<name>[^">]*)>?"')
"""What rule files define, at the beginning of a problem; what follows it is a guess among the names that were read."""


def lists_amiss(
    blocks: Iterable[tuple[Page, Node]], lists: Mapping[str, NamedList], changes: Mapping[str, Change]
) -> frozenset[str]:
    """The lists with a mistake in what they, a change of them, or a list inside them say.

    Args: blocks - the `lists` of every file; lists - those that could be read, before `changes` of them.
    """
    written = ((page, name, at, value) for page, block in blocks for name, at, value in page.named(block, "lists"))
    found = {name for page, name, at, value in written if page.marred(at, value)}
    changed = ((name, each) for name, each in changes.items() if name in lists)
    found |= {name for name, each in changed if each.page.marred(each.key, each.node)}
    inside = {name: set(each.names()) for name, each in lists.items()}
    while more := {name for name, names in inside.items() if names & found} - found:
        found |= more
    return frozenset(found)


def of_names(problems: Iterable[Problem], unread: Sequence[str], amiss: Collection[str]) -> Iterator[Problem]:
    """The problems, but for lists that are not unknown: they have a mistake, which is told where they stand.

    To other unknown names is said which files could not be read, and nothing is guessed.

    Args: unread - those files; amiss - lists that could not be read.
    """
    files = ", ".join(dict.fromkeys(unread))
    for problem in problems:
        found = _UNKNOWN.match(problem.text)
        if found is not None and found["noun"] == "list" and found["name"] in amiss:
            continue
        if found is not None and files:
            yield replace(problem, text=f"{found[0]}; it may stand in {files}, which can't be read")
        else:
            yield problem

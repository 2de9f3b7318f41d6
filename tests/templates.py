"""Built-in templates compiled once for the tests of a quick run: nearly every world has a renderer, of the same texts.

A whole run compiles them for each renderer, as a start and a reload do.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from jinja2 import Environment

from watcher.core.text.wording import Words
from watcher.render import renderer
from watcher.render.environments import environment


@cache
def _compiled(sources: tuple[tuple[str, str], ...], *, page: bool, words: Words) -> Environment:
    return environment(dict(sources), page=page, words=words)


def _remembered(sources: Mapping[str, str], *, page: bool, words: Words) -> Environment:
    return _compiled(tuple(sources.items()), page=page, words=words)


@contextlib.contextmanager
def compiled_once() -> Iterator[None]:
    """Let renderers of the same texts share what was compiled of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renderer, "environment", _remembered)
        yield

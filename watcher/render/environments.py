"""The two Jinja environments, one for pages and one for plain text; escaping never depends on a file's name.

Source: `select_autoescape` leaves `x.html.j2` unescaped, so HTML has an environment of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import NoReturn

import css_inline
from jinja2 import DictLoader, Environment, StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from watcher.core.telling.phrases import apart, ended, headed
from watcher.core.text.spelling import did_you_mean
from watcher.core.text.wording import ENGLISH, SLOT, Words
from watcher.render.wrapping import display_width, pad, wrap

PAGE = ".html.j2"
PLAIN = ".txt.j2"

# What a template has no honest use for, and a hostile one has.
_NEEDLESS = ("attr", "center", "filesizeformat", "format", "indent", "map", "pprint", "tojson", "urlize", "xmlattr")

# Style blocks marked data-css-inline="keep" stay as well: dark colours and phones need media queries.
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


_LOOSE = re.compile(r"(?<=[。：，、；！？）」]) +")
"""The blanks that full-width stops hold already."""


class Missing(StrictUndefined):
    """What a template asks for and no message has: an error that names it, and what was probably meant."""

    @property
    def _undefined_message(self) -> str:
        name, holder = str(self._undefined_name), self._undefined_obj
        if self._undefined_hint is None and isinstance(holder, Mapping):
            return f'"{name}" is unknown here{did_you_mean(name, [str(key) for key in holder])}'
        return super()._undefined_message


def environment(sources: Mapping[str, str], *, page: bool, words: Words = ENGLISH) -> Environment:
    """A sandbox over templates given by name; `page` turns escaping on; `say` says our fixed words in theirs.

    Nothing is loaded from a disk, compiled code is kept nowhere, and constants are not worked out while compiling,
    so that compiling is quick for any source.
    """
    made = ImmutableSandboxedEnvironment(
        loader=DictLoader(dict(sources)),
        autoescape=page,
        undefined=Missing,
        optimized=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=None,
        auto_reload=False,
    )
    made.globals.clear()
    made.globals |= {"say": partial(_said_on_page, words) if page else words.say, "lang": words.language}
    for name in _NEEDLESS:
        made.filters.pop(name, None)
    made.intercepted_binops = frozenset({"**"})
    made.binop_table["**"] = _no_power
    made.filters |= {"wrap": wrap, "pad": pad, "columns": display_width, "apart": apart, "after": _after}
    made.filters |= {"ended": partial(ended, words=words), "headed": partial(headed, words=words), "tight": _tight}
    return made


def _said_on_page(words: Words, english: str, **slots: object) -> Markup:
    """The words escaped, and what fills their gaps too, unless it is markup already."""
    shown = str(escape(words.say(english)))
    return Markup(SLOT.sub(lambda gap: escape(slots[gap[1]]) if gap[1] in slots else gap[0], shown))  # noqa: S704 - escaped


def _after(said: str) -> str:
    """The blank before what follows these words, or none."""
    return apart(said)[len(said) :]


def _tight(said: str) -> str:
    """Words of ours without the blanks after full-width stops; markup stays markup."""
    shown = _LOOSE.sub("", said)
    return Markup(shown) if isinstance(said, Markup) else shown  # noqa: S704 - blanks are left out, nothing is added


def _no_power(_base: object, _exponent: object) -> NoReturn:
    """Refuse `**`: one small expression would keep a processor for hours, and no message needs a power."""
    raise SecurityError("a power has no place in a template")


def rendered(made: Environment, name: str, view: Mapping[str, object]) -> str:
    """The words of one template for a view; a page gets its style sheet written onto its elements."""
    words = made.get_template(name).render(view)
    return _INLINER.inline(words) if name.endswith(PAGE) else words

"""Our own pages: one button and what it does, lists of issues, and an issue inside the site's frame.

They need no script and ask for nothing from anywhere; what strangers wrote is escaped like in mails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from watcher.core.telling.messages import DigestMessage
from watcher.core.telling.translating import in_words
from watcher.core.text.wording import ENGLISH, Words
from watcher.render.catalogues import Catalogues
from watcher.render.charts import drawn_inside, pictures_of
from watcher.render.environments import environment
from watcher.render.issues import fold, issue_view
from watcher.render.views import Mark, Reader, Tongue

_SHEETS = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_FOLDER = "pages"
_MOST_MADE = 64
"""Sets of templates that are kept: one for issues and one for other pages in each language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it is answered; `styles` are the style sheets in it, which nobody else may add to.

    `pictures` says that it carries some within itself.
    """

    status: int
    html: str
    styles: tuple[str, ...]
    pictures: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """A word in a box on top: good, warn or err."""

    tone: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a button is about: a headline in its own language, and small print."""

    headline: str
    tongue: Tongue
    mark: Mark | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button of the page's one form; `value` is `do` or `undo`."""

    words: str
    value: str = "do"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A page that asks, or says what was done."""

    title: str
    kicker: str = ""
    deck: str = ""
    message: Banner | None = None
    about: About | None = None
    says: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    foot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a list; `href` is relative to the page, or empty."""

    words: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A titled list; `empty` is said where it has no rows, `next` leads to what does not fit."""

    title: str
    rows: tuple[Row, ...]
    empty: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of lists."""

    title: str
    parts: tuple[Part, ...]
    kicker: str = ""
    deck: str = ""
    foot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A link in the head of a page, relative to it."""

    href: str
    words: str


class Pages:
    """Renders pages. Holds the templates as they were when it was made; the user's own mail templates play no part."""

    def __init__(
        self,
        templates: Path,
        override: Path | None = None,
        *,
        words: Callable[[str | None], Words] | None = None,
    ) -> None:
        """Take the folder of built-in templates, and the user's folder, whose fixed words win.

        `words` are asked anew for each page, and take the place of the folders': then a reload counts here too.

        Raises: jinja2.TemplateError if one is missing or does not compile.
        """
        shipped = {path.name: path.read_text(encoding="utf-8") for path in sorted(templates.glob("*.j2"))}
        own = {path.name: path.read_text(encoding="utf-8") for path in sorted((templates / _FOLDER).iterdir())}
        self._frame, self._page = own["frame.css"], own["page.css"]
        self._mail = tuple(_SHEETS.findall(shipped["mail.html.j2"]))
        self._frames = {name: text for name, text in own.items() if name.endswith(".j2")}
        # An issue's own template fills the site's frame instead of the mail's sheet.
        self._issues = {**shipped, "mail.html.j2": own["issue.html.j2"]}
        self._words = Catalogues(templates, override).words if words is None else words
        self._environments: dict[tuple[Words, bool], Environment] = {}
        for issue, name in ((False, "ask.html.j2"), (False, "issues.html.j2"), (True, "digest.html.j2")):
            self._in(self.words(None), issue=issue).get_template(name)

    def words(self, language: str | None) -> Words:
        """The fixed words for readers of a language."""
        return self._words(language)

    def ask(self, asking: Asking, *, status: int = 200, words: Words = ENGLISH) -> Page:
        """A page with at most one form; what of it is not in the reader's words yet is said in them."""
        return self._plain("ask.html.j2", asdict(_said(asking, words)), status, (), words)

    def listing(self, listing: Listing, *, ways: tuple[Way, ...] = (), words: Words = ENGLISH) -> Page:
        """A page of lists."""
        return self._plain("issues.html.j2", asdict(listing), 200, ways, words)

    def issue(self, message: DigestMessage, *, zone: str, ways: tuple[Way, ...] = (), words: Words = ENGLISH) -> Page:
        """An issue as it was issued, whole: a page has room for what a mail folds. Its charts are drawn, in a while."""
        reader = Reader(zone=zone, words=words)
        told = in_words(message, words)
        view = issue_view(told, reader, shown=fold(told, 0))
        sheets = (*self._mail, self._frame)
        data = asdict(replace(view, page=None, schedule="")) | {
            "sheets": tuple(Markup(sheet) for sheet in sheets),  # noqa: S704 - read from our own files
            "ways": [asdict(way) for way in ways],
        }
        html = self._in(words, issue=True).get_template("digest.html.j2").render(data)
        pictures = pictures_of(told, words) if 'src="cid:' in html else ()
        return Page(status=200, html=drawn_inside(html, pictures), styles=sheets, pictures=bool(pictures))

    def _in(self, words: Words, *, issue: bool) -> Environment:
        """The templates of issues, or of the other pages, in a language."""
        key = words, issue
        if key not in self._environments:
            if len(self._environments) >= _MOST_MADE:  # words of reloads before
                self._environments.clear()
            self._environments[key] = environment(self._issues if issue else self._frames, page=True, words=words)
        return self._environments[key]

    def _plain(self, name: str, view: Mapping[str, object], status: int, ways: tuple[Way, ...], words: Words) -> Page:
        data = {
            **view,
            "page_css": Markup(self._page),  # noqa: S704 - read from our own files
            "frame_css": Markup(self._frame),  # noqa: S704 - likewise
            "ways": [asdict(way) for way in ways],
        }
        html = self._in(words, issue=False).get_template(name).render(data)
        return Page(status=status, html=html, styles=(self._page, self._frame))


def _said(asking: Asking, words: Words) -> Asking:
    """The page in the reader's words; a person's and a publisher's stay as they are."""
    banner = asking.message
    return replace(
        asking,
        title=words.saying(asking.title),
        message=None if banner is None else replace(banner, words=words.saying(banner.words)),
        says=tuple(words.saying(each) for each in asking.says),
        buttons=tuple(replace(each, words=words.saying(each.words)) for each in asking.buttons),
    )

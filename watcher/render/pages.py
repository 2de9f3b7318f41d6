"""Our own pages: one button and what it does, lists of issues, and an issue inside the site's frame.

They need no script and ask for nothing from anywhere; what strangers wrote is escaped like in mails.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from markupsafe import Markup

from watcher.core.telling.messages import DigestMessage
from watcher.render.charts import drawn_inside, pictures_of
from watcher.render.environments import environment
from watcher.render.issues import fold, issue_view
from watcher.render.views import Mark, Reader, Tongue

_SHEETS = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_FOLDER = "pages"


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

    def __init__(self, templates: Path) -> None:
        """Take the folder of built-in templates.

        Raises: jinja2.TemplateError if one is missing or does not compile.
        """
        shipped = {path.name: path.read_text(encoding="utf-8") for path in sorted(templates.glob("*.j2"))}
        own = {path.name: path.read_text(encoding="utf-8") for path in sorted((templates / _FOLDER).iterdir())}
        self._frame, self._page = own["frame.css"], own["page.css"]
        self._mail = tuple(_SHEETS.findall(shipped["mail.html.j2"]))
        frames = {name: text for name, text in own.items() if name.endswith(".j2")}
        self._made = environment(frames, page=True)
        # An issue's own template fills the site's frame instead of the mail's sheet.
        self._issue = environment({**shipped, "mail.html.j2": own["issue.html.j2"]}, page=True)
        for made, name in (
            (self._made, "ask.html.j2"),
            (self._made, "issues.html.j2"),
            (self._issue, "digest.html.j2"),
        ):
            made.get_template(name)

    def ask(self, asking: Asking, *, status: int = 200) -> Page:
        """A page with at most one form."""
        return self._plain("ask.html.j2", asdict(asking), status, ())

    def listing(self, listing: Listing, *, ways: tuple[Way, ...] = ()) -> Page:
        """A page of lists."""
        return self._plain("issues.html.j2", asdict(listing), 200, ways)

    def issue(self, message: DigestMessage, *, zone: str, ways: tuple[Way, ...] = ()) -> Page:
        """An issue as it was issued, whole: a page has room for what a mail folds. Its charts are drawn, in a while."""
        reader = Reader(zone=zone)
        view = issue_view(message, reader, shown=fold(message, 0))
        sheets = (*self._mail, self._frame)
        data = asdict(replace(view, page=None, schedule="")) | {
            "sheets": tuple(Markup(sheet) for sheet in sheets),  # noqa: S704 - read from our own files
            "ways": [asdict(way) for way in ways],
        }
        html = self._issue.get_template("digest.html.j2").render(data)
        pictures = pictures_of(message) if 'src="cid:' in html else ()
        return Page(status=200, html=drawn_inside(html, pictures), styles=sheets, pictures=bool(pictures))

    def _plain(self, name: str, view: Mapping[str, object], status: int, ways: tuple[Way, ...]) -> Page:
        data = {
            **view,
            "page_css": Markup(self._page),  # noqa: S704 - read from our own files
            "frame_css": Markup(self._frame),  # noqa: S704 - likewise
            "ways": [asdict(way) for way in ways],
        }
        return Page(status=status, html=self._made.get_template(name).render(data), styles=(self._page, self._frame))

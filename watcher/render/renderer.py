"""Words for a message: built-in templates here, a user's own in another process, which never cost a message."""

from __future__ import annotations

import quopri
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from jinja2 import Environment, TemplateError

from watcher.core.errors import Problem, RenderError
from watcher.core.telling.links import NO_LINKS, Links
from watcher.core.telling.messages import AlertMessage, DigestMessage, Message, NoticeMessage, Picture, Rendered
from watcher.core.telling.translating import is_said, translated
from watcher.core.text.wording import ENGLISH, Words
from watcher.render.catalogues import FOLDER, Catalogues, check_words, languages
from watcher.render.charts import pictures_of
from watcher.render.environments import PAGE, PLAIN, environment, rendered
from watcher.render.issues import IssueView, fold, foldable, issue_view
from watcher.render.languages import check_languages, language_folders, read_languages
from watcher.render.overrides import Overrides, TooSlow, render_apart, stems
from watcher.render.samples import SAMPLES
from watcher.render.views import AlertsView, NoticeView, Reader, alerts_foldable, alerts_view, notice_view

MAIL_BYTES = 80_000
# Headers, boundaries and signatures that the mail adds to its two parts.
_ENVELOPE_BYTES = 3_000

_GIVEN_UP_AFTER = 3
"""A user's template that was too slow so often in a row is not tried any more."""
_MOST_STEPS = 64
_KINDS = ("alert", "digest", "notice")
_UNSAID = "can't be said"
"""How a fallback begins that is for want of a language's words."""
_View = AlertsView | IssueView | NoticeView


class Renderer:
    """Turns messages into words. Holds the templates as they were when it was made; a reload makes a new one."""

    def __init__(self, templates: Path, override: Path | None = None) -> None:
        """Take the folder of built-in templates, and the user's folder, whose templates win.

        Raises: jinja2.TemplateError if a built-in template is missing or does not compile.
        """
        self._shipped = {path.name: path.read_text(encoding="utf-8") for path in sorted(templates.glob("*.j2"))}
        self._catalogues = Catalogues(templates, override)
        self._templates = templates
        self._environments: dict[Words, tuple[Environment, Environment]] = {}
        # Compiled now: a broken built-in template ends the start, not the first alert.
        page, plain = self._in(self.words(None))
        for kind in _KINDS:
            page.get_template(kind + PAGE)
            plain.get_template(kind + PLAIN)
        self._override = override
        self._steps: dict[tuple[str, ...], int] = {}
        self._slow: Counter[tuple[str, int]] = Counter()
        self._languages = read_languages(override)

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the user's templates and words; tries each template on a sample, so it takes a moment."""
        samples = {kind: self._sample(kind) for kind in _KINDS}
        return (
            *check_languages(self._override, self._shipped, samples),
            *check_words(self._templates, self._override),
            *self._unsayable(),
            *self._wordless(),
        )

    def _unsayable(self) -> Iterator[Problem]:
        """The user's languages in which a sample can't be said, for whatever reason."""
        if self._override is None:
            return
        for language in sorted(languages(self._override)):
            for kind in _KINDS:
                said = self.render(SAMPLES[kind], zone="UTC", language=language)
                if said.fallback.startswith(_UNSAID):
                    place = str(self._override / FOLDER / f"{language}.yaml")
                    text = f"{said.fallback} ({kind})"
                    yield Problem(file=place, line=None, column=None, code="T011", text=text)

    def _wordless(self) -> Iterator[Problem]:
        """The user's languages that have templates and no words: subjects, and what `say` says, are English."""
        spoken = languages(self._templates, self._override)
        for folder in language_folders(self._override):
            if folder.name not in spoken:
                text = f"it has templates and no words, which stay English: write {FOLDER}/{folder.name}.yaml"
                yield Problem(file=str(folder), line=None, column=None, code="T010", text=text, level="warning")

    def words(self, language: str | None) -> Words:
        """The fixed words for readers of a language."""
        return self._catalogues.words(language)

    def _in(self, words: Words) -> tuple[Environment, Environment]:
        """The built-in templates for pages and for plain text, in a language."""
        if words not in self._environments:
            made = (environment(self._shipped, page=page, words=words) for page in (True, False))
            self._environments[words] = (next(made), next(made))
        return self._environments[words]

    def _sample(self, kind: str) -> dict[str, object]:
        """What a template of that kind is given, for a sample message."""
        return asdict(self._worded(SAMPLES[kind], Reader(zone="UTC", public_url=None, recipient="", channel=""))[1])

    def render(
        self,
        message: Message,
        *,
        zone: str,
        public_url: str | None = None,
        recipient: str = "",
        channel: str = "",
        links: Links = NO_LINKS,
        language: str | None = None,
    ) -> Rendered:
        """The message in words for one reader.

        Blocks for up to two seconds where the user has templates of their own; nothing else waits.

        Args:
            message: what to say.
            zone: the reader's time zone.
            public_url: where our pages are published; None leaves links to them out.
            recipient: the address or name that the foot speaks to; may be empty.
            channel: the channel's name, for the foot; may be empty.
            links: what the reader may do about it.
            language: the language of the words; what others wrote stays in its own. None is English.

        Raises: RenderError if a built-in template fails.

        """
        words = self.words(language)
        if isinstance(message, NoticeMessage) and not is_said(message, words):
            words = self.words(None)
        reader = Reader(
            zone=zone, public_url=public_url, recipient=recipient, channel=channel, links=links, words=words
        )
        try:
            return self._render(message, reader, language)
        except (RenderError, LookupError, TypeError, ValueError) as error:
            if words is ENGLISH:
                raise
            # Whatever the words of a language are, they never cost a message: then it is said in the code's own.
            said = self._render(message, replace(reader, words=ENGLISH), language)
            return replace(said, fallback=f"{_UNSAID} in {words.language}: {type(error).__name__}: {error}"[:200])

    def _render(self, message: Message, reader: Reader, language: str | None) -> Rendered:
        """The message in the reader's words."""
        words = reader.words
        told = translated(message, words)
        kind, view, said = self._worded(told, reader)
        own, fallback = self._own(kind, view, language, words)
        said |= own
        return Rendered(
            subject=view.head.subject,
            text=said[kind + PLAIN],
            html=said[kind + PAGE],
            message=message,
            fallback=fallback,
            links=reader.links,
            words=words,
            pictures=_pictures(told, said[kind + PAGE], words),
        )

    def _worded(self, message: Message, reader: Reader) -> tuple[str, _View, dict[str, str]]:
        """The kind of a message, its view, and the built-in words of both parts by template."""
        match message:
            case AlertMessage():
                many = alerts_foldable(message)
                alerts, words = self._fitting(
                    "alert",
                    (reader.words.language, *(told.occasion for told in message.alerts[:1])),
                    many,
                    reader.words,
                    lambda steps: alerts_view(message, reader, steps),
                )
                return "alert", alerts, words
            case NoticeMessage():
                notice = notice_view(message, reader)
                return "notice", notice, self._built_in("notice", notice, reader.words)
            case DigestMessage():
                # Pictures come on top of the words; an issue that has to be folded goes without.
                issue, words = self._fitting(
                    "digest",
                    (reader.words.language, message.digest, message.period),
                    foldable(message),
                    reader.words,
                    lambda steps: issue_view(message, reader, shown=fold(message, steps), charts=not steps),
                )
                return "digest", issue, words

    def _fitting(
        self, kind: str, about: tuple[str, ...], most: int, words: Words, view_after: Callable[[int], _View]
    ) -> tuple[_View, dict[str, str]]:
        """The longest form of a message that a mail carries, folded by as few steps as will do; at most `most`."""
        tried: dict[int, tuple[_View, dict[str, str]]] = {}

        def fits(steps: int) -> bool:
            view = view_after(steps)
            tried[steps] = view, self._built_in(kind, view, words)
            return sum(_mail_bytes(part) for part in tried[steps][1].values()) + _ENVELOPE_BYTES <= MAIL_BYTES

        # The same message to another reader folds as far, but for the length of the reader's own links.
        last = self._steps.get(about, 0)
        if last and fits(last) and not fits(last - 1):
            return tried[last]
        steps = 0 if fits(0) else bisect_left(range(most), True, lo=min(1, most), key=fits)
        if steps not in tried:
            fits(steps)
        if len(self._steps) >= _MOST_STEPS:
            self._steps.clear()
        self._steps[about] = steps
        return tried[steps]

    def _built_in(self, kind: str, view: _View, words: Words) -> dict[str, str]:
        data = asdict(view)
        page, plain = self._in(words)
        try:
            return {kind + PAGE: rendered(page, kind + PAGE, data), kind + PLAIN: rendered(plain, kind + PLAIN, data)}
        except TemplateError as error:
            raise RenderError(f"built-in template failed: {kind}: {error}") from error

    def _own(self, kind: str, view: _View, language: str | None, own: Words) -> tuple[Mapping[str, str], str]:
        """What the user's templates of that kind say, and why those that were meant say nothing if they don't."""
        fallback = ""
        for overrides in self._languages.serving(language):
            words, fault = self._said(overrides, kind, view, own)
            fallback = fallback or fault
            if not fault:
                return words, fallback
        return {}, fallback

    def _said(self, overrides: Overrides, kind: str, view: _View, own: Words) -> tuple[Mapping[str, str], str]:
        refused = [problem for problem in overrides.problems if Path(problem.file).name in {kind + PAGE, kind + PLAIN}]
        names = stems(overrides.sources, kind)
        if refused:
            return {}, "; ".join(str(problem) for problem in refused)
        if not names:
            return {}, ""
        tried = kind, id(overrides)
        if self._slow[tried] >= _GIVEN_UP_AFTER:
            # Each try would hold up this message, and all behind it, for as long again.
            return {}, f"template failed: {names[0]}: too slow {_GIVEN_UP_AFTER} times; not tried again before a reload"
        try:
            words = render_apart({**self._shipped, **overrides.sources}, names, asdict(view), own)
        except TooSlow as error:
            self._slow[tried] += 1
            return {}, str(error)
        except RenderError as error:
            return {}, str(error)
        self._slow[tried] = 0
        return words, ""


def _mail_bytes(part: str) -> int:
    """The size of a part on its way: in base64 or quoted-printable, whichever is the shorter."""
    raw = part.encode()
    return min(len(quopri.encodestring(raw)), len(raw) * 4 // 3 * 78 // 76 + 4)


def _pictures(message: Message, page: str, words: Words) -> tuple[Picture, ...]:
    """The pictures that a page shows."""
    if not isinstance(message, DigestMessage) or "cid:" not in page:
        return ()
    return tuple(each for each in pictures_of(message, words) if f"cid:{each.cid}" in page)

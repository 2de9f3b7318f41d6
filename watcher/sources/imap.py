"""Newsletters in a mailbox: each new mail is an article, or the stories that it rounds up; never any I/O of its own.

Mails are neither marked nor deleted: what is new is told by the mailbox's own numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from watcher.core.model import Document, Json, Parsed, SourceState
from watcher.core.plans import PASSED, UID, VALIDITY, Mailbox
from watcher.sources.base import SourceOptions
from watcher.sources.following import TextOptions
from watcher.sources.mails import linked_entries, mail_entry

_PORTS: Final = {"tls": 993, "starttls": 143, "none": 143}


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


_SENDER = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class ImapOptions(TextOptions):
    """Where the mailbox is, and which of its mails are read."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, serialize_by_alias=True, populate_by_name=True
    )

    host: str = Field(min_length=1, max_length=253, description="The mail server's name.")
    port: int | None = Field(default=None, ge=1, le=65_535, description="Its port; 993 with TLS, else 143.")
    security: Literal["tls", "starttls", "none"] = Field(
        default="tls", description="How the line is kept private; `none` shows the password to everybody on the way."
    )
    user: str = Field(min_length=1, max_length=320, description="The name to log in with.")
    password: SecretStr | None = Field(
        default=None, description="The password to log in with; write ${NAME} or ${file:PATH}."
    )
    token_file: str | None = Field(
        default=None,
        pattern=r"^/[^\x00-\x1f]+$",
        max_length=1_000,
        description="In the password's place: the file of an OAuth token, read anew at each login; others renew it.",
    )
    mailbox: str = Field(default="INBOX", min_length=1, max_length=200, description="The mailbox that is read.")
    from_: Annotated[tuple[_SENDER, ...], BeforeValidator(_one_or_more), Field(alias="from", max_length=50)] = Field(
        default=(), description="Senders that are read (`*@example.org`), one or several; empty reads all."
    )
    idle: bool = Field(
        default=False, description="true: the server is asked to say at once when mail comes; `every` stays as a net."
    )
    split: Literal["headings", "links"] | None = Field(  # type: ignore[assignment]  # a mail knows one way more
        default=None, description="`headings`: a story under each heading; `links`: a story for each headline linked."
    )

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        if (self.password is None) == (self.token_file is None):
            raise ValueError("write either password or token_file, to log in by it")
        return self


class Imap:
    """Mails of one mailbox."""

    kind: ClassVar[str] = "imap"
    Options: ClassVar[type[SourceOptions]] = ImapOptions

    def __init__(self, options: SourceOptions) -> None:
        assert isinstance(options, ImapOptions)
        self.options = options

    def plan(self, state: SourceState, now: datetime) -> Mailbox:  # noqa: ARG002 - asked alike at any time
        """What came after the last mail that was read."""
        options = self.options
        return Mailbox(
            host=options.host,
            port=options.port or _PORTS[options.security],
            security=options.security,
            user=options.user,
            password=options.password.get_secret_value() if options.password is not None else "",
            token_file=options.token_file or "",
            folder=options.mailbox,
            senders=options.from_,
            validity=_number(state.cursor, "validity"),
            after_uid=_number(state.cursor, "uid") or 0,
            idle=options.idle,
        )

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """The mail's stories. Raises: ParseError if it is no mail."""
        cursor = _cursor(document, state.cursor)
        if document.step == PASSED:
            return Parsed(cursor=cursor)
        entry = mail_entry(document.body, splits=self.options.split == "headings")
        entries = linked_entries(entry) if self.options.split == "links" else (entry,)
        return Parsed(entries=entries, cursor=cursor, title=entry.title)


def _cursor(document: Document, before: Json) -> Mapping[str, object]:
    """The place behind this mail."""
    uid, validity = document.header(UID), document.header(VALIDITY)
    if uid is None or validity is None:
        return before
    earlier = _number(before, "uid") or 0 if _number(before, "validity") == int(validity) else 0
    return {"validity": int(validity), "uid": max(earlier, int(uid))}


def _number(cursor: Json, name: str) -> int | None:
    found = cursor.get(name)
    return found if isinstance(found, int) else None

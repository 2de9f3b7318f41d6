"""Items that others push to us, signed: each body is JSON with one item or many; never any I/O of its own.

Whether a push is genuine was decided before it was stored; here it is only read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal, Self

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator

from watcher.core.model import Document, Parsed, SourceState
from watcher.core.plans import PASSED, PUSH_NUMBER, Inbox, Push
from watcher.core.proofs import check_secret
from watcher.sources.base import SourceOptions
from watcher.sources.lists.mapped import MappedOptions, json_entries

PATH = r"^/in/[a-z0-9][a-z0-9_-]{0,59}(/[a-z0-9][a-z0-9_-]{0,59}){0,3}$"


class PushOptions(SourceOptions):
    """Where a source is pushed to, and how a push is proved."""

    path: str = Field(pattern=PATH, description="The path under `listen.public_url` to push to: `/in/NAME`.")
    signature: Literal["standard", "hmac"] = Field(
        default="standard", description="Standard Webhooks; or `hmac`: HMAC-SHA256 of the body in hex, in one header."
    )
    secret: SecretStr = Field(description="The secret that signs; `whsec_` and base64, or 24 signs for `hmac`.")
    signature_header: str = Field(
        default="x-hub-signature-256",
        pattern=r"^[a-z0-9-]{1,64}$",
        description="For `hmac`: the header of the signature, in small letters; it may begin with `sha256=`.",
    )

    @field_validator("secret")
    @classmethod
    def _usable(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        check_secret(secret.get_secret_value(), info.data.get("signature", "standard"))
        return secret


def inbox_of(options: PushOptions) -> Inbox:
    """Where pushes for these options arrive."""
    return Inbox(
        path=options.path,
        secret=options.secret.get_secret_value(),
        scheme=options.signature,
        header=options.signature_header,
    )


def push_of(state: SourceState) -> Push:
    """What was pushed after what was read; for every kind that may be pushed to."""
    after = state.cursor.get("pushed")
    return Push(after=after if isinstance(after, int) else 0)


def pushed_cursor(document: Document, state: SourceState) -> Mapping[str, object]:
    """The cursor behind this push; what else a kind keeps in it stays."""
    number = document.header(PUSH_NUMBER)
    return {**state.cursor, "pushed": int(number)} if number is not None else state.cursor


class WebhookOptions(MappedOptions, PushOptions):
    """What is pushed, and what its items say."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.fields:
            raise ValueError("fields is missing; write {title: PATH, text: PATH, link: PATH}")
        return self


class Webhook:
    """What is pushed to us."""

    kind: ClassVar[str] = "webhook"
    Options: ClassVar[type[SourceOptions]] = WebhookOptions

    def __init__(self, options: SourceOptions) -> None:
        assert isinstance(options, WebhookOptions)
        self.options = options

    @property
    def inbox(self) -> Inbox | None:
        """Where it is pushed to."""
        return inbox_of(self.options)

    def plan(self, state: SourceState, now: datetime) -> Push:  # noqa: ARG002 - asked alike at any time
        """What was pushed since."""
        return push_of(state)

    def parse(self, document: Document, state: SourceState) -> Parsed:
        """The items of one push. Raises: ParseError if it holds none."""
        cursor = pushed_cursor(document, state)
        if document.step == PASSED:
            return Parsed(cursor=cursor)
        found = json_entries(document, self.options)
        return Parsed(entries=found.entries, cursor=cursor, warnings=found.warnings)

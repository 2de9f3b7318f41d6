"""Whatever the library apprise reaches, by its addresses: text only, in a process of its own; never imports it here.

Source: apprise's documentation (addresses of services, overflow). The library is the extra `apprise`.
"""

from __future__ import annotations

import importlib.util
import re
from typing import ClassVar

from pydantic import ConfigDict, Field, SecretStr, field_validator

from watcher.channels.answers import ANSWER_LIMIT, no_answer
from watcher.channels.base import AppriseCall, AppriseReply, Call, ChannelOptions, Envelope, Failure, Reply
from watcher.core.model import Outcome
from watcher.core.telling.messages import Rendered
from watcher.core.text.escapes import one_line, plain_safe

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)


class AppriseOptions(ChannelOptions):
    """Options of `kind: apprise`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    url: SecretStr = Field(
        description="one address in apprise's notation, such as pover://USER@TOKEN; a secret: use ${ENV}"
    )

    @field_validator("url")
    @classmethod
    def _usable(cls, url: SecretStr) -> SecretStr:
        if not _ADDRESS.fullmatch(url.get_secret_value()):
            raise ValueError("not an address in apprise's notation: SERVICE://...")
        if not installed():
            raise ValueError("apprise is not installed; it is an extra: pip install 'event-watcher[apprise]'")
        return url


class Apprise:
    """One service through apprise, in plain text.

    The library dials past our guard, so its channel must say `network: any`. It tells taken from not taken and
    nothing else: whatever is not taken is tried again.
    """

    kind: ClassVar[str] = "apprise"
    Options: ClassVar[type[ChannelOptions]] = AppriseOptions

    def __init__(self, options: ChannelOptions) -> None:
        assert isinstance(options, AppriseOptions)
        self._url = options.url

    def recipients(self) -> tuple[str, ...]:
        """The address itself."""
        return ("",)

    def wire(self, rendered: Rendered, envelope: Envelope) -> tuple[Call, ...]:  # noqa: ARG002 - the contract's
        """One call; the library parts what is too long for the service."""
        text = plain_safe(rendered.text).strip("\n") or plain_safe(rendered.subject)
        return (AppriseCall(url=self._url, title=one_line(rendered.subject), text=text),)

    def judge(self, reply: Reply) -> Outcome:
        """Taken is sent; an address that the library does not know pauses the channel; the rest may heal."""
        match reply:
            case Failure():
                return no_answer(reply)
            case AppriseReply(result="taken"):
                return Outcome(result="sent", reason="accepted")
            case AppriseReply(result="unusable", text=text):
                return Outcome(result="pause", reason=f"apprise can't use the address: {one_line(text)}"[:ANSWER_LIMIT])
            case AppriseReply(text=text):
                reason = f"apprise could not send: {one_line(text) or 'no reason given'}"
                return Outcome(result="retry", reason=reason[:ANSWER_LIMIT])
            case _:
                return Outcome(result="retry", reason="not an answer of apprise")


def installed() -> bool:
    """Whether the library can be imported, without importing it."""
    return importlib.util.find_spec("apprise") is not None

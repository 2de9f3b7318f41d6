"""Messages as text, appended to a file or written to standard output; never opens either itself."""

from __future__ import annotations

from datetime import UTC
from typing import ClassVar

from pydantic import Field

from watcher.channels.answers import no_answer
from watcher.channels.base import Call, ChannelOptions, Envelope, Failure, FileCall, FileWritten, Reply
from watcher.core.model import Outcome
from watcher.core.telling.messages import Rendered
from watcher.core.text.escapes import one_line, plain_safe

RULE = "-" * 72


class FileOptions(ChannelOptions):
    """Options of `kind: file`."""

    path: str = Field(min_length=1, description="the file that messages are appended to; made if it is missing")


class StdoutOptions(ChannelOptions):
    """Options of `kind: stdout`: there are none."""


class File:
    """One file that every message is appended to."""

    kind: ClassVar[str] = "file"
    Options: ClassVar[type[ChannelOptions]] = FileOptions

    def __init__(self, options: ChannelOptions) -> None:
        assert isinstance(options, FileOptions)
        self._path = options.path

    def recipients(self) -> tuple[str, ...]:
        """The file itself."""
        return ("",)

    def wire(self, rendered: Rendered, envelope: Envelope) -> tuple[Call, ...]:
        """One append of the framed message."""
        return (FileCall(path=self._path, text=framed(rendered, envelope)),)

    def judge(self, reply: Reply) -> Outcome:
        """Written is sent; a full disk or a missing folder may heal."""
        return judged(reply)


class Stdout:
    """Standard output, for trying things out and for a supervisor that keeps it."""

    kind: ClassVar[str] = "stdout"
    Options: ClassVar[type[ChannelOptions]] = StdoutOptions

    def __init__(self, options: ChannelOptions) -> None:
        assert isinstance(options, StdoutOptions)

    def recipients(self) -> tuple[str, ...]:
        """Standard output itself."""
        return ("",)

    def wire(self, rendered: Rendered, envelope: Envelope) -> tuple[Call, ...]:
        """One write of the framed message."""
        return (FileCall(path=None, text=framed(rendered, envelope)),)

    def judge(self, reply: Reply) -> Outcome:
        """Written is sent; a closed pipe may be opened again."""
        return judged(reply)


def framed(rendered: Rendered, envelope: Envelope) -> str:
    """The message's text under a line that says when and which; no line of the text can pass for a frame."""
    at = envelope.now.astimezone(UTC).isoformat(timespec="seconds")
    lines = plain_safe(rendered.text).strip("\n").split("\n")
    shown = "\n".join(f" {line}" if line.startswith(RULE) else line for line in lines)
    return f"{RULE}\n{at} {one_line(envelope.delivery)} {one_line(rendered.subject)}\n\n{shown}\n\n"


def judged(reply: Reply) -> Outcome:
    """What becomes of a text that was or was not written."""
    match reply:
        case FileWritten():
            return Outcome(result="sent", reason="written")
        case Failure():
            return no_answer(reply)
        case _:
            return Outcome(result="retry", reason="not the answer of a file")

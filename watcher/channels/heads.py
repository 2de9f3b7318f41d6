"""How a mail's header lines are written: what programs read as it stands, never as encoded words.

Python's own folding turns a token that is longer than a line into encoded words, which are not allowed in these fields
(RFC 2047 5, RFC 2369 2): a mail program then finds no address to leave a list by, and no thread.
"""

from __future__ import annotations

from email.header import Header
from email.policy import EmailPolicy
from typing import Final

_AS_IT_STANDS: Final = frozenset(
    {"list-id", "list-unsubscribe", "list-unsubscribe-post", "in-reply-to", "references", "message-id"}
)
_LINE: Final = 78
"""Characters of a line where it can be parted (RFC 5322 2.1.1); what has no blank goes beyond."""
LONGEST_LINE: Final = 998
"""Characters that no line may go beyond. Source: RFC 5322 2.1.1."""


class HeadPolicy(EmailPolicy):
    """The wire form of mail, with fields for programs parted at blanks alone."""

    def fold(self, name: str, value: str) -> str:
        """The field with its lines."""
        if name.lower() in _AS_IT_STANDS:
            return _lines(name, value, self.linesep)
        words = str(value)
        if name.lower() == "subject" and not words.isascii():
            return f"{name}: {_encoded(words, self.linesep)}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same as bytes."""
        if name.lower() in _AS_IT_STANDS:
            return _lines(name, value, self.linesep).encode("ascii", "replace")
        if name.lower() == "subject" and not str(value).isascii():
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


def _encoded(words: str, end: str) -> str:
    """Words in encoded words throughout: beside a plain word the blank at which a line is parted comes back as two."""
    return Header(words, "utf-8", header_name="Subject").encode(linesep=end)


def _lines(name: str, value: str, end: str) -> str:
    lines = [f"{name}:"]
    for word in str(value).split():
        if len(lines[-1]) + 1 + len(word) > _LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return end.join(lines) + end


POLICY: Final = HeadPolicy(linesep="\r\n", cte_type="7bit")

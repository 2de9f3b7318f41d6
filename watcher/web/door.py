"""What every request passes, whatever its route: host, method and size; it never lets an answer out unhardened."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from watcher.pipeline.telling.linking import ACT, LEAVE
from watcher.web.pushes import HUBS, MOST_BYTES, PREFIX
from watcher.web.visits import FORM_BYTES

BODY_LIMIT_BYTES = 64 * 1024
METHODS = frozenset({"GET", "HEAD"})
PUSH_METHODS = frozenset({"POST"})
HUB_METHODS = frozenset({"GET", "POST"})
PRESSED = (ACT, LEAVE)
POLICY = "content-security-policy"
# No page needs anything from anywhere yet. Source: CSP Level 3; Fetch, nosniff; RFC 9111 5.2.2.5, no-store.
HEADERS = (
    (POLICY, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
)


class Door:
    """ASGI middleware round the whole application.

    The Host header must name us: a page elsewhere whose name was re-pointed to this machine sends its own. With
    `pushed` the paths for pushes take POST, and nothing else but the questions of hubs; pages with a button take POST
    too; all others never do.
    """

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], pushed: bool = False) -> None:
        self._app = app
        self._hosts = hosts
        self._pushed = pushed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse or pass on one request; anything but HTTP is not spoken."""
        if scope["type"] != "http":
            return

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                own = headers.get(POLICY)
                for name, value in HEADERS:
                    headers[name] = value
                if own is not None and own.startswith("default-src 'none';"):
                    headers[POLICY] = own  # a page that wears style sheets says which
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            status, text, extra = refused
            await PlainTextResponse(text, status_code=status, headers=extra)(scope, receive, hardened)
            return
        await self._app(scope, receive, hardened)

    def _refused(self, scope: Scope) -> tuple[int, str, dict[str, str]] | None:
        headers = Headers(scope=scope)
        if _bare_host(headers.get("host", "")) not in self._hosts:
            return 421, "this host is not served here", {}
        methods, limit = self._spoken(str(scope["path"]))
        if scope["method"] not in methods:
            return 405, f"only {' and '.join(sorted(methods))} spoken here", {"allow": ", ".join(sorted(methods))}
        if "transfer-encoding" in headers or _length(headers.get("content-length", "0")) > limit:
            return 413, "the body is too large, or of unknown length", {"connection": "close"}
        return None

    def _spoken(self, path: str) -> tuple[frozenset[str], int]:
        """The methods that are taken at a path, and how large a body may be."""
        if self._pushed and path.startswith(HUBS):
            return HUB_METHODS, MOST_BYTES
        if self._pushed and path.startswith(PREFIX):
            return PUSH_METHODS, MOST_BYTES
        if self._pushed and path.startswith(PRESSED):
            return METHODS | PUSH_METHODS, FORM_BYTES
        return METHODS, BODY_LIMIT_BYTES


def _length(header: str) -> float:
    """The stated length; what is no number counts as endless."""
    return float(header) if header.isascii() and header.isdigit() else float("inf")


def _bare_host(header: str) -> str:
    """The host without its port, in lower case; an IPv6 address keeps its brackets."""
    host, colon, port = header.strip().lower().rpartition(":")
    if colon and port.isascii() and port.isdigit():
        return host
    return header.strip().lower()

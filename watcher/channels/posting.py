"""One JSON body as a POST, the form that chat services take; what it holds is the kind's own."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import SecretStr

from watcher.channels.base import HttpCall

JSON = (("content-type", "application/json"),)


def posted(
    url: SecretStr,
    body: Mapping[str, object],
    *,
    headers: tuple[tuple[str, str], ...] = JSON,
    secrets: tuple[SecretStr, ...] = (),
) -> HttpCall:
    """The call; `secrets` are those that stand in its body."""
    data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return HttpCall(url=url, headers=headers, body=data, secrets=secrets)

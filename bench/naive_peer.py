"""The peer of `hostile`: a poller as one writes it first, feedparser in the loop; it imports nothing of ours.

Reads one line of JSON from standard input: `good` and `bad` addresses, and `window_s` over which each sort becomes due.
Prints how late each good one was done, at once, for it may hang in the next document.
"""

import asyncio
import json
import sys
import time

import feedparser
import httpx

_TIMEOUT_S = 30.0


async def _poll(client: httpx.AsyncClient, url: str, due: float, *, told: bool) -> None:
    await asyncio.sleep(max(0.0, due - time.monotonic()))
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            answer = await client.get(url)
        feedparser.parse(answer.content)
    except (httpx.HTTPError, TimeoutError):
        return
    if told:
        print(time.monotonic() - due, flush=True)


async def _round(asked: dict[str, list[str]], window_s: float) -> None:
    begun = time.monotonic()
    async with httpx.AsyncClient(timeout=_TIMEOUT_S) as client, asyncio.TaskGroup() as tasks:
        for sort, urls in asked.items():
            step = window_s / max(1, len(urls))
            for at, url in enumerate(urls):
                tasks.create_task(_poll(client, url, begun + step * (at + 0.5), told=sort == "good"))


def main() -> None:
    """One round."""
    asked = json.loads(sys.stdin.readline())
    window_s = asked.pop("window_s")
    asyncio.run(_round(asked, window_s))


if __name__ == "__main__":
    main()

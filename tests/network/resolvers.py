"""A resolver whose answers are written down; an unknown name has no address."""

from __future__ import annotations

from watcher.network.errors import NetworkError


class ListedResolver:
    """Answers from a table; a name with several answers gives them one after the other, the last for ever."""

    def __init__(self, **answers: tuple[tuple[str, ...], ...]) -> None:
        self._answers = {name.replace("__", "."): list(rounds) for name, rounds in answers.items()}
        self.asked: list[str] = []

    async def resolve(self, host: str) -> tuple[str, ...]:
        """The next answer for the host."""
        self.asked.append(host)
        rounds = self._answers.get(host)
        if rounds is None:
            raise NetworkError("dns", f"resolve {host}: no such name")
        return rounds.pop(0) if len(rounds) > 1 else rounds[0]

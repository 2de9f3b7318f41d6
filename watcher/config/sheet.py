"""One configuration file while it is read: its tree, its secrets and the problems noted so far; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from watcher.config.expand import Secrets, Steps, dotted_path
from watcher.core.errors import Problem
from watcher.core.yaml.strict import Node

Level = Literal["error", "warning"]


@dataclass(slots=True, kw_only=True)
class Sheet:
    """The file. Every text that is noted loses the expanded values it may repeat."""

    file: str
    root: Node
    secrets: Secrets
    problems: list[Problem] = field(default_factory=list)

    def note(self, code: str, at: Node | None, path: Steps, text: str, level: Level = "error") -> None:
        """Note a problem at a node, or with the whole file. The path says in the message what is spoken of."""
        hidden = self.secrets.hide(text, path)
        said = f"{dotted_path(path)}: {hidden}" if path else hidden
        line, column = (None, None) if at is None else (at.line, at.column)
        self.problems.append(Problem(file=self.file, line=line, column=column, code=code, text=said, level=level))

    def errors(self) -> int:
        """How many errors were noted so far."""
        return sum(problem.level == "error" for problem in self.problems)

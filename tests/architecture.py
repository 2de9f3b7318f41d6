"""What the house allows, read from the text of the modules: imports, cycles, impurity, size.

The layers themselves are contracts in `pyproject.toml`; here is what those cannot say.
"""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

# The only places that may import inside a function: start-up time is a promise, and drivers are optional.
LAZY = ("watcher/cli.py", "watcher/commands/", "watcher/stores/postgres", "watcher/render/charts.py")
# Calls that read a clock, the world or chance; the core gets such things as arguments.
IMPURE_CALLS = {"open", "input", "print", "now", "utcnow", "today", "uuid1", "uuid4", "urlopen", "getenv"}
BANNED_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"}
MODULE_LINES = 400
FUNCTION_LINES = 60


_LEAVES = frozenset({str, int, type(None), ast.Name, ast.Constant, ast.Load, ast.Store})
Import = ast.Import | ast.ImportFrom
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Text:
    """One module: its path below the root, every node of its tree, and its length in lines."""

    name: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]
    lines: int
    imports: tuple[Import, ...]
    functions: tuple[Function, ...]

    @cached_property
    def local_imports(self) -> list[Import]:
        """Imports that run when a function does."""
        inside = [range(each.lineno, (each.end_lineno or each.lineno) + 1) for each in self.functions]
        return [node for node in self.imports if node.col_offset and any(node.lineno in lines for lines in inside)]


def findings(root: Path) -> list[str]:
    """Every breach in the package below `root`, as `path:line: what is wrong`, in order of path."""
    texts = [_read(path, root) for path in sorted((root / "watcher").rglob("*.py"))]
    checks = (_lazy, _impure, _names, _sizes, _wildcards, _bare_excepts)
    found = [f"{text.name}:{line}: {what}" for text in texts for check in checks for line, what in check(text)]
    return found + _cycles(texts)


def _read(path: Path, root: Path) -> Text:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source, str(path))
    nodes = tuple(_judged(tree))
    return Text(
        name=path.relative_to(root).as_posix(),
        tree=tree,
        nodes=nodes,
        lines=source.count("\n"),
        imports=tuple(node for node in nodes if isinstance(node, Import)),
        functions=tuple(node for node in nodes if isinstance(node, Function)),
    )


def _judged(tree: ast.Module) -> Iterator[ast.AST]:
    """All nodes but names, constants and the like, which are most and say nothing of the house."""
    left: list[ast.AST] = [tree]
    while left:
        node = left.pop()
        yield node
        for name in node._fields:
            value = getattr(node, name)
            if value.__class__ is list:
                left.extend(each for each in value if each.__class__ not in _LEAVES and isinstance(each, ast.AST))
            elif value.__class__ not in _LEAVES and isinstance(value, ast.AST):
                left.append(value)


def _lazy(text: Text) -> Iterator[tuple[int, str]]:
    if not text.name.startswith(LAZY):
        yield from ((found.lineno, "import inside a function") for found in text.local_imports)


def _impure(text: Text) -> Iterator[tuple[int, str]]:
    if not text.name.startswith("watcher/core/"):
        return
    for node in text.nodes:
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in IMPURE_CALLS:
                yield node.lineno, f"the core calls {called}()"
        if isinstance(node, ast.AsyncFunctionDef):
            yield node.lineno, f"the core waits in {node.name}()"


def _names(text: Text) -> Iterator[tuple[int, str]]:
    if BANNED_NAMES & {Path(part).stem for part in Path(text.name).parts}:
        yield 1, "a module is named by the noun it yields"
    futures = [node for node in text.tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    if len(text.tree.body) > 1 and not futures:
        yield 1, "from __future__ import annotations is missing"


def _sizes(text: Text) -> Iterator[tuple[int, str]]:
    if text.lines > MODULE_LINES:
        yield 1, f"module of {text.lines} lines; at most {MODULE_LINES}"
    for function in text.functions:
        size = (function.end_lineno or function.lineno) - function.lineno + 1
        if size > FUNCTION_LINES:
            yield function.lineno, f"{function.name}() has {size} lines; at most {FUNCTION_LINES}"


def _wildcards(text: Text) -> Iterator[tuple[int, str]]:
    for node in text.imports:
        if any(alias.name == "*" for alias in node.names):
            yield node.lineno, "wildcard import"


def _bare_excepts(text: Text) -> Iterator[tuple[int, str]]:
    """A bare `except` would eat a cancellation too."""
    for node in text.nodes:
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, "bare except"


def _cycles(texts: list[Text]) -> list[str]:
    modules = {_dotted(text.name): text for text in texts}
    graph: dict[str, set[str]] = {}
    for module, text in modules.items():
        local = {id(node) for node in text.local_imports}
        at_start = [node for node in text.imports if id(node) not in local]
        graph[module] = {target for found in at_start for target in _targets(found, set(modules))} - {module}
    try:
        tuple(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as cycle:
        return ["circular import: " + " -> ".join(cycle.args[1])]
    return []


def _targets(found: ast.Import | ast.ImportFrom, modules: set[str]) -> Iterator[str]:
    if isinstance(found, ast.Import):
        yield from (alias.name for alias in found.names if alias.name in modules)
    elif found.module and not found.level:
        for alias in found.names:
            deeper = f"{found.module}.{alias.name}"
            yield from {deeper if deeper in modules else found.module} & modules


def _dotted(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

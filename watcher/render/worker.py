"""A process of its own in which a user's templates are tried; it reads one job from stdin and answers on stdout.

It never touches a file or a network, and its limits make a bomb its own end only.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Environment, TemplateError, TemplateSyntaxError, nodes

from watcher.core.text.wording import ENGLISH, Words
from watcher.render.environments import PAGE, environment, rendered

MEMORY_BYTES = 256 * 1024 * 1024
CPU_S = 3
OUTPUT_BYTES = 1_000_000
READY = "ready\n"
"""What it says before it takes a job: how long a busy machine takes to start it is not the template's doing."""
_MOST_NAMES = 20
_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
"""What no channel and no store takes: NUL and halves of a pair. Source: RFC 3629 section 3, RFC 5321 section 4.1.2."""
_UNSEEN = re.compile(r"<(head|style)\b.*?</\1\s*>|<!--.*?-->|<(?!img\b)[^>]*>|&nbsp;", re.IGNORECASE | re.DOTALL)
"""What of a page its reader does not see; a picture is seen."""
_JINJAS_OWN = frozenset({"loop", "self", "super", "caller", "varargs", "kwargs"})


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """What a job comes to.

    A job is `{sources, names, view}`: templates by name, those to render, and the view; without a view they are
    only compiled. `language` and `table` are the fixed words that they can say; English if left out. The answer is
    `{words}` by name, or `{failed, name, line}`. With `names_too` the first of the names that no message has end it
    before: `{unknown}`, each `[name, line]`.
    """
    words: dict[str, str] = {}
    name = ""
    own = Words(language=job["language"], table=job["table"]) if "table" in job else ENGLISH
    try:
        for name in job["names"]:
            made = environment(job["sources"], page=name.endswith(PAGE), words=own)
            if job.get("names_too") and job["view"] is not None:
                unknown = unknown_names(made, job["sources"][name], job["view"])
                if unknown:
                    return {"unknown": unknown, "name": name}
            if job["view"] is None:
                made.get_template(name)
                continue
            words[name] = rendered(made, name, job["view"])
            unfit = _unfit(words[name], page=name.endswith(PAGE))
            if unfit:
                return {"failed": unfit, "name": name, "line": None}
    except TemplateSyntaxError as error:
        return {"failed": error.message or "a syntax error", "name": error.name or name, "line": error.lineno}
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        return {"failed": f"{type(error).__name__}: {str(error)[:200]}", "name": name, "line": _line(error)}
    except (MemoryError, RecursionError) as error:
        return {"failed": f"it asks for too much ({type(error).__name__})", "name": name, "line": None}
    return {"words": words}


def _unfit(words: str, *, page: bool) -> str:
    """Why nobody can be sent these words; empty if they can."""
    if len(words.encode("utf-8", "replace")) > OUTPUT_BYTES:
        return f"it makes more than {OUTPUT_BYTES:,} bytes"
    unsendable = _UNSENDABLE.search(words)
    if unsendable is not None:
        return f"it makes a character that no message can carry, U+{ord(unsendable.group()):04X}"
    seen = _UNSEEN.sub("", words) if page else words
    return "" if seen.strip() else "it makes an empty message"


def unknown_names(made: Environment, source: str, view: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The names in a template that neither it nor the view has, each with its first line.

    A name that the template itself gives, wherever it does, is known: this is to find slips, not to prove a scope. One
    that is asked whether it is there is no slip either.
    """
    tree = made.parse(source)
    known = {*view, *made.globals, *_JINJAS_OWN, *_given(tree)}
    for test in tree.find_all(nodes.Test):
        if test.name in {"defined", "undefined"}:
            known.update(inner.name for inner in test.find_all(nodes.Name))
    lines: dict[str, int] = {}
    for found in tree.find_all(nodes.Name):
        if found.name not in known:
            lines[found.name] = min(found.lineno, lines.get(found.name, found.lineno))
    return sorted(lines.items(), key=lambda item: (item[1], item[0]))[:_MOST_NAMES]


def _given(tree: nodes.Template) -> Iterator[str]:
    """What a template gives a name to: variables, parameters, macros, what it imports."""
    for found in tree.find_all((nodes.Name, nodes.Macro, nodes.FromImport, nodes.Import)):
        match found:
            case nodes.Name(ctx="store" | "param", name=str(name)) | nodes.Macro(name=str(name)):
                yield name
            case nodes.Import(target=str(name)):
                yield name
            case nodes.FromImport(names=names):
                yield from (name if isinstance(name, str) else name[1] for name in names)
            case _:
                pass


def _line(error: BaseException) -> int | None:
    """The line of the template at which it failed; Jinja rewrites tracebacks so that they name it."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return lines[-1] if lines else None


def main() -> None:
    """Read, limit, answer."""
    sys.stdout.write(READY)
    sys.stdout.flush()
    job = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(answer(job), sys.stdout)


if __name__ == "__main__":
    main()

"""A process of its own in which a user's templates are tried; it reads one job from stdin and answers on stdout.

It never touches a file or a network, and its limits make a bomb its own end only.
"""

from __future__ import annotations

import json
import resource
import sys
import traceback
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError

from watcher.render.environments import PAGE, environment, rendered

MEMORY_BYTES = 256 * 1024 * 1024
CPU_S = 3
OUTPUT_BYTES = 1_000_000


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """What a job comes to.

    A job is `{sources, names, view}`: templates by name, those to render, and the view; without a view they are
    only compiled. The answer is `{words}` by name, or `{failed, name, line}`.
    """
    words: dict[str, str] = {}
    name = ""
    try:
        for name in job["names"]:
            made = environment(job["sources"], page=name.endswith(PAGE))
            if job["view"] is None:
                made.get_template(name)
                continue
            words[name] = rendered(made, name, job["view"])
            if len(words[name].encode("utf-8", "replace")) > OUTPUT_BYTES:
                return {"failed": f"it makes more than {OUTPUT_BYTES:,} bytes", "name": name, "line": None}
    except TemplateSyntaxError as error:
        return {"failed": error.message or "a syntax error", "name": error.name or name, "line": error.lineno}
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        return {"failed": f"{type(error).__name__}: {str(error)[:200]}", "name": name, "line": _line(error)}
    except (MemoryError, RecursionError) as error:
        return {"failed": f"it asks for too much ({type(error).__name__})", "name": name, "line": None}
    return {"words": words}


def _line(error: BaseException) -> int | None:
    """The line of the template at which it failed; Jinja rewrites tracebacks so that they name it."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return lines[-1] if lines else None


def main() -> None:
    """Read, limit, answer."""
    job = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(answer(job), sys.stdout)


if __name__ == "__main__":
    main()

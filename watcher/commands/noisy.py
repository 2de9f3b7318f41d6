"""`watcher noisy`: rules that matched too much, nothing in a year, what others tell, or what people mark down."""

from __future__ import annotations

import argparse
import json

from watcher.app.daemon import utc_now
from watcher.app.noise import noisy
from watcher.commands.opening import CONFIGURATION, FINDINGS, loaded, say
from watcher.core.errors import StoreError
from watcher.core.text.escapes import plain_safe


def arguments(parser: argparse.ArgumentParser) -> None:
    """How to print."""
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.epilog = (
        "Marks come from `watcher mark`; `watcher suggest RULE` says what would help, and what it would cost."
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what speaks against rules."""
    found = loaded(arguments, warnings=False)
    if found is None:
        return CONFIGURATION
    try:
        against = noisy(found.config.store.path, found.runtime.rule_set.rules, utc_now())
    except StoreError as error:
        say(f"noisy: {error}")
        return FINDINGS
    if arguments.json:
        plain = [{"rule": each.rule.id, "says": each.says, "code": each.code or None} for each in against]
        print(plain_safe(json.dumps(plain, ensure_ascii=False, indent=2)))
        return 0
    for each in against:
        print(f"{each.rule.id}: {each.says}")
    rules = len(found.runtime.rule_set.rules)
    print(f"{len({each.rule.id for each in against})} of {rules} rules need a look")
    return 0

"""`watcher schema`: the JSON Schema of the configuration or of rule files, for editors; it reads no configuration."""

from __future__ import annotations

import argparse
import json

from watcher.config.schema import json_schema


def arguments(parser: argparse.ArgumentParser) -> None:
    """Of which file."""
    parser.add_argument(
        "of", nargs="?", choices=["config", "rules"], default="config", help="config: watcher.yaml; rules: rule files"
    )
    parser.epilog = (
        "Save it as watcher.schema.json and name it in the first line of watcher.yaml: "
        "# yaml-language-server: $schema=watcher.schema.json. "
        "Likewise `watcher schema rules`, as rules.schema.json, for rule files."
    )


def run(arguments: argparse.Namespace) -> int:
    """Print it."""
    if arguments.of == "rules":
        from watcher.config.rules.schema import rules_schema  # noqa: PLC0415 - knows every condition, which takes long

        print(json.dumps(rules_schema(), indent=2, ensure_ascii=False))
        return 0
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0

"""`watcher schema`: the JSON Schema of the configuration, for editors; it reads no configuration."""

from __future__ import annotations

import argparse
import json

from watcher.config.schema import json_schema


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none of its own."""
    parser.epilog = (
        "Save it as watcher.schema.json and name it in the first line of watcher.yaml: "
        "# yaml-language-server: $schema=watcher.schema.json"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print it."""
    del arguments
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0

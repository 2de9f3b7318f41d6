from __future__ import annotations

import json

from watcher.cli import main


def test_the_schema_is_json_and_knows_every_section(capsys):
    assert main(["schema"]) == 0

    schema = json.loads(capsys.readouterr().out)
    assert schema["title"] == "watcher.yaml"
    assert {"sources", "channels", "routes", "digests", "rules"} <= schema["properties"].keys()


def test_the_schema_of_rule_files_knows_every_kind_of_requirement(capsys):
    assert main(["schema", "rules"]) == 0

    schema = json.loads(capsys.readouterr().out)
    kinds = {name for each in schema["definitions"]["require"]["oneOf"] for name in each["required"]}
    assert {"count", "sources", "spike", "ratio", "silent", "first", "changed", "sequence"} <= kinds

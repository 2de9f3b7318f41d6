"""Rule files: how rules are written in YAML, with every mistake said at once; what they mean is `watcher.core.rules`'s.

files       the files a configuration names          page        one file while it is read
entries     one rule's keys                          clauses     one clause of a condition
lists       named lists                              conditions  trees and named conditions
changes     what users alter in packs                examples    judged at load
smells      what is allowed but looks wrong          expand      the long form, and its version
loading     all of it together                       rows        a user's CSV file
"""

from __future__ import annotations

from watcher.config.rules.expand import expanded_yaml
from watcher.config.rules.files import read_rule_files, read_table
from watcher.config.rules.loading import load_rules

__all__ = ["expanded_yaml", "load_rules", "read_rule_files", "read_table"]

"""Rule files: how rules are written in YAML, with every mistake said at once; what they mean is `watcher.core.rules`'s.

files         the files a configuration names         page          one file while it is read
entries       one rule's keys                         clauses       one clause of a condition
lists         named lists                             conditions    trees and named conditions
subjects      what a rule judges                      requirements  `require` of a rule
holding       when a rule says to tell                matters       what is followed from where
changes       what users alter in packs               shipped       the rules before that
examples      judged at load                          shown         those that show no text
timelines     tests over time                         expectations  what they expect
tested        what they prove of a rule               setting       the rules of one of them
smells        what is allowed but looks wrong         faults        what is wrong with options, in words
expand        the long form, and its version          code          the hash of the code that matches
rows          a user's CSV file                       firms         one of organisations
loading       all of it together                      whole         whether nothing fell out
schema        for editors
"""

from __future__ import annotations

from watcher.config.rules.expand import expanded_yaml
from watcher.config.rules.files import read_rule_files, read_table
from watcher.config.rules.loading import load_rules

__all__ = ["expanded_yaml", "load_rules", "read_rule_files", "read_table"]

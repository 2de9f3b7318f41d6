"""`python -m bench NAME`: one bench each, with its own options; without a name, all in turn."""

from __future__ import annotations

import argparse
import importlib
import sys

BENCHES = {
    "alerts": "how soon an alert is on its way: from the end of the source's reply to the receiver's first byte",
    "backtest": "a rule over 100,000 stored articles: by the index, by their events, and on all of them",
    "digest": "an issue of a thousand stories composed and rendered, beside a bare loop over them",
    "corpus": "how well articles are understood: the corpus beside the checkout, and probes",
    "facts": "which values are read from five real documents, field by field, and what that costs",
    "hostile": "what bombs, slow servers and floods cost the good feeds beside them",
    "fuzzy": "misspelt phrases in articles, beside rapidfuzz's partial_ratio",
    "lint": "mistakes planted in everything that is shipped: how many are told, and where",
    "match": "many rules against many articles, beside a regular expression for every word",
    "pipeline": "whole passes over loopback feeds, beside reader and rss2email",
    "poll": "how late news is noticed on real times, by way of sharing out the requests",
    "scale": "many sources, mostly with nothing new: CPU, memory, connections, start and rest",
    "store": "articles into the database and out of the search, beside plain executemany",
    "stories": "which story an article belongs to: cost beside a growing history, and how often it is right",
    "understand": "what understanding an article costs, finding its story included",
    "help": "what `watcher --help` costs, beside a bare interpreter",
}


def main() -> int:
    """Run one bench, or all of them with what they take by default."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Benches; without a name, all in turn.")
    commands = parser.add_subparsers(dest="bench")
    for name, help_ in BENCHES.items():
        importlib.import_module(f"bench.{_module(name)}").arguments(commands.add_parser(name, help=help_))
    chosen = parser.parse_args().bench
    words = [sys.argv[1:]] if chosen else [[name] for name in BENCHES]
    codes: list[int] = [
        importlib.import_module(f"bench.{_module(each[0])}").run(parser.parse_args(each)) for each in words
    ]
    return max(codes)


def _module(name: str) -> str:
    return "start" if name == "help" else name


if __name__ == "__main__":
    sys.exit(main())

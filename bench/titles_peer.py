"""The peer of `stories`: every new title against all titles by rapidfuzz's cdist; run in an environment of its own."""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from rapidfuzz import fuzz, process, utils


def main() -> None:
    """Print the median CPU seconds for one title against the first `size` titles of a file, for each size asked."""
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    titles = [utils.default_process(line) for line in lines]
    for size in map(int, sys.argv[2:]):
        spent, asked = [], titles[-40:]
        for title in asked:
            start = time.process_time()
            process.cdist([title], titles[:size], scorer=fuzz.token_sort_ratio, score_cutoff=70)
            spent.append(time.process_time() - start)
            if sum(spent) > 20:
                break
        print(json.dumps([size, statistics.median(spent)]), flush=True)


if __name__ == "__main__":
    main()

"""The peer `reader` in its own environment: the same passes; run by the bench, imports nothing of ours."""

import json
import resource
import sys
import time

_BEGIN = time.perf_counter()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Serve the bench's requests: database, port, number of feeds, workers."""
    import reader._parser.feedparser  # noqa: PLC0415 - else the first pass imports it, and is charged
    from feeds import address  # noqa: PLC0415 - beside this file, in an environment without the product
    from reader import make_reader  # noqa: PLC0415 - imports are reported apart

    database, port, feeds, workers = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    reader = make_reader(database)
    for number in range(feeds):
        reader.add_feed(f"http://{address(number)}:{port}/feed/{number}.xml")
    print(json.dumps({"cpu": _cpu(), "wall": time.perf_counter() - _BEGIN}), flush=True)
    for line in sys.stdin:
        if line.strip() == "end":
            break
        cpu, start = _cpu(), time.perf_counter()
        reader.update_feeds(scheduled=False, workers=workers)
        counts = reader.get_entry_counts()
        done = {"cpu": _cpu() - cpu, "wall": time.perf_counter() - start, "entries": counts.total}
        print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()

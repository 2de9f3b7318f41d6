"""A process that has imported the program and becomes it, forked, whenever it is asked to; see `tests.starts`.

It never starts anything itself and keeps no thread and no file, so that what it forks is as new as what was started.
"""

from __future__ import annotations

import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import time

_MESSAGE_MAX = 1 << 20


def main() -> None:
    """Import, say so, then fork and reap as asked until the asking ends; returns in the child that is to be it."""
    control = socket.socket(fileno=os.dup(0))
    control.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MESSAGE_MAX)
    importlib.import_module("watcher.cli")
    for found in pkgutil.iter_modules(importlib.import_module("watcher.commands").__path__, "watcher.commands."):
        importlib.import_module(found.name)
    gc.freeze()
    control.send(b"ready")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE_MAX, 3)
        if not message:
            os._exit(0)
        asked = json.loads(message)
        if "reap" in asked:
            control.send(json.dumps(os.waitpid(asked["reap"], 0)[1]).encode())
            continue
        pid = os.fork()
        if not pid:
            control.close()
            _become(descriptors, **asked)
            return
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(json.dumps(pid).encode())


def _become(descriptors: list[int], arguments: list[str], folder: str, environ: dict[str, str]) -> None:
    """Take over what a new process is given."""
    for standard, descriptor in enumerate(descriptors):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv[1:] = arguments
    for name, mode, standard in (("stdin", "r", 0), ("stdout", "w", 1), ("stderr", "w", 2)):
        at_once = standard == 2 or os.isatty(standard)
        errors = "backslashreplace" if standard == 2 else "strict"
        raw = os.fdopen(standard, f"{mode}b", closefd=False)
        stream = io.TextIOWrapper(raw, encoding="utf-8", errors=errors, line_buffering=at_once)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


if __name__ == "__main__":
    main()
    runpy.run_module("watcher", run_name="__main__", alter_sys=True)

"""The worker process: reads jobs, does them one by one, answers; never opens a socket and can't write a file.

The process that the pool starts only imports and forks: each fork is a worker. A worker dies by itself: at the end of
its input (its parent is gone), and by alarm when a job takes far too long, even if nobody is left to kill it.
"""

from __future__ import annotations

import gc
import importlib
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import BinaryIO

import msgspec

from watcher.core.errors import ParseError
from watcher.parse.wire import (
    DONE,
    FAILED,
    FORK,
    FRAME_CAP,
    HELLO,
    LENGTH,
    PART,
    PID,
    REAP,
    Done,
    Failed,
    Job,
    frame,
)

Operation = Callable[[bytes], Iterable[bytes]]

OPERATIONS = {
    "parse": "watcher.parse.read:parse_document",
    "page": "watcher.parse.pages:parse_page",
}
"""What a worker can do, by name: a function from a payload to the parts of its answer, imported at its first use."""

_GRACE_S = 2
_MESSAGE_MAX = 64
_TEXT_MAX = 500
_TRACE_MAX = 4000


def main() -> None:
    """Fork workers until the asking ends. Arguments: memory limit in bytes, seconds a job may take."""
    memory_bytes, wall_s = int(sys.argv[1]), float(sys.argv[2])
    control = _own_control()
    _confine(memory_bytes)
    for name in OPERATIONS:
        _operation(name)
    importlib.import_module("watcher.sources.feed.xml")  # what nearly every job needs, and the daemon does not
    gc.freeze()
    control.sendall(HELLO)
    while True:
        asked, ends, _, _ = socket.recv_fds(control, _MESSAGE_MAX, 1)
        if asked == FORK:
            pid = os.fork()
            if pid == 0:
                control.close()
                _serve(ends[0], wall_s)
                return
            _told(control, pid, ends[0])
        elif asked.startswith(REAP):
            control.sendall(PID.pack(_reaped(PID.unpack(asked[len(REAP) :])[0])))
        else:
            return


def _told(control: socket.socket, pid: int, end: int) -> None:
    """Say who was forked; nobody else reaps it, so that the pid is still its own."""
    os.close(end)
    pidfd = os.pidfd_open(pid)
    socket.send_fds(control, [PID.pack(pid)], [pidfd])
    os.close(pidfd)


def _reaped(pid: int) -> int:
    """How a child ended; 0 if it was forked by one before us that has ended itself."""
    with suppress(ChildProcessError):
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return 0


def _serve(end: int, wall_s: float) -> None:
    """Do jobs until there are no more."""
    jobs, answers = os.fdopen(end, "rb"), os.fdopen(os.dup(end), "wb", buffering=0)
    decoder = msgspec.msgpack.Decoder(Job)
    while (payload := _receive(jobs)) is not None:
        job = decoder.decode(payload)
        _arm(wall_s + job.more_s)
        _give_room(job.room_bytes)
        _answer(answers, job)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(answers: BinaryIO, job: Job) -> None:
    """Do one job. Whatever it raises is told, because its cause is the document and not this program."""
    try:
        sent = 0
        for part in _operation(job.op)(job.payload):
            sent += len(part)
            if sent > FRAME_CAP:
                raise ParseError("the document says more than fits into memory")  # noqa: TRY301
            _send(answers, frame(PART, part))
    except Exception as e:  # noqa: BLE001 - the border: a document may make any library raise anything
        _send(answers, frame(FAILED, msgspec.msgpack.encode(_failure(e))))
    else:
        _send(answers, frame(DONE, msgspec.msgpack.encode(Done(peak_kib=_peak_kib()))))


def _failure(error: Exception) -> Failed:
    """What went wrong, short, and safe to encode."""
    trace = "".join(traceback.format_exception(error, limit=-8))
    return Failed(
        error=type(error).__name__,
        text=_encodable(str(error)[:_TEXT_MAX]),
        trace=_encodable(trace[-_TRACE_MAX:]),
        peak_kib=_peak_kib(),
    )


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _operation(name: str) -> Operation:
    module, _, function = OPERATIONS[name].partition(":")
    found: Operation = getattr(importlib.import_module(module), function)
    return found


def _own_control() -> socket.socket:
    """Our end of the socket that asks, out of the way of whatever prints or reads."""
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)
    return control


def _confine(memory_bytes: int) -> None:
    """Cap memory, write no file and no core; Ctrl-C and stop signals are the parent's business."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _arm(wall_s: float) -> None:
    """Let the kernel end this process if the job runs on and nobody comes to kill it."""
    signal.setitimer(signal.ITIMER_REAL, wall_s + _GRACE_S)
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + wall_s) + _GRACE_S
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _give_room(room_bytes: int | None) -> None:
    """Let the address space grow by so much at most, or up to the worker's own cap."""
    _, cap = resource.getrlimit(resource.RLIMIT_AS)
    if room_bytes is not None:
        with open("/proc/self/statm", "rb") as counts:  # noqa: PTH123 - the worker imports no pathlib
            room_bytes += int(counts.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (cap if room_bytes is None else min(room_bytes, cap), cap))


def _peak_kib() -> int:
    """The most memory that this process ever held.

    `ru_maxrss` won't do where there is better: Linux hands it down from the process that started this one, so that a
    large daemon would seem to have nothing but large workers.
    """
    with suppress(OSError), open("/proc/self/status", "rb") as status:  # noqa: PTH123 - the worker imports no pathlib
        for line in status:
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _receive(jobs: BinaryIO) -> bytes | None:
    """The payload of the next job, or None at the end."""
    head = jobs.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = jobs.read(length)
    return body[1:] if len(body) == length else None


def _send(answers: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[answers.write(view) :]


if __name__ == "__main__":
    main()

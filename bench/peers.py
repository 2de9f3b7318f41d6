"""What is measured, ready to run: peers in environments of their own, made once, and the product as installed."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = {
    "reader": ("reader==3.26", "sgmllib3k"),
    "rss2email": ("rss2email==3.14",),
    "rapidfuzz": ("rapidfuzz", "numpy"),
    "elastalert2": ("elastalert2==2.19.0", "setuptools<81", "pytz"),
    "sigma-cli": ("sigma-cli==3.1.0",),
}


def cache() -> Path:
    """Where the benches keep what is dear to make."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "event-watcher-bench"


def environment(name: str) -> Path | None:
    """The folder of a peer's environment; None, with the reason printed, if it can't be had."""
    folder = cache() / f"{name}-py{sys.version_info.major}.{sys.version_info.minor}"
    if (folder / "made").exists():
        return folder
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True, capture_output=True, timeout=120)
        pip = [str(folder / "bin/python"), "-m", "pip", "install", "-q", *REQUIREMENTS[name]]
        subprocess.run(pip, check=True, capture_output=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        detail = getattr(error, "stderr", b"") or b""
        print(f"peer {name}: left out: {error} {detail.decode()[-300:].strip()}")
        return None
    (folder / "made").touch()
    return folder


def installed(folder: Path) -> Path:
    """A copy of the product as an installer leaves it, its bytecode beside it, so that start-up is a user's."""
    root = Path(__file__).parent.parent
    for name in ("watcher", "rules", "templates", "bench"):
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(folder, quiet=2)
    return folder

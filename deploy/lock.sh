#!/bin/sh
# Resolves the dependencies for every platform and every Python from 3.11 into two lists, pinned and hashed:
# requirements.lock (with tests and build backend) and deploy/requirements.lock (what the daemon itself needs).
# Where packages come from is the machine's own setting, and is not written down.
set -eu
cd "$(dirname "$0")/.."
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
"${PYTHON:-python3}" -m venv "$room/venv"
"$room/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
resolve() {
  "$room/venv/bin/uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 \
    --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}
resolve --extra test --extra build ${UPGRADE:+--upgrade} --output-file requirements.lock
resolve --constraint requirements.lock --upgrade --output-file deploy/requirements.lock
if grep -nE '://|^-' requirements.lock deploy/requirements.lock; then
  echo "the lock names a place packages come from" >&2
  exit 1
fi

"""A real IMAP server on loopback: dovecot with one user, its mails as files of a Maildir.

Use: `with dovecot(tls) as mail: mail.deliver(b"Subject: ..."); mail.port("none")`.
"""

from __future__ import annotations

import contextlib
import getpass
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests import tools

USER, PASSWORD = "desk", 'a "pass\\word" of the desk'

_CONFIG = """\
base_dir = {room}/run
state_dir = {room}/state
log_path = {room}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0 secs
first_valid_uid = 1
mail_location = maildir:{room}/mail
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {room}/users
}}
{tokens}userdb {{
  driver = static
  args = uid={uid} gid={gid} home={room}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""

_TOKENS = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {room}/oauth2.conf
}}
"""


@dataclass(slots=True, kw_only=True)
class Dovecot:
    """A running server; `ports` by security."""

    room: Path
    uid: int
    gid: int
    ports: dict[str, int]
    _count: int = field(default=0)

    def deliver(self, mail: bytes, folder: str = "") -> None:
        """Put a mail into a mailbox, as a delivery does: whole, by a rename."""
        self._count += 1
        box = self.room / "mail" / (f".{folder}" if folder else "")
        for name in ("tmp", "new", "cur"):
            (box / name).mkdir(parents=True, exist_ok=True)
            os.chown(box / name, self.uid, self.gid)
        os.chown(box, self.uid, self.gid)
        path = box / "tmp" / f"{1_770_000_000 + self._count}.{self._count}.test"
        path.write_bytes(mail)
        os.chown(path, self.uid, self.gid)
        path.rename(box / "new" / path.name)

    def append(self, mail: bytes, folder: str) -> None:
        """Put a mail into a mailbox through the server, which tells at once whoever listens."""
        with imaplib.IMAP4("127.0.0.1", self.ports["none"]) as line:
            line.login(USER, PASSWORD)
            line.append(folder, None, None, mail)

    def marks(self) -> list[str]:
        """The files of the mailbox, whose names tell what was marked."""
        return sorted(path.name for path in (self.room / "mail").rglob("*.test*"))


@contextlib.contextmanager
def dovecot(cert: Path, key: Path, *, mechanisms: str = "plain login", tokens: str = "") -> Iterator[Dovecot]:
    """A server with that certificate; the test is skipped where there is none to start.

    Args: tokens: an address that tells whose a token is, behind which the token is put; without one none is taken.
    """
    program = tools.tool("dovecot")
    # not pytest's own folder: paths of sockets may have 100 signs
    room = Path(tempfile.mkdtemp(prefix="dovecot-"))
    root = os.geteuid() == 0
    me = pwd.getpwnam("mail") if root else pwd.getpwuid(os.geteuid())
    ports = {"none": _free(), "tls": _free()}
    (room / "dovecot.conf").write_text(
        _CONFIG.format(
            room=room,
            internal="dovecot" if root else getpass.getuser(),
            login="dovenull" if root else getpass.getuser(),
            group="dovecot" if root else str(me.pw_gid),
            cert=cert,
            key=key,
            mechanisms=mechanisms,
            tokens=_TOKENS.format(room=room) if tokens else "",
            uid=me.pw_uid,
            gid=me.pw_gid,
            plain=ports["none"],
            tls=ports["tls"],
        ),
        encoding="utf-8",
    )
    (room / "oauth2.conf").write_text(
        f"tokeninfo_url = {tokens}\nusername_attribute = user\nactive_attribute = active\nactive_value = yes\n"
    )
    (room / "users").write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
    room.chmod(0o755)
    server = Dovecot(room=room, uid=me.pw_uid, gid=me.pw_gid, ports={**ports, "starttls": ports["none"]})
    (room / "mail").mkdir()
    os.chown(room / "mail", me.pw_uid, me.pw_gid)
    running = subprocess.Popen([program, "-F", "-c", str(room / "dovecot.conf")], stderr=subprocess.DEVNULL)
    try:
        _wait(ports["none"], running, room)
        yield server
    finally:
        running.terminate()
        running.wait(timeout=10)
        shutil.rmtree(room, ignore_errors=True)


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as link:
        return int(link.getsockname()[1])


def _wait(port: int, running: subprocess.Popen[bytes], room: Path) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as link:
            if link.recv(4) == b"* OK":
                return
        if running.poll() is not None:
            break
        time.sleep(0.02)
    log = room / "log"
    raise AssertionError(log.read_text(encoding="utf-8") if log.exists() else "dovecot did not start")

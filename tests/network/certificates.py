"""Certificates made on the spot with the openssl command; tests that need them skip where it is missing."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests import tools


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority in a folder."""

    folder: Path

    def client(self) -> ssl.SSLContext:
        """A context that trusts this authority alone."""
        return ssl.create_default_context(cafile=self.folder / "ca.pem")

    def server(self, name: str, *, expired: bool = False) -> ssl.SSLContext:
        """A server's context with a certificate for the name."""
        stem = f"{name}-{expired}"
        _openssl(
            self.folder,
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            f"/CN={name}",
            "-keyout",
            f"{stem}.key",
            "-out",
            f"{stem}.csr",
        )
        (self.folder / f"{stem}.ext").write_text(f"subjectAltName=DNS:{name}\n{_LEAF}", "ascii")
        dates = ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"] if expired else ["-days", "30"]
        (self.folder / "index.txt").write_text("", "ascii")
        _openssl(
            self.folder,
            *(
                "ca",
                "-batch",
                "-config",
                "ca.conf",
                "-in",
                f"{stem}.csr",
                "-out",
                f"{stem}.pem",
                "-extfile",
                f"{stem}.ext",
                *dates,
            ),
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{stem}.pem", self.folder / f"{stem}.key")
        return context


# What RFC 5280 asks of certificates, and Python 3.13 and later of those that it meets.
_LEAF = """basicConstraints=CA:FALSE
keyUsage=digitalSignature,keyEncipherment
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
"""
_CONFIG = """[ca]
default_ca=own
[own]
database=index.txt
new_certs_dir=.
certificate=ca.pem
private_key=ca.key
rand_serial=yes
default_md=sha256
policy=any
unique_subject=no
[any]
commonName=supplied
"""


def make_authority(folder: Path) -> Authority:
    """A fresh authority."""
    tools.tool("openssl")
    (folder / "ca.conf").write_text(_CONFIG, "ascii")
    _openssl(
        folder,
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=test authority",
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign",
        "-days",
        "30",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
    )
    return Authority(folder)


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

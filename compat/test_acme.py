"""A certificate by ACME: the real binary obtains one from an authority that really looks, serves with it, and has
it again after a restart, when the authority is away."""

from __future__ import annotations

import os
import socket
import ssl
from pathlib import Path

import pytest

from acme_server import AcmeServer
from programs import Program, free_port

NAME = "id.example.com"


@pytest.fixture(autouse=True)
def no_settings(binary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the suite itself is told is no setting of the server's."""
    for name in [name for name in os.environ if name.startswith("ROLLCALL_")]:
        monkeypatch.delenv(name)


def serve(binary: Path, folder: Path, port: int, authority: AcmeServer, log: str) -> Program:
    command = [str(binary), "serve", "--data", str(folder / "data"), "--listen", f"127.0.0.1:{port}"]
    command += ["--public-url", f"https://{NAME}", "--log-level", "info"]
    command += ["--acme-domain", NAME, "--acme-contact", "admin@example.com", "--acme-directory", authority.directory]
    environment = {"SSL_CERT_FILE": str(authority.trusted), "ROLLCALL_DRAIN_DELAY": "0"}
    return Program(command, folder / log, environment=environment)


def served(port: int, root: str, protocols: list[str]) -> tuple[dict, str | None, bytes]:
    """What is shown to whoever believes this root, the protocol that was agreed on, and an answer."""
    context = ssl.create_default_context(cadata=root)
    context.set_alpn_protocols(protocols)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
        with context.wrap_socket(plain, server_hostname=NAME) as secure:
            secure.sendall(f"GET /readyz HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
            return secure.getpeercert(), secure.selected_alpn_protocol(), secure.recv(64)


def test_a_certificate_is_obtained_kept_and_used_again(binary: Path, tmp_path: Path) -> None:
    (tmp_path / "authority").mkdir()
    port = free_port()
    authority = AcmeServer(tmp_path / "authority", port)
    programs = []
    try:
        programs.append(serve(binary, tmp_path, port, authority, "first.log"))
        programs[0].wait_for("a new certificate is used")
        root = authority.root()
        certificate, protocol, answer = served(port, root, ["http/1.1"])
        assert certificate["subjectAltName"] == (("DNS", NAME),)
        assert protocol == "http/1.1" and answer.startswith(b"HTTP/1.1 200 ")
        # The challenge was for the authority: it is over, and nobody else is shown its certificate.
        with pytest.raises(ssl.SSLError):
            served(port, root, ["acme-tls/1"])
        kept = tmp_path / "data" / "acme"
        assert kept.stat().st_mode & 0o777 == 0o700 and len(list(kept.iterdir())) == 2
        programs[0].stop()
        authority.stop()
        programs.append(serve(binary, tmp_path, port, authority, "second.log"))
        programs[1].wait_for("the kept certificate is used")
        again, _, _ = served(port, root, ["http/1.1"])
        assert again["serialNumber"] == certificate["serialNumber"]
    finally:
        for each in programs:
            each.stop()
        authority.stop()


def test_nobody_is_served_without_a_certificate(binary: Path, tmp_path: Path) -> None:
    """An authority that is refused by the name's owner gives none; the log says why, and it is tried again."""
    (tmp_path / "authority").mkdir()
    port = free_port()
    # It looks for the name's owner where nobody is.
    authority = AcmeServer(tmp_path / "authority", free_port())
    program = serve(binary, tmp_path, port, authority, "log")
    try:
        said = program.wait_for("no certificate was obtained; it is tried again")
        assert "Failed to connect" in said
        with pytest.raises(ssl.SSLError):
            served(port, authority.root(), ["http/1.1"])
    finally:
        program.stop()
        authority.stop()

"""Debian's HAProxy with a throw-away certificate, as an administrator puts it
before the server: `--public-url https://localhost:PORT --trusted-proxy 127.0.0.1`."""

from __future__ import annotations

import base64
import datetime
import hashlib
import socket
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

import programs
from programs import Program
from rollcall_server import Rollcall

# The listener is ours and inherited, so that its port is known and taken
# before the server is told its public URL. Whatever a caller says of
# forwarding is dropped first.
CONFIGURATION = """\
global
    log stdout format raw local0
    maxconn 256
    ssl-default-bind-options ssl-min-ver TLSv1.2

defaults
    mode http
    log global
    option httplog
    timeout connect 10s
    timeout client 120s
    timeout server 120s

frontend public
    bind fd@{listener} ssl crt {certificate} alpn h2,http/1.1
    http-request del-header x-forwarded-for
    http-request del-header x-forwarded-proto
    http-request del-header x-forwarded-host
    http-request del-header forwarded
    option forwardfor
    http-request set-header x-forwarded-proto https
    default_backend rollcall

backend rollcall
    server one {backend}
"""


class Haproxy:
    """`url` is known from the start; requests are answered after `start`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._binary = programs.program("haproxy")
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"https://localhost:{self._listener.getsockname()[1]}"
        # What to give `requests` as `verify`.
        self.authority = folder / "authority.pem"
        # With its key; for another TLS server of this machine.
        self.certificate = folder / "certificate.pem"
        # What to give Chromium as --ignore-certificate-errors-spki-list.
        self.key_hash = _make_certificates(self.authority, self.certificate)
        self._program: Program | None = None

    @property
    def serve_arguments(self) -> tuple[str, ...]:
        """What `rollcall serve` needs to know of us."""
        return "--public-url", self.url, "--trusted-proxy", "127.0.0.1"

    def start(self, backend: Rollcall) -> None:
        listener = self._listener.fileno()
        file = self.folder / "haproxy.cfg"
        file.write_text(
            CONFIGURATION.format(
                listener=listener, certificate=self.certificate, backend=backend.url.removeprefix("http://")
            )
        )
        # Said now, or the first request would wait for an answer that never comes.
        checked = subprocess.run(
            [self._binary, "-c", "-f", file], pass_fds=[listener], capture_output=True, text=True, timeout=60
        )
        assert checked.returncode == 0, checked.stdout + checked.stderr
        self._program = Program(
            [self._binary, "-db", "-f", str(file)], self.folder / "haproxy.log", pass_fds=[listener]
        )
        self._listener.close()

    def stop(self) -> None:
        self._listener.close()
        if self._program is not None:
            self._program.stop()


def _make_certificates(authority: Path, certificate: Path) -> str:
    """An authority, and a certificate of it for loopback names with its key."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Rollcall tests")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    root = (
        _certificate(issuer, issuer, authority_key.public_key(), authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    names = [x509.DNSName("localhost"), x509.DNSName("*.localhost")]
    leaf = (
        _certificate(subject, issuer, key.public_key(), authority_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    authority.write_bytes(root.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    certificate.write_bytes(leaf.public_bytes(pem) + private)
    certificate.chmod(0o600)
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(hashlib.sha256(public).digest()).decode()


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, issuer_key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.timezone.utc)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(identifier, critical=False)
    )


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )

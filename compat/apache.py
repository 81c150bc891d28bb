"""Debian's Apache with mod_auth_openidc: virtual hosts that let in whom
Rollcall has signed in, from a configuration and folder of their own."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import programs
from programs import Program, free_port
from world import Application

MODULES = Path("/usr/lib/apache2/modules")

SERVER = """\
ServerRoot "{folder}"
ServerName localhost
DefaultRuntimeDir "{folder}"
PidFile "{folder}/pid"
ErrorLog /dev/stderr
LogLevel info
{modules}
{user}
ServerLimit 1
StartServers 1
ThreadsPerChild 16
MaxRequestWorkers 16
TypesConfig /etc/mime.types
OIDCCacheType shm
"""

# The module's session outlives nothing here: it is kept on the server, found
# by the cookie, and removed when a logout token names its `sid`.
HOST = """
Listen {host.address}:{host.port}
<VirtualHost {host.address}:{host.port}>
    ServerName {host.address}
    DocumentRoot "${{SITE_FOLDER}}"
    OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
    OIDCClientID {host.application.id}
    OIDCClientSecret {host.application.secret}
    OIDCRedirectURI {host.redirect_uri}
    OIDCCryptoPassphrase {passphrase}
    OIDCScope "openid profile email"
    OIDCPKCEMethod S256
    OIDCSessionType server-cache
    OIDCCookieSameSite On
    OIDCRemoteUserClaim sub
    <Directory "${{SITE_FOLDER}}">
        Require all granted
    </Directory>
    <Location /inside/>
        AuthType openid-connect
        Require valid-user
        Header always set X-Person "expr=%{{REMOTE_USER}}"
    </Location>
</VirtualHost>
"""


@dataclass(frozen=True)
class Host:
    """A virtual host, which is an application of its own."""

    address: str
    port: int
    application: Application

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.port}"

    @property
    def inside(self) -> str:
        """A page that asks for a sign-in."""
        return f"{self.url}/inside/page.txt"

    @property
    def outside(self) -> str:
        """A page for anybody, where sign-out ends."""
        return f"{self.url}/outside.txt"

    @property
    def redirect_uri(self) -> str:
        return f"{self.url}/inside/redirect_uri"

    @property
    def backchannel_logout_uri(self) -> str:
        return f"{self.redirect_uri}?logout=backchannel"


def place(address: str) -> Host:
    """An address with a free port; the application follows once its URIs are registered."""
    return Host(address, free_port(address), Application("", "", ""))


class Apache:
    """One Apache, serving some hosts from the folder that its environment calls SITE_FOLDER."""

    @classmethod
    def of(cls, issuer: str, hosts: Sequence[Host]) -> Apache:
        """One for these hosts."""
        passphrase = secrets.token_hex(32)
        return cls("".join(HOST.format(issuer=issuer, host=host, passphrase=passphrase) for host in hosts), {})

    def __init__(self, hosts: str, environment: Mapping[str, str]) -> None:
        """`hosts` is their configuration."""
        binary = programs.program("apache2")
        # Not pytest's folder, which none but its owner may enter: Apache's
        # children are not root.
        self.folder = Path(tempfile.mkdtemp(prefix="rollcall-apache-"))
        self.folder.chmod(0o755)
        inside = self.folder / "site" / "inside"
        inside.mkdir(parents=True)
        (inside / "page.txt").write_text("inside\n")
        (self.folder / "site" / "outside.txt").write_text("outside\n")
        configuration = self.folder / "apache2.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(self._configuration() + hosts)
        command = [binary, "-d", str(self.folder), "-f", str(configuration), "-DFOREGROUND"]
        folder = {"SITE_FOLDER": str(self.folder / "site")}
        self.program = Program(command, self.folder / "log", environment={**environment, **folder})
        try:
            self.program.wait_for("resuming normal operations")
        except BaseException:
            self.stop()
            raise

    def _configuration(self) -> str:
        names = ("mpm_event", "authn_core", "authz_core", "authz_user", "mime", "headers", "auth_openidc")
        modules = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in names)
        user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
        return SERVER.format(folder=self.folder, modules=modules, user=user)

    def stop(self) -> None:
        self.program.stop()
        shutil.rmtree(self.folder)

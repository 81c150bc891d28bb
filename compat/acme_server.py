"""Debian's Pebble: an authority that speaks ACME as Let's Encrypt does, for tests. It looks at the names that it is
asked for by really connecting to them; its companion is the DNS in which every name is this machine."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import requests

import programs
from programs import Program, free_port


class AcmeServer:
    """An authority in two processes; `validates_at` is the port at which it finds whoever asks."""

    def __init__(self, folder: Path, validates_at: int) -> None:
        pebble, dns = programs.program("pebble"), programs.program("pebble-challtestsrv")
        self._folder = folder
        self._make_certificate()
        names, directory, management, unused = (free_port() for _ in range(4))
        self.directory = f"https://localhost:{directory}/dir"
        self._roots = f"https://localhost:{management}/roots/0"
        configuration = {
            "listenAddress": f"127.0.0.1:{directory}",
            "managementListenAddress": f"127.0.0.1:{management}",
            "certificate": "certificate",
            "privateKey": "key",
            "httpPort": unused,
            "tlsPort": validates_at,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": False,
        }
        (folder / "pebble.json").write_text(json.dumps({"pebble": configuration}))
        off = ("-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv6", "")
        at = ("-dns01", f"127.0.0.1:{names}", "-management", f"127.0.0.1:{free_port()}", "-defaultIPv4", "127.0.0.1")
        # It waits for seconds at random, and refuses one nonce in twenty, to try its clients' patience.
        patient = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
        command = [pebble, "-config", "pebble.json", "-dnsserver", f"127.0.0.1:{names}", "-strict"]
        self._programs: list[Program] = []
        try:
            self._start([dns, *off, *at], "Starting management server")
            self._start(["env", "-C", str(folder), *command], "ACME directory available at", patient)
        except BaseException:
            self.stop()
            raise

    def _start(self, command: list[str], ready: str, environment: dict[str, str] | None = None) -> None:
        log = self._folder / f"{len(self._programs)}.log"
        self._programs.append(Program(command, log, environment=environment))
        self._programs[-1].wait_for(ready)

    @property
    def trusted(self) -> Path:
        """What the directory itself is verified with."""
        return self._folder / "certificate"

    def root(self) -> str:
        """The certificate, in PEM, that those which it issues lead to; another one for each start."""
        answer = requests.get(self._roots, verify=str(self.trusted), timeout=60)
        answer.raise_for_status()
        return answer.text

    def _make_certificate(self) -> None:
        command = [programs.program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        command += ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        command += ["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "key", "-out", "certificate"]
        subprocess.run(command, cwd=self._folder, check=True, capture_output=True, timeout=60)

    def stop(self) -> None:
        for each in self._programs:
            each.stop()

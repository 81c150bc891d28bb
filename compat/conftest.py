"""One server for the whole suite; people and applications for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

import callers
import contract_schema
import sdks
from callers import Caller
from rollcall_server import AccessKey, Rollcall
from routes import PERMISSIONS
from world import World


@dataclass(frozen=True)
class Keys:
    """Access keys; all but `other_root` belong to the first pool."""

    root: AccessKey
    # A key that has every permission but the named one, and one that has it alone.
    without: dict[str, AccessKey]
    only: dict[str, AccessKey]
    other_root: AccessKey


def make_keys(rollcall: Rollcall) -> Keys:
    """All keys are made before `serve`, which locks the data folder."""
    root = rollcall.init()

    def new_key(permissions: list[str]) -> AccessKey:
        return rollcall.init("--new-key", "--permissions", ",".join(permissions))

    without = {each: new_key([p for p in PERMISSIONS if p != each]) for each in PERMISSIONS}
    only = {each: new_key([each]) for each in PERMISSIONS}
    return Keys(root, without, only, rollcall.init("--new-pool", "compat other"))


@dataclass(frozen=True)
class Server:
    url: str
    keys: Keys


@pytest.fixture(scope="session", autouse=True)
def answers_follow_the_contract() -> Iterator[None]:
    """Every V3 answer of the suite, whoever asked, is held against its schema."""
    send = requests.Session.send

    def checked(session: requests.Session, request: requests.PreparedRequest, **options: object) -> requests.Response:
        response = send(session, request, **options)
        path = urlsplit(request.url).path
        if path.startswith("/api/v3/"):
            headers = {name.lower(): value for name, value in response.headers.items()}
            contract_schema.check_answer(request.method, path, response.status_code, headers, response.json())
        return response

    patch = pytest.MonkeyPatch()
    patch.setattr(requests.Session, "send", checked)
    # The SDKs obey a proxy from the environment, which would not reach us.
    patch.setenv("NO_PROXY", "127.0.0.1")
    patch.setenv("no_proxy", "127.0.0.1")
    yield
    patch.undo()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    binary = Path(os.environ.get("ROLLCALL_BIN", "target/debug/rollcall")).absolute()
    assert binary.is_file(), f"ROLLCALL_BIN: there is no {binary}; build it with `cargo build --package rollcall`"
    rollcall = Rollcall(binary, tmp_path_factory.mktemp("rollcall"))
    keys = make_keys(rollcall)
    try:
        rollcall.serve()
        yield Server(rollcall.url, keys)
    finally:
        rollcall.stop()
    log = rollcall.log.read_text(errors="replace")
    issued = [keys.root, keys.other_root, *keys.without.values(), *keys.only.values()]
    assert not [key.id for key in issued if key.secret in log], "a secret is in the log"


@pytest.fixture(scope="session")
def world(server: Server) -> World:
    root = server.keys.root
    return World(callers.management(server.url, root), root.pool)


@pytest.fixture(scope="session")
def other_world(server: Server) -> World:
    """Another pool of the same server."""
    root = server.keys.other_root
    return World(callers.management(server.url, root), root.pool)


@pytest.fixture
def stranger(server: Server) -> Caller:
    return Caller(server.url)


@pytest.fixture(scope="session")
def key_caller(server: Server) -> Callable[[AccessKey], Caller]:
    """Management callers by key; a token serves the whole suite."""
    known: dict[str, Caller] = {}

    def caller(key: AccessKey) -> Caller:
        if key.id not in known:
            known[key.id] = callers.management(server.url, key)
        return known[key.id]

    return caller


@pytest.fixture(params=sdks.NAMES)
def sdk(request: pytest.FixtureRequest, server: Server) -> sdks.Sdk:
    return sdks.load(request.param, server.url)

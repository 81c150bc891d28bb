"""The user specs that npm's `authing-node-sdk` ships, unmodified, by Jest and
ts-jest, on a server with three users. What applies passes; what fails by the
SDK's own fault fails in that way alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import callers
import node_sdk
import programs
import routes
from conftest import NewRollcall
from world import World

# A bound, not a measure.
DONE_WITHIN_SECONDS = 300
PACKAGE = programs.NODE_FOLDER / "node_modules" / "authing-node-sdk"
# Colours of a terminal.
ESCAPES = re.compile("\x1b\\[[0-9;]*m")

NO_SUCH_MODEL = r"TypeError: Cannot read properties of undefined \(reading 'targetType'\)"


@dataclass(frozen=True)
class Fault:
    """Specs that the SDK makes fail."""

    file: str
    # All of the file's, if empty.
    name: str
    # What each says, as a regular expression from its beginning.
    says: str
    why: str


FAULTS = [
    Fault("createUser", "", NO_SUCH_MODEL, "before all it calls setCustomFields with models that the package lacks"),
    Fault("createUsersBatch", "", NO_SUCH_MODEL, "as createUser"),
    Fault(
        "updateUser",
        "updateUser Fail gender 格 is invalid",
        r"Error: expect\(received\)\.toEqual\(expected\) // deep equality\s+"
        r'Expected: "参数 gender 格 格式错误"\s+Received: "参数 gender 格式错误"',
        "a stray character in the wording that it expects; every other spec names the field alone",
    ),
    Fault(
        "getUsersBatch",
        "getUsersBatch Fail userIds is invalid",
        r"Error: expect\(received\)\.toEqual\(expected\) // deep equality\s+Expected: 400\s+Received: 401",
        "it signs `userIds=[]` and sends no such parameter: the signature is wrong",
    ),
]

# The specs whose method leads to no path of this contract; theirs is HTTP 404.
ELSEWHERE = {
    "getUserAuthorizedApps",
    "getUserAuthorizedResources",
    "getUserDepartments",
    "getUserGroups",
    "getUserPrincipalAuthenticationInfo",
    "getUserRoles",
    "hasAnyRole",
    "resetUserPrincipalAuthenticationInfo",
    "setUserDepartments",
}
# What applies and passes, at least.
PASSING = 45


@dataclass(frozen=True)
class Spec:
    file: str
    name: str
    status: str
    why: str


@pytest.fixture(scope="module")
def specs(new_rollcall: NewRollcall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Spec]]:
    """Run once, on a server of their own: they list and delete its users."""
    node = programs.node()
    folder = tmp_path_factory.mktemp("specs")
    copy = folder / "package"
    # Jest leaves out what is below `node_modules`. The package's own come
    # along, and those that it shares are found one folder up.
    shutil.copytree(PACKAGE, copy, ignore=lambda place, _: {"dist"} if Path(place) == PACKAGE else set())
    (folder / "node_modules").symlink_to(programs.NODE_FOLDER / "node_modules")
    rollcall = new_rollcall(folder)
    try:
        root = rollcall.init()
        rollcall.serve()
        world = World(callers.management(rollcall.url, root), root.pool)
        for _ in range(3):
            world.user()
        environment = {
            "AUTHING_SDK_TEST_ACCESS_KEY_ID": root.id,
            "AUTHING_SDK_TEST_ACCESS_KEY_SECRET": root.secret,
            "AUTHING_SDK_TEST_HOST": rollcall.url,
        }
        yield run(node, copy, folder / "cache", environment)
    finally:
        rollcall.stop()


def run(node: str, copy: Path, cache: Path, environment: dict[str, str]) -> list[Spec]:
    jest = programs.NODE_FOLDER / "node_modules" / "jest" / "bin" / "jest.js"
    config = programs.NODE_FOLDER / "user_specs.config.cjs"
    # One file after the other: some take the first user of a list that others delete from.
    options = ["--runInBand", "--silent", f"--config={config}", f"--rootDir={copy}", f"--cacheDirectory={cache}"]
    done = subprocess.run(
        [node, str(jest), *options],
        cwd=copy,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DONE_WITHIN_SECONDS,
    )
    found = []
    for line in map(json.loads, done.stdout.splitlines()):
        why = ESCAPES.sub("", "\n".join(line["why"]))
        found.append(Spec(Path(line["file"]).name.removesuffix(".spec.ts"), line["name"], line["status"], why))
    assert found, done.stderr[-4000:]
    return found


def faults_of(spec: Spec) -> list[Fault]:
    return [fault for fault in FAULTS if fault.file == spec.file and fault.name in ("", spec.name)]


def test_every_spec_that_is_shipped_was_run(specs: list[Spec]) -> None:
    shipped = {path.name.removesuffix(".spec.ts") for path in (PACKAGE / "test" / "users").glob("*.spec.ts")}
    assert {spec.file for spec in specs} == shipped
    assert {spec.status for spec in specs} == {"passed", "failed"}


def test_what_applies_passes(specs: list[Spec]) -> None:
    applying = [spec for spec in specs if spec.file not in ELSEWHERE and not faults_of(spec)]
    failed = [spec for spec in applying if spec.status != "passed"]
    assert failed == []
    assert len(applying) >= PASSING


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name or fault.file)
def test_a_fault_of_the_sdk_shows_in_that_way_alone(fault: Fault, specs: list[Spec]) -> None:
    meant = [spec for spec in specs if fault in faults_of(spec)]
    assert meant
    for spec in meant:
        assert spec.status == "failed", f"{spec.name} passes: take it from the list"
        assert re.match(fault.says, spec.why), spec.why


def test_what_is_elsewhere_is_an_unknown_path(specs: list[Spec]) -> None:
    for spec in specs:
        if spec.file in ELSEWHERE:
            assert spec.status == "failed", spec
            assert spec.why.startswith("AxiosError: Request failed with status code 404"), spec


def test_what_is_elsewhere_is_so_by_the_contract() -> None:
    """And not because it was inconvenient."""
    kinds = {method.name: method.kind for method in node_sdk.METHODS if method.client == node_sdk.MANAGEMENT}
    # One file name differs from the method that it calls by a letter.
    names = {path.name.removesuffix(".spec.ts") for path in (PACKAGE / "test" / "users").glob("*.spec.ts")}
    names = (names - {"getUsersBatch"}) | {"getUserBatch"}
    assert {name for name in names if kinds[name] == "elsewhere"} == ELSEWHERE
    built = {(route.method, route.path) for route in routes.built}
    routed = {m.name for m in node_sdk.METHODS if m.client == node_sdk.MANAGEMENT and m.request and m.route in built}
    assert names - ELSEWHERE <= routed

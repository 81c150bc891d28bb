"""The document of the API, tried by `schemathesis`: whatever it makes of it, the
server answers as the document says, and never with a fault of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

import bodies
import callers
import own_schema
import routes
from rollcall_server import Rollcall
from routes import Route
from world import World

HERE = Path(__file__).parent
# Of each operation, in each of its two ways (valid and not).
EXAMPLES = 8
SEED = 20260
# A bound on a busy machine, not a measure.
WITHIN_SECONDS = 480

# What they do to a whole pool, they do to another one.
OF_ALL = ("update-security-settings", "end-all-sessions")

# What they do to keys, they do with keys of their own.
OF_KEYS = ("delete-access-key", "rotate-access-key", "update-access-key")

# Not for a machine to go through: a page and its parts, and pictures.
LEFT_OUT = ["/docs", "/docs/{part}", "/oidc/logo/{client_id}"]


@pytest.fixture
def rollcall(binary: Path, tmp_path: Path) -> Rollcall:
    made = Rollcall(binary, tmp_path)
    yield made
    made.stop()


def make_tested_world(rollcall: Rollcall) -> dict:
    """For each operation a good request and who may make it, about things of its own: whatever a call does
    to them, the other operations still find theirs."""
    root, elsewhere = rollcall.init(), rollcall.init("--new-pool", "elsewhere")
    # Answers tell of the root key, and what is told is tried: it must not be rotated by who is it.
    of_keys = {verb: rollcall.init("--new-key", "--permissions", "keys") for verb in OF_KEYS}
    rollcall.serve()
    world = World(callers.management(rollcall.url, root), root.pool)
    world.root.post("update-security-settings", registerDisabled=False)
    other = World(callers.management(rollcall.url, elsewhere), elsewhere.pool)
    shared = bodies.make_target(world)
    calls = {}
    for route in routes.built:
        if not route.is_v3:
            continue
        own = world if route.verb not in OF_ALL else other
        calls[str(route)] = good_call(route, shared if route.method == "GET" else bodies.make_target(own))
    for verb, key in of_keys.items():
        calls[f"POST /api/v3/{verb}"]["headers"] = callers.management(rollcall.url, key).headers
    calls["POST /api/v3/get-management-token"] |= {"body": {"accessKeyId": root.id, "accessKeySecret": root.secret}}
    client = {"client_id": shared.application.id, "client_secret": shared.application.secret}
    for path, form in bodies.OIDC.items():
        calls[f"POST {path}"] = {"headers": {}, "body": {**client, **form(bodies.make_target(world)), **client}}
    asked = {"client_id": shared.application.id, "redirect_uri": "http://127.0.0.1:9/callback"}
    asked |= {"response_type": "code", "scope": "openid"}
    calls |= {f"{method} /oidc/auth": {"headers": {}, "body": asked} for method in ("GET", "POST")}
    of_person = {"headers": {}, "body": {}, "signin": bodies.V3["POST", "signin"](shared)}
    calls |= {f"{method} /oidc/me": of_person for method in ("GET", "POST")}
    return {"url": rollcall.url, "calls": calls}


def good_call(route: Route, target: bodies.Target) -> dict:
    make = bodies.V3.get((route.method, route.verb), lambda _: {})
    call = {"body": make(target), "headers": bodies.rightful_caller(route, target).headers}
    if route.who == "user":
        call["signin"] = bodies.V3["POST", "signin"](target)
    return call


def test_the_committed_document_is_the_one_that_is_served(rollcall: Rollcall) -> None:
    rollcall.init()
    rollcall.serve()
    served = requests.get(f"{rollcall.url}/openapi.json", timeout=60)
    assert served.json() == own_schema.document()


def test_whatever_is_asked_the_answer_is_in_the_document_and_no_fault(rollcall: Rollcall, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    world = make_tested_world(rollcall) | {"answers": str(answers)}
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(own_schema.strict_document()), encoding="utf-8")
    checks = ["not_a_server_error", "status_code_conformance", "content_type_conformance"]
    checks += ["response_schema_conformance", "no_fault_in_the_envelope"]
    left_out = [argument for path in LEFT_OUT for argument in ("--exclude-path", path)]
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        "run",
        str(document),
        f"--url={rollcall.url}",
        f"--checks={','.join(checks)}",
        "--phases=examples,coverage,fuzzing",
        f"--max-examples={EXAMPLES}",
        f"--seed={SEED}",
        "--generation-database=none",
        "--suppress-health-check=all",
        "--warnings=off",
        "--no-color",
        "--request-timeout=60",
        *left_out,
    ]
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        "PYTHONPATH": str(HERE),
        "ROLLCALL_TESTED_WORLD": json.dumps(world),
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=WITHIN_SECONDS
    )
    assert done.returncode == 0, done.stdout[-30_000:] + done.stderr[-4_000:]
    print(done.stdout[-2_000:])
    # It still answers, and nothing that it logged is a fault of its own: 601 is a webhook that cannot be reached.
    assert requests.get(f"{rollcall.url}/readyz", timeout=60).status_code == 200
    lines = rollcall.log.read_text(errors="replace").splitlines()
    assert not [line for line in lines if " ERROR " in line and not line.endswith("code=601")]
    assert_reached(json.loads(answers.read_text(encoding="utf-8")))


def assert_reached(answers: dict[str, dict[str, int]]) -> None:
    """All that is built was done at least once, or nothing was tried that matters."""
    built = [str(route) for route in routes.built if route.is_v3]
    never = {label: answers.get(label) for label in built if "200" not in answers.get(label, {})}
    assert not never

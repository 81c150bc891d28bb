"""What `schemathesis` is told of the server that it calls (`test_openapi.py`): who
calls, and what is there to be called about. It loads this file by itself."""

from __future__ import annotations

import atexit
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import requests
import schemathesis

WORLD = json.loads(os.environ["ROLLCALL_TESTED_WORLD"])
URL = WORLD["url"]
# By label of the operation: a good request, who may make it, and how a person signs in anew.
CALLS: dict[str, dict[str, Any]] = WORLD["calls"]
# Names that only one may have.
TAKEN = ("username", "userIdInIdp")

_TURNS: Counter[str] = Counter()


def _authorization(call: dict[str, Any]) -> dict[str, str]:
    """Of who may make this call."""
    if "signin" not in call:
        return call["headers"]
    # Calls before this one may have ended whatever login there was.
    answer = requests.post(f"{URL}/api/v3/signin", json=call["signin"], timeout=60).json()
    return {"authorization": f"Bearer {answer.get('data', {}).get('access_token', 'none')}"}


def _plant(node: Any, there: dict[str, Any]) -> None:
    """Puts what is there in the place of what was made up."""
    if isinstance(node, list):
        for each in node:
            _plant(each, there)
    if isinstance(node, dict):
        for name, value in node.items():
            if name in there and type(value) is type(there[name]):
                node[name] = there[name]
            else:
                _plant(value, there)


def _renewed(node: Any, turn: int) -> Any:
    """Nothing that only one may have twice."""
    if isinstance(node, list):
        return [_renewed(each, turn) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        name: f"{value}{turn}" if name in TAKEN and isinstance(value, str) else _renewed(value, turn)
        for name, value in node.items()
    }


def _parameters(made_up: Any, call: dict[str, Any], verb: str, turn: int) -> Any:
    """In turn: a good request, with one of the made-up members from the second time on; what was made up, about
    what is there; and twice what was made up, as it is."""
    good = call["body"]
    if verb.startswith(("create-", "signup", "link-")):
        good = _renewed(good, turn)
    if turn % 4 == 0:
        others = sorted(set(made_up) - set(good)) if isinstance(made_up, dict) else []
        one = others[turn // 4 % len(others)] if turn and others else None
        return {**good, **({one: made_up[one]} if one else {})}
    if turn % 4 == 2:
        _plant(made_up, good)
    return made_up


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict) -> None:
    """Who calls is known, but for one call in eight; half of the calls are of what is there."""
    headers = dict(case.headers or {})
    # Made-up pools are refused before anything else is looked at.
    headers.pop("x-genauth-userpool-id", None)
    label = case.operation.label
    turn, call = _TURNS[label], CALLS.get(label)
    _TURNS[label] += 1
    if call is not None:
        if turn % 8 != 7:
            headers |= _authorization(call)
        verb = case.operation.path.rsplit("/", 1)[-1]
        if case.operation.method.upper() == "GET":
            case.query = _parameters(case.query, call, verb, turn)
        else:
            case.body = _parameters(case.body, call, verb, turn)
    case.headers = headers


_ANSWERS: dict[str, Counter[int]] = {}


@schemathesis.hook
def after_call(context: schemathesis.HookContext, case: schemathesis.Case, response: schemathesis.Response) -> None:
    """Counts what was answered: a suite that is refused everywhere would find nothing."""
    code = response.status_code
    if code == 200 and case.operation.path.startswith("/api/v3/"):
        code = response.json()["statusCode"]
    if case.method.upper() == case.operation.method.upper():
        _ANSWERS.setdefault(case.operation.label, Counter())[code] += 1


@atexit.register
def _tell() -> None:
    Path(WORLD["answers"]).write_text(json.dumps(_ANSWERS), encoding="utf-8")


@schemathesis.check
def no_fault_in_the_envelope(context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case) -> None:
    """A V3 call fails with HTTP 200: what a 5xx is for others is a `statusCode` here. 501 is what is not built."""
    if not case.path.startswith("/api/v3/") or response.status_code != 200:
        return
    code = response.json()["statusCode"]
    assert not 500 <= code < 600 or code == 501, f"{case.method} {case.path}: {response.text[:500]}"

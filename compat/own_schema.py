"""Our own document of the API, as a judge of answers.

It is read more strictly than it is published: in an answer, a member that the
document does not name is a fault of the document, while clients must bear members
of servers to come.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT = Path(__file__).parent.parent / "docs" / "openapi.json"
SCHEMAS = "#/components/schemas/"


def _each_reference(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for each in node for found in _each_reference(each)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [found for each in node.values() for found in _each_reference(each)]


def _close(node: Any, is_whole: bool = True) -> None:
    """No other members than those that are named, all the way down. Where an object is said in parts, as a key
    with its numbers, the whole is closed and not each part."""
    if isinstance(node, list):
        for each in node:
            _close(each, is_whole)
    if not isinstance(node, dict):
        return
    is_object = isinstance(node.get("properties"), dict)
    for name, each in node.items():
        _close(each, is_whole and not (is_object and name in ("oneOf", "anyOf", "allOf")))
    if is_object and is_whole and "additionalProperties" not in node:
        node["unevaluatedProperties"] = False


@cache
def document() -> dict:
    return json.loads(DOCUMENT.read_text(encoding="utf-8"))


@cache
def strict_document() -> dict:
    """The document with its answers closed. Schemas that requests use too stay as they are for
    these, and answers have a copy."""
    strict = copy.deepcopy(document())
    schemas = strict["components"]["schemas"]
    operations = [operation for methods in strict["paths"].values() for operation in methods.values()]
    answers = [operation["responses"] for operation in operations]
    named: set[str] = set()
    waiting = _each_reference(answers)
    while waiting:
        name = waiting.pop().removeprefix(SCHEMAS)
        if name in schemas and name not in named:
            named.add(name)
            waiting += _each_reference(schemas[name])
    for name in named:
        closed = copy.deepcopy(schemas[name])
        _close(closed)
        schemas[f"{name}Closed"] = closed
    for node in [*answers, *(schemas[f"{name}Closed"] for name in named)]:
        _rename(node, named)
    for responses in answers:
        _close(responses)
    return strict


def _rename(node: Any, named: set[str]) -> None:
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _rename(each, named)
    if isinstance(node, dict) and str(node.get("$ref", "")).removeprefix(SCHEMAS) in named:
        node["$ref"] += "Closed"


@cache
def _validator(method: str, path: str) -> Draft202012Validator | None:
    operation = strict_document()["paths"].get(path, {}).get(method.lower())
    if operation is None:
        return None
    resource = Resource(contents=strict_document(), specification=DRAFT202012)
    pointer = "/".join(
        part.replace("~", "~0").replace("/", "~1")
        for part in ("", "paths", path, method.lower(), "responses", "200", "content", "application/json", "schema")
    )
    return Draft202012Validator({"$ref": f"urn:ours#{pointer}"}, registry=Registry().with_resource("urn:ours", resource))


def check_answer(method: str, path: str, http_status: int, body: object) -> None:
    """Fails unless the document says that the call may be answered so."""
    validator = _validator("GET" if method == "HEAD" else method, path)
    # 404 and 405 are of no operation.
    if validator is None or http_status != 200:
        return
    complaints = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]
    complaints += [
        f"{inner.json_path}: {inner.message}" for error in validator.iter_errors(body) for inner in error.context or ()
    ]
    assert not complaints, f"docs/openapi.json, {method} {path}: {complaints}\n{body}"

"""The request signature, written from its description and from nothing of ours.

    Authorization: authing <accessKeyId>:<base64(HMAC-SHA1(secret, text))>

where the text is the method, the signed headers in name order, the path, and
the parameters in key order.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from email.utils import formatdate
from typing import Any


def signed_headers(family: str = "authing", **changes: str) -> dict[str, str]:
    """Headers of a request to sign. `changes` replace or, if empty, remove
    `nonce`, `method`, `version` or `date`."""
    headers = {
        f"x-{family}-signature-nonce": secrets.token_hex(16),
        f"x-{family}-signature-method": "HMAC-SHA1",
        f"x-{family}-signature-version": "1.0",
        "date": formatdate(usegmt=True),
    }
    for name, value in changes.items():
        key = name if name == "date" else f"x-{family}-signature-{name}"
        headers[key] = value
    return {name: value for name, value in headers.items() if value}


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def string_to_sign(method: str, path: str, headers: dict[str, str], parameters: dict[str, Any]) -> str:
    names = sorted(name for name in headers if name == "date" or name.startswith(("x-authing-", "x-genauth-")))
    lines = [method, *(f"{name}:{headers[name].strip()}" for name in names)]
    query = "&".join(f"{key}={_value(parameters[key])}" for key in sorted(parameters))
    return "\n".join([*lines, f"{path}?{query}" if query else path])


def authorization(key_id: str, secret: str, text: str, scheme: str = "authing") -> str:
    digest = hmac.new(secret.encode(), text.encode(), "sha1").digest()
    return f"{scheme} {key_id}:{base64.b64encode(digest).decode()}"

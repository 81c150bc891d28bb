"""The published Python clients, as they come from PyPI."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from rollcall_server import AccessKey
from world import Application

NAMES = ("genauth", "authing")


@dataclass(frozen=True)
class Sdk:
    """One package against one server."""

    module: ModuleType
    url: str

    def management(self, key: AccessKey, lang: str | None = None) -> Any:
        return self.module.ManagementClient(
            access_key_id=key.id, access_key_secret=key.secret, host=self.url, lang=lang
        )

    def authentication(self, application: Application, method: str | None = None, **options: Any) -> Any:
        """`method` is how the client authenticates at every endpoint; `None`
        leaves it to the SDK, which then posts the secret."""
        methods = {}
        if method is not None:
            endpoints = ("token", "introspection", "revocation")
            methods = {f"{endpoint}_endpoint_auth_method": method for endpoint in endpoints}
        return self.module.AuthenticationClient(
            app_id=application.id,
            app_host=self.url,
            app_secret=None if method == "none" else application.secret,
            **methods,
            **options,
        )


def load(name: str, url: str) -> Sdk:
    return Sdk(importlib.import_module(name), url)

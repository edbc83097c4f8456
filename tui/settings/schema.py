"""The JSON schema of the settings file: what each setting is for, its values and its default.

Editors that know JSON schemas complete and check the file by it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tui.settings.settings import Settings


def make_schema() -> dict[str, Any]:
    """The schema, in the dialect of 2020-12."""
    _, components = msgspec.json.schema_components((Settings,))
    properties = components["Settings"]["properties"]
    for value in properties.values():
        if "anyOf" in value:
            # TOML has no null: what is left out has its default.
            del value["default"]
            [kind] = [kind for kind in value.pop("anyOf") if kind != {"type": "null"}]
            value |= kind
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of Quoteback",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }

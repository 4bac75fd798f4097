"""The package's build hook: builds the editor's script before the wheel is packed, and puts it in.

See `cms/editor/build_assets.py`, which does the work and needs nothing but the standard library.
"""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildEditor(BuildHookInterface):  # type: ignore[type-arg]
    """Runs for wheels, editable ones included; a source archive carries the sources only."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        runpy.run_path(str(Path(self.root, "cms/editor/build_assets.py")))["build"]()
        build_data["artifacts"].append("cms/editor/static/built/*")

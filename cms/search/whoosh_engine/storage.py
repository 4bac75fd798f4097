"""Where Whoosh keeps its files, as it is, but for one thing: files that are written know how far they are.

Whoosh asks each of them for that some times a word, and the operating system takes a microsecond to answer:
a sixth of the time that indexing took.
"""

from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage


class Storage(FileStorage):  # type: ignore[misc] # Whoosh ships no types
    """A folder of index files."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(str(path), supports_mmap=False)

    def create_file(self, name: str, **options: Any) -> Any:
        """A new file to write, as Whoosh makes it."""
        file = super().create_file(name, **options)
        file.file = _Written(file.file)
        return file

    def temp_storage(self, name: str | None = None) -> "Storage":
        """A folder in this one for files that are put together later."""
        return Storage(super().temp_storage(name).folder)


class _Written:
    """A file opened to be written, with its own count of where it stands."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._at = 0

    def write(self, data: Any) -> int:
        self._file.write(data)
        size = len(data) if isinstance(data, bytes) else memoryview(data).nbytes
        self._at += size
        return size

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = int(self._file.seek(offset, whence))
        return self._at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

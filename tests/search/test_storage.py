"""Files of the index as they are written: Whoosh's own, that know how far they are."""

import os
from array import array
from pathlib import Path
from random import Random

from whoosh.fields import TEXT, Schema
from whoosh.filedb.filestore import FileStorage

from cms.search.whoosh_engine.storage import Storage


def test_a_written_file_knows_where_the_system_says_it_is(tmp_path: Path) -> None:
    file = Storage(tmp_path).create_file("numbers")
    chance = Random(7)
    for _ in range(200):
        step = chance.randrange(5)
        if step == 0:
            file.file.write(bytes(chance.randrange(9_000)))
        elif step == 1:
            file.file.write(array("I", range(chance.randrange(50))))
        elif step == 2:
            file.file.write(memoryview(array("H", range(50))))
        elif step == 3:
            file.file.seek(chance.randrange(100))
        else:
            file.file.seek(0, os.SEEK_END)
        assert file.file.tell() == file.file._file.tell()
    file.close()
    assert file.file.closed


def test_what_it_writes_is_to_the_byte_what_whoosh_writes(tmp_path: Path) -> None:
    written: list[dict[str, bytes]] = []
    for kind, storage in (("ours", Storage), ("whooshs", FileStorage)):
        folder = tmp_path / kind
        folder.mkdir()
        file = storage(str(folder)).create_file("packed")
        for number in range(300):
            file.write_uint(number)
            file.write_varint(number * number)
            file.write_string(b"heel" * (number % 7))
        file.write_array(array("q", range(99)))
        file.close()
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert written[0] == written[1]


def test_whoosh_reads_back_an_index_written_through_it(tmp_path: Path) -> None:
    index = Storage(tmp_path).create_index(Schema(text=TEXT(stored=True)))
    for texts in (["heel pain", "toe yoga"], ["heel raise"]):
        with index.writer() as writer:
            for text in texts:
                writer.add_document(text=text)
            writer.mergetype = lambda _writer, segments: segments
    with FileStorage(str(tmp_path), supports_mmap=False).open_index().reader() as reader:
        assert reader.doc_count() == 3
        assert [reader.frequency("text", word) for word in ("heel", "toe", "shin")] == [2, 1, 0]


def test_the_folder_for_parts_is_of_the_same_kind(tmp_path: Path) -> None:
    parts = Storage(tmp_path).temp_storage()
    assert isinstance(parts, Storage)
    assert Path(parts.folder).parent == tmp_path

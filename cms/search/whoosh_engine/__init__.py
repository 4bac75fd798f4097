"""The embedded engine: Whoosh keeps the postings, NumPy reads them. The only room that imports Whoosh."""

from cms.search.whoosh_engine.engine import WhooshEngine

__all__ = ["WhooshEngine"]

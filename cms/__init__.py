"""Midstance: a headless blog service with search."""

__version__ = "0.1.0"

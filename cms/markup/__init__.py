"""Pure rules over text and HTML: no Flask, no database, no search engine."""

"""The editor: its pages, its JSON, its text."""

"""Commands that move content: between folders and the database, into backups and back. `cms/cli.py` lists them."""

from cms.commands.content import export_command, import_command

__all__ = ["export_command", "import_command"]

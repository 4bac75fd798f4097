"""Commands that move content: between folders and the database, into backups and back. `cms/cli.py` lists them."""

from cms.commands.content import export_command, import_command
from cms.commands.keeping import backup_command, check_command, restore_command

ALL = (import_command, export_command, backup_command, restore_command, check_command)

__all__ = ["ALL"]

"""Commands: the service and its editors, content in and out, backups. `cms/cli.py` lists them."""

from cms.commands.content import export_command, import_command
from cms.commands.keeping import backup_command, check_command, restore_command
from cms.commands.service import (
    add_editor_command,
    catch_up_command,
    init_command,
    rebuild_index_command,
    sign_in_link_command,
)

ALL = (
    init_command,
    add_editor_command,
    sign_in_link_command,
    import_command,
    export_command,
    catch_up_command,
    rebuild_index_command,
    backup_command,
    restore_command,
    check_command,
)

__all__ = ["ALL"]

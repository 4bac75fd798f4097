"""The author's folder and the database: import and export, without loss. The format is in docs/content.md."""

from cms.library.exporting import Exported, export_folder
from cms.library.importing import Imported, import_folder
from cms.library.problems import Problem

__all__ = ["Exported", "Imported", "Problem", "export_folder", "import_folder"]

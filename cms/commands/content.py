"""`cms import` and `cms export`."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from cms import library
from cms.db import reading, writing
from cms.instance import prepare


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Bring back what the files say, also where posts were changed here since.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@with_appcontext
def import_command(path: Path, force: bool, dry_run: bool) -> None:
    """Import the folder PATH: posts, pictures and what stands beside them.

    Safe while the service runs. Good files are imported; each bad one is named with its line and the cure,
    and left out whole. Ends with status 1 if any was bad.
    """
    prepare(current_app._get_current_object())  # type: ignore[attr-defined] # werkzeug's proxy has it
    imported = library.import_folder(writing(), path, dry_run=dry_run, force=force)
    would = "Would import" if dry_run else "Imported"
    click.echo(
        f"{would} {imported.posts_new} new and {imported.posts_changed} changed posts "
        f"({imported.posts_same} were the same), {imported.pictures} pictures."
    )
    if imported.kept_here:
        click.echo(
            f"{imported.kept_here} of them were changed here since their files came, and were left so. "
            "Export shows the difference; import --force brings the files back.",
            err=True,
        )
    for note in imported.notes:
        click.echo(f"Note: {note}", err=True)
    for problem in imported.problems:
        click.echo(str(problem), err=True)
    if imported.problems:
        count = len({problem.file for problem in imported.problems})
        click.echo(
            f"{count} file{'s were' if count > 1 else ' was'} not imported. Mend them and import again.", err=True
        )
        sys.exit(1)


@click.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--prune", is_flag=True, help="Remove the files of posts that are in the bin or were published since.")
@with_appcontext
def export_command(path: Path, prune: bool) -> None:
    """Export all content into the folder PATH, as files that `cms import` reads.

    Safe while the service runs. Files that say the same already are not touched, files of others are left
    alone. Ends with status 1 if something could not be written.
    """
    prepare(current_app._get_current_object())  # type: ignore[attr-defined] # werkzeug's proxy has it
    exported = library.export_folder(reading(), path, prune=prune)
    click.echo(f"Wrote {exported.written} files to {path}; {exported.same} were up to date.")
    for file in exported.stale:
        said = "Removed" if prune else "Left (--prune removes it)"
        click.echo(f"{said}: {file} belongs to a post in the bin, or to a draft published since.", err=True)
    for problem in exported.problems:
        click.echo(str(problem), err=True)
    if exported.problems:
        sys.exit(1)

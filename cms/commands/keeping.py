"""`cms backup`, `cms restore` and `cms check`."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from cms.commands import checking, restoring, saving
from cms.db import reading, writing
from cms.posts import settings


@click.command("backup")
@click.argument("path", type=click.Path(path_type=Path))
@with_appcontext
def backup_command(path: Path) -> None:
    """Save everything into the file PATH (or into the folder PATH, under a name with the date).

    Safe while the service runs. The file holds all texts and the hashes of passwords: keep it as safe as the
    service itself. Ends with status 1 if a picture's file was missing.
    """
    made = saving.make_backup(settings(), path)
    click.echo(f"Saved the database and {made.pictures} files ({made.bytes / 1e6:.1f} MB) to {made.path}")
    for file in made.missing:
        click.echo(f"Missing: media/{file}. Run: cms check", err=True)
    if made.missing:
        sys.exit(1)


@click.command("restore")
@click.argument("path", type=click.Path(path_type=Path))
@with_appcontext
def restore_command(path: Path) -> None:
    """Bring back what `cms backup` saved in PATH (a file, or a folder: then the newest in it).

    The backup is verified first. What is there now is set aside in the instance folder, nothing is destroyed.
    Everybody has to sign in again. The search index is made anew.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # werkzeug's proxy has it
    restored = restoring.restore_backup(app, settings(), path)
    click.echo(f"Restored {restored.backup}: {restored.posts} public posts, {restored.pictures} picture files.")
    if restored.set_aside:
        click.echo(f"What was there before is kept in {restored.set_aside}")


@click.command("check")
@click.option("--mend", is_flag=True, help="Render posts anew that differ, and make the index anew if it differs.")
@with_appcontext
def check_command(mend: bool) -> None:
    """Check that database, pictures, posts and search index are whole and agree. Ends with status 1 if not."""
    if mend:
        click.echo(f"Rendered {checking.mend(writing())} posts anew.")
    found = list(checking.findings(reading(), settings()))
    for finding in found:
        click.echo(str(finding), err=True)
    if any(finding.serious for finding in found):
        sys.exit(1)
    click.echo("All is well.")

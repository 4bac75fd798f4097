"""Commands that make an instance and its editors, and keep its search index."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from cms import auth, search, served
from cms.db import writing
from cms.errors import BadInput
from cms.first_run import first_run, set_up_link
from cms.instance import prepare
from cms.posts import current_site, settings
from cms.search.meaning.following import read_new

DAY = 86_400.0
"""Seconds that a command waits at most for a worker that is reading posts for their meaning."""


@click.command("init")
@with_appcontext
def init_command() -> None:
    """Make or update the instance: database, starter content, a link for the first editor.

    Safe to run again: what is there stays.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined] # how Flask names the real application
    prepare(app)
    if report := first_run(app):
        click.echo(report)
    if link := set_up_link(app):
        click.echo(f"Make your account (this link works once, for 24 hours):\n  {link}")
    click.echo(f"Ready: {settings().instance}")


@click.command("add-editor")
@click.argument("email")
@click.option("--name", default="", help="The editor's name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_appcontext
def add_editor_command(email: str, name: str, password_stdin: bool) -> None:
    """Add an editor. Without --password-stdin, prints a one-time link to choose a password with."""
    session = writing()
    password = _read_password() if password_stdin else None
    site_name = current_site(session).site_name
    editor = auth.make_editor(session, email, name=name, password=password, site_name=site_name)
    session.commit()
    click.echo(f"{editor.email} may sign in now.")
    if password is None:
        _print_link(editor)


def _read_password() -> str:
    """All of standard input but its final newline. Raises BadInput if it is no text."""
    try:
        text = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise BadInput("The password is not UTF-8 text. Send it in UTF-8.") from None
    return text.removesuffix("\n").removesuffix("\r")


@click.command("sign-in-link")
@click.argument("email")
@with_appcontext
def sign_in_link_command(email: str) -> None:
    """Print a link that signs an editor in once, to choose a new password."""
    editor = auth.find_editor(writing(), email)
    if editor is None:
        raise click.ClickException(f"Nobody signs in as {email}. Add them with: cms add-editor {email}")
    _print_link(editor)


def _print_link(editor: auth.Editor) -> None:
    token = auth.make_link(writing(), "sign_in", editor)
    address = served.link(settings(), f"/editor/sign-in-link/{token}")
    click.echo(f"This link signs in once, within 24 hours:\n  {address}")


@click.command("catch-up")
@with_appcontext
def catch_up_command() -> None:
    """Let the search index and related articles follow what has changed."""
    search.catch_up()
    read_new(wait=DAY)
    click.echo("Search is up to date.")


@click.command("rebuild-index")
@with_appcontext
def rebuild_index_command() -> None:
    """Make the search index anew, beside the old one, and switch to it. Search goes on meanwhile."""
    count = search.rebuild()
    read_new(wait=DAY)
    click.echo(f"Indexed {count} posts.")

"""`flask --app wsgi cms …`: what the person who keeps the machine can do. `--help` lists it."""

import sys
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from cms import auth, search
from cms.commands import ALL
from cms.db import writing
from cms.embed.check import check_embed
from cms.errors import BadInput, CmsError
from cms.first_run import first_run, set_up_link
from cms.instance import prepare
from cms.posts import settings
from cms.static_site import publish_static


class Commands(AppGroup):
    """A group whose commands answer our own errors with one sentence and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CmsError as error:
            raise click.ClickException(error.detail) from error


cms = Commands("cms", help="Keep a Midstance service: editors, content, index, backups.")
for command in (*ALL, publish_static, check_embed):
    cms.add_command(command)


def init_cli(app: Flask) -> None:
    """Put the commands on the application."""
    app.cli.add_command(cms)


@cms.command()
def init() -> None:
    """Make or update the instance: database, starter content, a link for the first editor.

    Safe to run again: what is there stays.
    """
    from flask import current_app

    app = current_app._get_current_object()  # type: ignore[attr-defined] # how Flask names the real application
    prepare(app)
    if report := first_run(app):
        click.echo(report)
    if link := set_up_link(app):
        click.echo(f"Make your account (this link works once, for 24 hours):\n  {link}")
    click.echo(f"Ready: {settings().instance}")


@cms.command("add-editor")
@click.argument("email")
@click.option("--name", default="", help="The editor's name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_editor(email: str, name: str, password_stdin: bool) -> None:
    """Add an editor. Without --password-stdin, prints a one-time link to choose a password with."""
    session = writing()
    password = _read_password() if password_stdin else None
    editor = auth.make_editor(session, email, name=name, password=password)
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


@cms.command("sign-in-link")
@click.argument("email")
def sign_in_link(email: str) -> None:
    """Print a link that signs an editor in once, to choose a new password."""
    editor = auth.find_editor(writing(), email)
    if editor is None:
        raise click.ClickException(f"Nobody signs in as {email}. Add them with: cms add-editor {email}")
    _print_link(editor)


def _print_link(editor: auth.Editor) -> None:
    token = auth.make_link(writing(), "sign_in", editor)
    address = settings().public(f"/editor/sign-in-link/{token}")
    click.echo(f"This link signs in once, within 24 hours:\n  {address}")


@cms.command("catch-up")
def catch_up() -> None:
    """Let the search index and related articles follow what has changed."""
    search.catch_up()
    click.echo("Search is up to date.")


@cms.command("rebuild-index")
def rebuild_index() -> None:
    """Make the search index anew, beside the old one, and switch to it. Search goes on meanwhile."""
    count = search.rebuild()
    click.echo(f"Indexed {count} posts.")

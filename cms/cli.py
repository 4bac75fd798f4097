"""`flask --app wsgi cms …`: what the person who keeps the machine can do. `--help` lists it."""

from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from cms.errors import CmsError


class Commands(AppGroup):
    """A group whose commands answer our own errors with one sentence and exit status 1.

    They are loaded when somebody asks for one: a worker that serves readers never does.
    """

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CmsError as error:
            raise click.ClickException(error.detail) from error
        except OperationalError as error:
            if "unable to open" in str(error.orig):
                raise click.ClickException(
                    "The database cannot be opened. Check DATABASE_URL and CMS_INSTANCE."
                ) from error
            if "no such table" not in str(error.orig):
                raise
            cure = "There is no blog in this instance yet. Name another by CMS_INSTANCE, or run `cms init` first."
            raise click.ClickException(cure) from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        if not self.commands:
            from cms.commands import ALL
            from cms.embed.check import check_embed
            from cms.static_site import publish_static

            for command in (*ALL, publish_static, check_embed):
                self.add_command(command)


cms = Commands("cms", help="Keep a Midstance service: editors, content, index, backups.")


def init_cli(app: Flask) -> None:
    """Put the commands on the application."""
    app.cli.add_command(cms)

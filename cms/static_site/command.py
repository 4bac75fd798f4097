"""The command itself."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from cms.errors import BadInput
from cms.posts import settings
from cms.static_site.publishing import publish


@click.command("publish-static")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--address", help="Where the files will be served, such as https://cdn.example.com. Default: PUBLIC_URL.")
@with_appcontext
def publish_static(out: Path, address: str | None) -> None:
    """Write the public side as files into the folder OUT, for a CDN or any static host.

    Run it again after each change: only what changed is made anew, what was withdrawn is removed.
    """
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined] # how Flask names the real application
    if address:
        if not address.startswith(("https://", "http://")):
            raise BadInput(f"{address!r} is no web address; write one such as https://cdn.example.com.")
        site = replace(settings(), public_url=address.rstrip("/"))
        app.extensions["midstance"].settings = site
    elif "public_url" not in settings().given:
        click.echo(
            f"The files name {settings().public_url}, which nobody else can reach. "
            "For the internet give --address, or set PUBLIC_URL.",
            err=True,
        )
    report = publish(app, out)
    click.echo(f"{report.files} files in {out}: {len(report.written)} written, {len(report.removed)} removed.")
    if report.next_due:
        click.echo(f"The next scheduled post is due at {report.next_due:%Y-%m-%dT%H:%M:%SZ}: publish again then.")

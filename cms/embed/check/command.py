"""The command itself: fetch, read, judge, print."""

import sys
import urllib.error
import urllib.request

import click

from cms.embed.check.page import Page, read_page
from cms.embed.check.verdict import judge

MOST_BYTES = 5_000_000
SECONDS = 20
WHO = "Mozilla/5.0 (compatible; Midstance check-embed)"


@click.command("check-embed")
@click.argument("url")
def check_embed(url: str) -> None:
    """Fetch the page URL without JavaScript and say what search engines find of the embeds on it.

    Ends with status 1 if something is missing; each line says how to mend it.
    """
    page = fetch(url)
    if page.scripts:
        page.fault = fault(page.scripts[0])
    findings = judge(page)
    for finding in findings:
        mark = "MISSING" if not finding.good else "note   " if finding.cure else "ok     "
        click.echo(f"{mark}  {finding.about}: {finding.says}")
        if finding.cure:
            click.echo(f"         {finding.cure}")
    if not all(finding.good for finding in findings):
        sys.exit(1)


def fault(script: str) -> str:
    """What is wrong with the script's address, in words; empty where it answers with a script."""
    request = urllib.request.Request(script, headers={"User-Agent": WHO})  # noqa: S310 - checked below
    if not script.lower().startswith(("https://", "http://")):
        return "is no web address"
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - checked above
            kind = answer.headers.get_content_type()
    except urllib.error.HTTPError as error:
        error.close()
        return f"answers {error.code}"
    except OSError as error:
        return f"does not answer: {getattr(error, 'reason', error)}"
    return "" if "javascript" in kind else f"is no script, but {kind}"


def fetch(url: str) -> Page:
    """The page as it comes. Raises ClickException that says what went wrong."""
    if not url.lower().startswith(("https://", "http://")):
        raise click.ClickException(f"{url!r} is no web address; it begins with https:// or http://.")
    request = urllib.request.Request(url, headers={"User-Agent": WHO, "Accept": "text/html"})  # noqa: S310 - http only
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - checked above
            body = answer.read(MOST_BYTES)
            headers = {name.lower(): value for name, value in answer.headers.items()}
            charset = answer.headers.get_content_charset() or "utf-8"
            final = answer.geturl()
    except urllib.error.HTTPError as error:
        error.close()
        raise click.ClickException(f"{url} answers {error.code}. Is it public, and spelled right?") from error
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        raise click.ClickException(f"{url} does not answer: {getattr(error, 'reason', error)}.") from error
    try:
        html = body.decode(charset, errors="replace")
    except LookupError:
        html = body.decode("utf-8", errors="replace")
    return read_page(html, final, headers)

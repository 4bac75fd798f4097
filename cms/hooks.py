"""Every place where a plugin can join in (pluggy), and the loop that calls them.

A plugin is a module or object with functions named as below and marked `@hookimpl`. `PLUGINS` names the
ones to load: a bundled one by its file name in `cms/plugins/`, another by its entry point in the group
`midstance.plugins`. `docs/hooks.md` shows one in 20 lines.

A plugin that fails is logged and passed over: it never stops a publish, a page or another plugin.
"""

import importlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points
from typing import Any, cast

import pluggy
from flask import Blueprint

from cms.config import BUNDLED_PLUGINS, Settings
from cms.errors import BadInput

log = logging.getLogger(__name__)

hookspec = pluggy.HookspecMarker("midstance")
hookimpl = pluggy.HookimplMarker("midstance")


@dataclass(frozen=True, slots=True)
class PostEvent:
    """What plugins are told about a post. `url` is its public address."""

    id: str
    slug: str
    title: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at before publishing; never a gate. `about` names the field: title, body, tags…

    `at` is what in the body it is about, so that the editor can lead there: some words as they stand in the
    text, or a picture's address.
    """

    about: str
    message: str
    at: str = ""


class Hooks:
    """The hook specifications. Arguments are passed by name; a plugin may take fewer of them."""

    @hookspec
    def expand_block(self, kind: str, data: Mapping[str, Any], site: Settings) -> str | None:
        """Return the finished HTML of a block of a kind that you know, or None. Escape every value."""

    @hookspec
    def describe_block(self, kind: str, data: Mapping[str, Any], site: Settings) -> dict[str, Any] | None:
        """Return the block as the JSON API shows it (without kind and id), or None if you don't know it."""

    @hookspec
    def find_references(
        self, blocks: Iterable[Mapping[str, Any]], listed: Iterable[Mapping[str, Any]]
    ) -> list[dict[str, Any]] | None:
        """Return a post's research references, `{"text", "url", "doi"}`, in the order of their numbers."""

    @hookspec
    def check_post(self, title: str, text: str, site: Settings) -> list[Hint] | None:
        """Return hints to show beside the Publish button."""

    @hookspec
    def blueprints(self) -> list[Blueprint] | None:
        """Return Flask blueprints to serve. They must be public and read only, unless they ask for an editor."""

    @hookspec
    def post_published(self, event: PostEvent, site: Settings) -> None:
        """A post has become public: just published, or its scheduled moment has come."""

    @hookspec
    def post_updated(self, event: PostEvent, site: Settings) -> None:
        """What readers see of a public post has changed."""

    @hookspec
    def post_withdrawn(self, event: PostEvent, site: Settings) -> None:
        """A post is no longer public: withdrawn or deleted."""


class Plugins:
    """The loaded plugins of one application."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._manager = pluggy.PluginManager("midstance")
        self._manager.add_hookspecs(Hooks)
        for name in names:
            self.add(_find(name), name)

    def add(self, plugin: object, name: str) -> None:
        """Register one plugin. Raises BadInput if it has a hook that does not exist, so that a misspelt
        name fails at the start and not silently."""
        try:
            self._manager.register(plugin, name)
            self._manager.check_pending()
        except pluggy.PluginValidationError as error:
            raise BadInput(f"The plugin {name!r} cannot be loaded: {error}") from error

    def names(self) -> list[str]:
        return [name for name, _ in self._manager.list_name_plugin()]

    def answers(self, hook: str, **arguments: Any) -> Iterator[Any]:
        """Each plugin's answer that is not None, in the order in which PLUGINS names them."""
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            wanted = {name: arguments[name] for name in implementation.argnames}
            try:
                answer = implementation.function(**wanted)
            except Exception:
                log.exception("The plugin %s failed in %s", implementation.plugin_name, hook)
                continue
            if answer is not None:
                yield answer

    def first(self, hook: str, **arguments: Any) -> Any:
        """The first answer that is not None, or None."""
        return next(self.answers(hook, **arguments), None)

    def announce(self, hook: str, **arguments: Any) -> None:
        """Tell every plugin; nobody's answer counts."""
        for _ in self.answers(hook, **arguments):
            pass


def _find(name: str) -> object:
    if name in BUNDLED_PLUGINS:
        return importlib.import_module(f"cms.plugins.{name}")
    for point in entry_points(group="midstance.plugins"):
        if point.name == name:
            return cast(object, point.load())
    raise BadInput(
        f"PLUGINS names {name!r}, which is not installed. Bundled are: {', '.join(BUNDLED_PLUGINS)}. "
        "Install the package that brings it, or take the name out."
    )

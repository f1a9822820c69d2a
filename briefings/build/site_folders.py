"""The input folders of a site, and the theme that overlays two of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from briefings.content.files import LINK, Unfit

SOURCES = "sources"
TEMPLATES, STATIC = "templates", "static"
_PACKAGE = Path(__file__).parents[1]
#: The example sites for `new site`, with their place in the repository.
EXAMPLES, _SITES = "examples", "tests/sites"
_HINT = "make its templates/ or static/ with the files that differ from ours, or name no theme"


def shipped(name: str) -> Path:
    """Return a folder that comes with the program: TEMPLATES, STATIC or EXAMPLES.

    It is in the package if that was installed from a wheel (see setup.py), else in the repository.
    """
    installed = _PACKAGE / "shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / {EXAMPLES: _SITES}.get(name, name)


@dataclass(frozen=True, slots=True)
class SiteFolders:
    """The input folders of one command.

    Of several folders of templates (or static files), the first that has a file wins. `themed`: the
    theme's folders are among them already; otherwise `in_theme` puts that of `site.yaml` in front.
    `private`: further folders of the command that a theme must not overlap, such as its cache.
    """

    content: Path
    templates: tuple[Path, ...]
    static: tuple[Path, ...]
    themed: bool = field(default=False, kw_only=True)
    private: tuple[Path, ...] = field(default=(), kw_only=True)

    @property
    def own(self) -> tuple[Path, Path, Path]:
        """The folders of content, templates and static files, without a theme."""
        return self.content, self.templates[-1], self.static[-1]

    @property
    def project(self) -> Path:
        """The folder that contains the content folder; relative if it is the current one."""
        project, current = self.content.resolve().parent, Path.cwd()
        return project.relative_to(current) if project.is_relative_to(current) else project

    def in_theme(self, name: str | None) -> Self:
        """Return the same with the theme that `site.yaml` names; a faulty one is left out."""
        if self.themed:
            return self
        if name is None or self.theme_fault(name) is not None:
            return replace(self, themed=True)
        return self.over(self.project / name)

    def over(self, theme: Path) -> Self:
        """Return the same with this theme in front of all folders."""
        return replace(
            self,
            templates=(theme / TEMPLATES, *self.templates),
            static=(theme / STATIC, *self.static),
            themed=True,
        )

    def theme_fault(self, name: str | None) -> Unfit | None:
        """Return why the theme that `site.yaml` names can't be used: message and hint.

        It is part of the content, so it may neither be a link nor be outside the project. None if
        the command has chosen its theme itself.
        """
        if self.themed or name is None:
            return None
        theme = self.project / name
        if any(part.is_symlink() for part in (theme, *theme.parents)[: 1 + name.count("/")]):
            return LINK
        if not theme.is_dir():
            return f"there is no folder `{theme}`", _HINT
        others = (self.content, self.project / SOURCES, *self.private)
        for other in others:
            folders = theme.resolve(), other.resolve()
            if folders[0].is_relative_to(folders[1]) or folders[1].is_relative_to(folders[0]):
                return f"the theme can't be in the folder `{other}`, or around it", _HINT
        return layers_fault(theme)


def layers_fault(theme: Path) -> Unfit | None:
    """Return why this folder can't be a theme: message and hint. None if it can."""
    layers = (theme / TEMPLATES, theme / STATIC)
    if any(layer.is_symlink() for layer in layers):
        return LINK
    if not any(layer.is_dir() for layer in layers):
        return f"the folder `{theme}` has neither templates/ nor static/", _HINT
    return None

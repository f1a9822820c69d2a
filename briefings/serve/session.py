"""Process saves: read the changed files again, check the site, and update the state shown."""

from __future__ import annotations

import gc
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from briefings.build.inputs import SOURCES
from briefings.build.request import Options
from briefings.problems import Problem
from briefings.serve.site_state import SiteState

_RETRIES, _PAUSE = 3, 0.05


class Reporter(Protocol):
    """Receives the messages of the preview; the terminal implements it."""

    def faults(self, problems: Iterable[Problem]) -> None:
        """The content has faults; the last good state, if any, is still shown."""

    def done(self, seconds: float) -> None:
        """A save is shown, `seconds` after it was noticed."""

    def warned(self, text: str) -> None:
        """A warning, such as that folders have to be polled."""

    def crashed(self, text: str) -> None:
        """The generator itself failed; `text` is the traceback."""


@dataclass(frozen=True, slots=True)
class PreviewState:
    """The current state of the preview: pages, faults or both.

    `number`: increases with each new state of the site. `shown`: that state; None if there is none
    yet. `before`: the state shown before it, for pages that `shown` can't render. `problems`: the
    faults to show.
    """

    number: int = 0
    shown: SiteState | None = None
    before: SiteState | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def page(self) -> str:
        """Identifies the state that a page is rendered from; a page with another one reloads."""
        return str(self.number) if self.shown is not None else f"faults {hash(self.problems)}"

    @property
    def states(self) -> list[SiteState]:
        """The states to render a page from, newest first."""
        return [state for state in (self.shown, self.before) if state is not None]


class PreviewSession:
    """Reads and checks the site after each save; `saved` may run in any thread, once at a time.

    `standing` is what is shown; `ring` is called after each change of it.
    """

    def __init__(self, options: Options, teller: Reporter) -> None:
        self.standing = PreviewState()
        self.ring: Callable[[], None] = lambda: None
        self._options = options
        self._teller = teller
        #: The state that was read last, with or without faults.
        self._last: SiteState | None = None

    def open(self) -> None:
        """Read and check the whole site."""
        self._guarded(lambda: self._check(self._read(())))
        # The site stays in memory: the collector need not traverse it again and again.
        gc.collect()
        gc.freeze()
        # On a large site a full collection takes a second in which no request is answered.
        gc.set_threshold(100_000, 50, 1000)

    def saved(self, paths: Collection[Path]) -> None:
        """Process a save of these absolute paths: show the new state, or its faults."""
        started, number = time.monotonic(), self.standing.number
        self._guarded(lambda: self._again(paths))
        if self.standing.number != number:
            self._teller.done(time.monotonic() - started)

    def warn(self, text: str) -> None:
        """Print a warning."""
        self._teller.warned(text)

    @property
    def folders(self) -> list[Path]:
        """The folders to watch: those of the command, and of the theme and sources if there are."""
        state = self._last or self.standing.shown
        options = self._options.in_theme(None if state is None else state.config.theme)
        sources = options.content.resolve().parent / SOURCES
        further = (*options.templates[:-1], *options.static[:-1], sources)
        return [
            *options.own,
            *(folder for folder in further if folder.is_dir() and not folder.is_symlink()),
        ]

    @property
    def prefix(self) -> str:
        """The path of `base_url`, from the last `site.yaml` that could be read."""
        state = self.standing.shown or self._last
        return "" if state is None else state.prefix

    def found(self, problems: Iterable[Problem], shown: SiteState) -> None:
        """Report faults found while a page was rendered, if its state is still shown."""
        if shown is self.standing.shown:
            self._fault(tuple(problems))

    def _again(self, paths: Collection[Path]) -> None:
        if missing := tuple(self._missing()):
            self._fault(missing)
            return
        state = self._read(paths)
        if state is not self._last or self.standing.problems:
            self._check(state)

    def _missing(self) -> Iterator[Problem]:
        for folder in self._options.own:
            if not folder.is_dir():
                hint = "put it back; the preview shows the site as it was until then"
                yield Problem(str(folder), 1, 1, "this folder is missing", hint)

    def _read(self, paths: Collection[Path]) -> SiteState:
        """Read the inputs, or only those that were saved since the last time.

        Retries if a file vanishes between being listed and being read: editors save by renaming.
        """
        options, last = self._options.at_this_moment(), self._last
        for _ in range(_RETRIES):
            with suppress(FileNotFoundError):
                return SiteState.first(options) if last is None else last.after(options, paths)
            time.sleep(_PAUSE)
        return SiteState.first(options)

    def _check(self, state: SiteState) -> None:
        """Show a state if it has no fault; otherwise its faults over the last good state."""
        self._last = state
        if problems := state.faults():
            self._fault(tuple(problems))
        else:
            last = self.standing
            before = last.before if state is last.shown else last.shown
            self._change(PreviewState(last.number + 1, state, before))

    def _fault(self, problems: tuple[Problem, ...]) -> None:
        if problems != self.standing.problems:
            self._teller.faults(problems)
            self._change(replace(self.standing, problems=problems))

    def _change(self, state: PreviewState) -> None:
        self.standing = state
        self.ring()

    def _guarded(self, work: Callable[[], None]) -> None:
        """Run `work`; show an unexpected exception as a fault, so that the preview goes on."""
        try:
            work()
        except Exception as fault:
            self._last = None  # the next save reads everything again
            self._teller.crashed(traceback.format_exc())
            message = f"the generator itself failed: {type(fault).__name__}: {fault}"
            hint = "what happened stands in the terminal; please send it with a report"
            self._fault((Problem(str(self._options.content), 1, 1, message, hint),))

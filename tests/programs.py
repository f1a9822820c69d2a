"""The programs that tests start besides Python: each is found, or else installed.

| program | where it comes from, in this order |
|---|---|
| a browser | the system's Chromium or Chrome; Debian's package; Playwright's own download |
| newsboat, a feed reader | the system's; Debian's package |
| pdftotext, which reads a printed page | the system's; Debian's package `poppler-utils` |

Debian's packages are installed only by root on Debian itself: nobody else's system is touched.
`make test` runs this before the tests, because two workers of pytest-xdist cannot install at the
same time. It never fails: tests whose program is missing are skipped and say so, and fail in CI.
"""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import sys
from pathlib import Path

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: Seconds that one step of an installation may take.
_PATIENCE = 600


def stoppable() -> None:
    """For `preexec_fn`: Ctrl-C stops the program, even where the tests themselves were started
    behind a shell's back (`&`, `nohup`), which makes all that they start deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def system_browser() -> str | None:
    """The path of the system's Chromium or Chrome."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def playwrights_browser() -> str | None:
    """The path of the Chromium that Playwright downloaded, if it has."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def may_use_apt() -> bool:
    """Whether apt can be used: only on Debian, as Ubuntu's chromium package installs a snap."""
    try:
        system = platform.freedesktop_os_release().get("ID")
    except OSError:
        return False
    return is_root() and system == "debian" and shutil.which("apt-get") is not None


def missing() -> list[str]:
    """Return the Debian packages of the programs that the system lacks."""
    programs = {
        "chromium": system_browser(),
        "newsboat": shutil.which("newsboat"),
        "poppler-utils": shutil.which("pdftotext"),
    }
    return [package for package, path in programs.items() if path is None]


def run(*command: str) -> bool:
    """Return whether a command succeeded; if not, print the last line of its output."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=_PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        tell(f"{' '.join(command)}: not done after {_PATIENCE} s")
        return False
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines()
        tell(f"{' '.join(command)}: {words[-1] if words else done.returncode}")
    return done.returncode == 0


def tell(what: str) -> None:
    sys.stderr.write(f"{what}\n")


def install() -> None:
    """Install what is missing, and say what could not be."""
    packages = missing()
    if packages and may_use_apt():
        tell(f"Installing {' and '.join(packages)} for the tests; once, takes a minute ...")
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)
    if not (system_browser() or playwrights_browser()):
        tell("Downloading a browser for the tests; once, takes a minute ...")
        run(sys.executable, "-m", "playwright", "install", "chromium")
    if not (system_browser() or playwrights_browser()):
        tell("No browser: the tests in tests/browser/ are skipped. Install Chromium to run them.")
    if shutil.which("newsboat") is None:
        tell("No newsboat: the tests with that feed reader are skipped. Install it to run them.")
    if shutil.which("pdftotext") is None:
        tell("No pdftotext: the tests of printed pages are skipped. Install it to run them.")


if __name__ == "__main__":
    install()

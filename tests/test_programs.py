"""`tests.programs` finds the programs that tests need, and installs them only as root on Debian."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import programs

_PACKAGES = ("chromium", "newsboat", "pdftotext")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are looked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put(folder: Path, name: str, script: str = "") -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def put_apt(folder: Path) -> Path:
    """An apt-get that writes down what it is asked for, and puts copies of itself for programs."""
    log = folder / "asked"
    copies = "; ".join(f"/bin/cp {folder}/apt-get {folder}/{name}" for name in _PACKAGES)
    put(folder, "apt-get", f'echo "$@" >> {log}; [ "$1" = update ] || {{ {copies}; }}')
    return log


def as_root_on(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": system})


def test_installed_programs_are_not_installed_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_root_on("debian", monkeypatch)
    log = put_apt(path)
    for program in ("google-chrome", "newsboat", "pdftotext"):
        put(path, program)
    programs.install()
    assert programs.system_browser() == str(path / "google-chrome")
    assert not log.exists()


def test_root_on_debian_gets_what_is_missing_from_apt(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_root_on("debian", monkeypatch)
    log = put_apt(path)
    programs.install()
    update, install = log.read_text().splitlines()
    assert update == "update -qq"
    assert install.endswith("chromium newsboat poppler-utils")
    assert programs.missing() == []


def test_apt_is_used_only_as_root_on_debian(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_apt(path)
    as_root_on("debian", monkeypatch)
    assert programs.may_use_apt()
    as_root_on("ubuntu", monkeypatch)
    assert not programs.may_use_apt()
    as_root_on("debian", monkeypatch)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert not programs.may_use_apt()

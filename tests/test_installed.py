"""If libraries are missing, the message names the Python to use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from briefings import installed
from tests.support.on_disk import ROOT, Ran, briefing, write_site


def run(folder: Path, *libraries: Path) -> Ran:
    """`build.py check` with no libraries but these: what `python3` is outside `.venv`."""
    path = os.pathsep.join(map(str, libraries))
    done = subprocess.run(
        [sys.executable, "-S", str(ROOT / "build.py"), "check"], cwd=folder, check=False,
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def test_outside_the_environment_it_says_what_to_run(tmp_path: Path) -> None:
    write_site(tmp_path, {"one": ""})
    ran = run(tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "click is missing" in ran.err
    assert "Run `make site`" in ran.err
    assert ".venv/bin/python build.py" in ran.err
    assert "Traceback" not in ran.err


def test_with_some_of_the_libraries_it_says_the_same_and_asks_for_no_report(tmp_path: Path) -> None:
    """The command line starts, as click is there; what is missing shows only later."""
    write_site(tmp_path, {"one": briefing("one")})
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    packages = Path(click.__file__).parents[1]
    for path in (packages / "click", *packages.glob("click-*.dist-info")):
        (libraries / path.name).symlink_to(path)
    ran = run(tmp_path, libraries)
    assert ran.status == 2
    assert "feedgen is missing" in ran.err
    assert "Run `make site`" in ran.err
    assert "report" not in ran.err
    assert not (tmp_path / ".cache" / "crash.txt").exists()


def test_a_library_older_than_the_floor_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert installed.missing() == []
    versions = {"click": "8.1.7"}
    monkeypatch.setattr("importlib.metadata.version", lambda name: versions.get(name, "9999"))
    assert installed.missing() == ["click 8.1.7 is too old"]


def test_on_windows_it_names_the_subsystem(tmp_path: Path) -> None:
    code = (
        "import sys, runpy; sys.platform = 'win32'\n"
        f"runpy.run_path({str(ROOT / 'build.py')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "wsl --install" in done.stderr


@pytest.mark.parametrize("name", ["python2", "python3.8", "python3.9", "python3.10"])
def test_for_an_older_python_the_message_names_the_version_needed(
    name: str, tmp_path: Path
) -> None:
    """Without any of them, `build.py` gets the version."""
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 18)\n"
        f"runpy.run_path({str(ROOT / 'build.py')!r}, run_name='__main__')"
    )
    version = name.removeprefix("python")
    paths = sorted(Path.home().glob(f".pyenv/versions/{version}*/bin/python"))
    command = [str(paths[0]), str(ROOT / "build.py")] if paths else [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "needs Python 3.11 or newer" in done.stderr
    assert "make site" in done.stderr

"""mutmut in an environment of its own, `.cache/mutants/env`, over the one that runs the tests."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from tests import programs
from tests.mutants.copies import ROOT

FOLDER = ROOT / ".cache" / "mutants"
_ENV = FOLDER / "env"
_LIST = Path(__file__).with_name("requirements.txt")


def ready() -> Path:
    """The program, installed where it is not there yet or another version is asked for."""
    installed = _ENV / "requirements.txt"
    if not installed.is_file() or installed.read_bytes() != _LIST.read_bytes():
        programs.tell("Installing mutmut into .cache/mutants/; once, takes a minute ...")
        venv.create(_ENV, clear=True, with_pip=True)
        python, library = _ENV / "bin" / "python", _library()
        library.joinpath("tests.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
        command = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
        subprocess.run([*command, "--no-deps", "-r", str(_LIST)], check=True)
        installed.write_bytes(_LIST.read_bytes())
    return _ENV / "bin" / "mutmut"


def _library() -> Path:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return _ENV / "lib" / version / "site-packages"

"""The wheel has everything that a site needs besides its content."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from briefings.cli.build import build
from tests.support.on_disk import NOW, ROOT


def listed() -> list[str]:
    """Every file that is, or is about to be, in the repository."""
    names = run("git", "-C", ROOT, "ls-files", "-z", "-c", "-o", "--exclude-standard")
    return [name for name in names.split("\0") if name and (ROOT / name).is_file()]


def run(*words: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `briefings` in an environment with the wheel, and the libraries of this one."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in listed():
        if name.startswith(("briefings/", "static/", "templates/", "tests/sites/")) or (
            name in {"pyproject.toml", "setup.py", "README.md"}
        ):
            (folder / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / "copy" / name)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, folder / "copy")
    shutil.rmtree(folder / "copy")
    venv.create(folder / "env", with_pip=False, symlinks=True)
    python = folder / "env/bin/python"
    (wheel,) = folder.glob("*.whl")
    run(*pip, "--python", python, "install", "--no-deps", "--no-index", wheel)
    libraries = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    Path(libraries, "here.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python.with_name("briefings")


def test_the_package_has_every_file_of_its_folder(program: Path) -> None:
    package = next(program.parents[1].glob("lib/python*/site-packages/briefings"))
    names = [name for name in listed() if name.startswith("briefings/")]
    assert [name for name in names if not (package.parent / name).is_file()] == []


def test_the_installed_program_begins_a_site_and_builds_it(program: Path, tmp_path: Path) -> None:
    for example in ("prisons", "care", "schools"):
        run(program, "new", "site", example, "--example", example, cwd=tmp_path)
    site = tmp_path / "schools"
    assert sorted(path.name for path in site.iterdir()) == [".gitignore", "content"]
    run(program, "build", "--no-search", "--now", NOW, cwd=site)
    page = (site / "output/index.html").read_text("utf-8")
    (style,) = site.glob("output/static/style.*.css")
    assert style.name in page
    assert json.loads((site / "output/data/schema/briefing.json").read_text("utf-8"))


def test_messages_of_the_installed_program_name_its_command(program: Path, tmp_path: Path) -> None:
    run(program, "new", "site", "site", cwd=tmp_path)
    guid = "tag:example.org,2026:page/gone"
    line = f'page,gone,/gone/,"{guid}",2026-01-01T00:00:00+00:00,\n'
    register = f"kind,id,url,guid,first_published,leads_to\n{line}"
    (tmp_path / "site/content/register.csv").write_text(register, encoding="utf-8")
    done = subprocess.run(
        [str(program), "check"], cwd=tmp_path / "site", capture_output=True, text=True, check=False
    )
    assert "run briefings rename page gone NEW-ID" in done.stderr
    assert "build.py" not in done.stderr + done.stdout


def test_folders_of_a_site_go_before_those_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (option,) = (param for param in build.params if param.name == "templates")
    assert callable(option.default)
    assert option.default() == ROOT / "templates"
    Path("templates").mkdir()
    assert option.default() == Path("templates")


def test_a_folder_that_holds_something_is_left_alone(program: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Mine.", encoding="utf-8")
    words = [str(program), "new", "site", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "is there already, and not empty" in done.stderr
    assert "Usage: briefings new site" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]

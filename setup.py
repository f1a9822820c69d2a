"""Copy folders of the repository into the wheel, as data of the package. See pyproject.toml."""

from pathlib import Path
from shutil import copytree

from setuptools import setup
from setuptools.command.build_py import build_py

#: Folder of the repository → its name in the package; found by `shipped` in build/request.py.
FOLDERS = {"templates": "templates", "static": "static", "tests/sites": "examples"}


class WithFolders(build_py):
    """Building the package for a wheel; for an editable installation the folders stay in place."""

    def run(self) -> None:
        super().run()
        for source, name in () if self.editable_mode else FOLDERS.items():
            copytree(source, Path(self.build_lib, "briefings", "shipped", name), dirs_exist_ok=True)


setup(cmdclass={"build_py": WithFolders})

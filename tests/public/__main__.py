"""`python -m tests.public --write [FOLDER]`: add to the record of public anchors and guids.

FOLDER is a built site, such as one that was published; without it the real content is built.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from briefings.cli import main as command_line
from tests import public


def main(arguments: list[str]) -> int:
    if arguments[:1] != ["--write"] or len(arguments) > 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        built = Path(arguments[1]) if arguments[1:] else Path(folder, "output")
        options = ["--output", str(built), "--no-cache", "--no-search", "--quiet"]
        if not arguments[1:] and (status := command_line(["build", *options])):
            return status
        anchors, guids = public.write(public.Published(built))
    sys.stdout.write(f"{anchors} anchors and {guids} guids added\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

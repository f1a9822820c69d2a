"""Build the site: `python build.py` does what the command `briefings build` does.

`python build.py setup` first makes the environment `.venv`, as `make` does.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - `python3` is older on many machines
    sys.stderr.write(
        "this needs Python 3.11 or newer, and %s is %s\n"  # noqa: UP031 - parsed by any Python
        "nothing was changed. Run `make site`, or use .venv/bin/python build.py\n"
        % (sys.executable, sys.version.split()[0])
    )
    sys.exit(2)

if sys.platform == "win32":
    sys.stderr.write(
        "this needs Linux or macOS: on Windows, run it in the Windows Subsystem for Linux\n"
        "nothing was changed. Run `wsl --install` once, then the same command in its terminal\n"
    )
    sys.exit(2)

from briefings.installed import advice, missing, set_up

if sys.argv[1:] == ["setup"]:
    raise SystemExit(set_up())

try:
    from briefings.cli import main
except Exception:
    faults = missing()
    if not faults:
        raise
    sys.stderr.write(advice(faults) + "\n")  # no f-string: Python 2 parses this file too
    sys.exit(2)

raise SystemExit(main())

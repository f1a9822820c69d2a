"""Build the site: `python build.py` does what the command `briefings build` does."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - `python3` is older on many machines
    sys.stderr.write(
        "this needs Python 3.11 or newer, and %s is %s\n"  # noqa: UP031 - parsed by any Python
        "nothing was changed. Run `make site`, or use .venv/bin/python build.py\n"
        % (sys.executable, sys.version.split()[0])
    )
    sys.exit(2)

from briefings.installed import advice, missing

try:
    from briefings.cli import main
except Exception:
    faults = missing()
    if not faults:
        raise
    sys.stderr.write(advice(faults) + "\n")  # no f-string: Python 2 parses this file too
    sys.exit(2)

raise SystemExit(main())

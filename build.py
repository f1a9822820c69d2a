"""Build the site: `python build.py` does what the command `briefings build` does."""

from briefings.cli import main

raise SystemExit(main())

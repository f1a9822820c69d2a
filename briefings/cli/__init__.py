"""The command line: arguments, printing, exit status."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

import click

from briefings import __version__, installed
from briefings.cli.options import Status, Stopped, print_problems
from briefings.problems import ContentError
from briefings.publish import DiskFault, Locked, NotOurs

__all__ = ["main"]

_ABOUT = {"--help", "-h", "--version"}

#: Heading in `--help` → command → (its module, an example). The function has the command's name.
_GROUPS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Build and read": {
        "build": ("build", "build --output public"),
        "check": ("check", "check --advice"),
        "serve": ("build", "serve --drafts"),
        "links": ("remote", "links"),
    },
    "Write": {
        "new": ("new", "new briefing northmoor-2025"),
        "add": ("editing", "add figures northmoor-2025"),
        "rename": ("editing", "rename trust northmor northmoor"),
        "withdraw": ("editing", 'withdraw northmoor-2025 --reason "It was wrong."'),
        "ask": ("editing", "ask northmoor --record"),
        "reconcile": ("remote", "reconcile northmoor records/*.json"),
        "archive": ("remote", "archive northmoor-2025"),
        "schema": ("editing", "schema schemas"),
    },
    "Publish": {
        "preview": ("check", "preview --base main"),
        "register": ("editing", "register"),
        "digest": ("check", "digest --since 2026-11-23"),
    },
}
_COMMANDS = {name: command for group in _GROUPS.values() for name, command in group.items()}


class _Commands(click.Group):
    """Commands under headings; the module of a command is imported only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"briefings.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each heading, with an example and the short help of each of its commands."""
        for group, names in _GROUPS.items():
            commands = ((self.get_command(ctx, name), names[name][1]) for name in names)
            with formatter.section(group):
                formatter.write_dl(
                    [
                        (example, command.get_short_help_str(200))
                        for command, example in commands
                        if command
                    ],
                    col_max=34,
                )


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="briefings")
def commands() -> None:
    """Publish inspection briefings: Markdown in, a site with feeds out.

    Each line below begins with an example of a command; COMMAND --help lists its options.
    """


def _open_standard_streams() -> None:
    """Replace each standard stream that is closed (`2>&-`) by the null device.

    Otherwise the next file opened gets its file descriptor, and a library's warnings are written
    into that file.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free descriptor
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w" if number else "r", closefd=False))  # noqa: SIM115


def _start_again() -> None:
    """Restart Python if its encoding or its options would change the bytes of the site.

    In UTF-8 mode, because file names become addresses (the locale may be `C` with PYTHONUTF8=0, or
    Latin-1; PEP 540). Without -OO, because docstrings are the descriptions in the JSON Schema.
    """
    if sys.getfilesystemencoding() == "utf-8" and sys.flags.optimize < 2:
        return
    os.environ.pop("PYTHONOPTIMIZE", None)
    words = [word for word in sys.orig_argv[1:] if word not in {"-O", "-OO"}]
    os.execv(sys.executable, [sys.executable, "-X", "utf8", *words])  # noqa: S606  # this program


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command, `build` by default. Returns the exit status; no exception leaves it."""
    _open_standard_streams()
    if argv is None:
        _start_again()
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in _ABOUT):
        arguments.insert(0, "build")
    try:
        result = commands.main(arguments, prog_name=installed.PROGRAM, standalone_mode=False)
    except click.ClickException as fault:
        fault.show()
        return Status.USAGE
    except ContentError as fault:
        print_problems(fault.problems)
        return Status.FAULTY
    except (Stopped, KeyboardInterrupt, click.Abort) as stop:
        return _say(Status.STOPPED, f"stopped; {stop}" if isinstance(stop, Stopped) else "stopped")
    except NotOurs as fault:
        hint = "nothing was changed; name another folder with --output"
        return _say(Status.USAGE, f"{fault}\n{hint}")
    except (Locked, DiskFault) as fault:
        return _say(Status.LOCKED if isinstance(fault, Locked) else Status.DISK, str(fault))
    except OSError as fault:
        return _say(Status.DISK, f"{fault.filename or 'the disk'}: {fault.strerror or fault}")
    except Exception:
        return _crashed()
    return result if isinstance(result, int) else Status.DONE


def _say(status: int, text: str) -> int:
    click.echo(text, err=True)
    return status


def _crashed() -> int:
    """Report an unexpected exception: the traceback goes into a file, a short message to stderr.

    Exit status 70. If a library is missing or too old, that is reported instead, with status 2.
    """
    if faults := installed.missing():
        return _say(Status.USAGE, installed.advice(faults))
    report = Path(".cache") / "crash.txt"
    text = traceback.format_exc()
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(text, encoding="utf-8")
        where = f"what happened is written in {report}; please send it with a report"
    except OSError:
        where = text.strip().splitlines()[-1]
    return _say(Status.INTERNAL, f"the generator itself failed; nothing was published.\n{where}")

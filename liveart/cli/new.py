"""`liveart new NAME`: a commented patch to start from."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from liveart.errors import LiveartError, UsageError
from liveart.show.new_patch import new_patch

EXAMPLE = """example:
  liveart new friday        writes friday.toml
  liveart play friday.toml"""


def add(subparsers: Any) -> None:
    """Declare the command."""
    about = "write a commented patch to start from"
    parser = subparsers.add_parser("new", help=about, description=f"{about}.", epilog=EXAMPLE,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", metavar="NAME", help="of the show; the file is NAME.toml")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the file; return the exit code. Raises LiveartError when it is there already."""
    name = args.name.removesuffix(".toml")
    if Path(name).name in ("", ".", "..") or name.endswith(("/", "\\")):
        raise UsageError(f'"{args.name}" is no name for a show.', "Write: liveart new friday")
    file = Path(f"{name}.toml")
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(new_patch(file.stem))
    except FileExistsError as error:
        raise LiveartError(f"{file} is there already and stays as it is.", "Choose another name.") from error
    except OSError as error:
        raise LiveartError(f"{file} can't be written: {error.strerror}.", "Choose another place.") from error
    print(f"{file} is written. Change it in any editor, then: liveart play {file}")
    return 0

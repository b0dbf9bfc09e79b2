"""The `liveart` command. Each subcommand is a module with `add(subparsers)`; heavy imports wait until it runs."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from liveart import __version__
from liveart.errors import LiveartError, UsageError

COMMANDS = ("play", "render", "new", "devices", "osc", "models", "directions", "atlas", "project", "blend", "train",
            "convert", "bench", "doctor")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return 0 (fine), 1 (failed) or 2 (wrong use)."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words.insert(0, "play")
    args = _parser(words[0]).parse_args(words)
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:  # `liveart devices | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except UsageError as error:
        print(f"liveart: {error}", file=sys.stderr)
        return 2
    except LiveartError as error:
        print(f"liveart: {error}", file=sys.stderr)
        return 1


def _parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="liveart", description="A neural instrument for the stage. Without a command: play the built-in patch.",
        epilog="example: liveart play paint --panel-port 8000", formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version", action="version", version=f"liveart {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in (command,) if command in COMMANDS else COMMANDS:  # help for one command loads one module
        importlib.import_module(f"liveart.cli.{name}").add(subparsers)
    return parser

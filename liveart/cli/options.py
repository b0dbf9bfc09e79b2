"""Settings that several commands share: patch < environment < flag."""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from liveart.core.param import Value
from liveart.core.registry import SINKS, find_part
from liveart.errors import PatchError, UsageError, did_you_mean
from liveart.show.patch import PartSpec, Patch
from liveart.show.patch_checks import check_settings
from liveart.show.patch_file import parse_size


def apply_settings(patch: Patch, args: argparse.Namespace) -> Patch:
    """Return the patch with the environment's and then the flags' settings laid over it. Raises UsageError."""
    changes: dict[str, Any] = {}
    for key in ("osc_port", "panel_port"):
        wanted = getattr(args, key, None)
        if wanted is None and (text := os.environ.get(f"LIVEART_{key.upper()}")) is not None:
            wanted = _whole(text, f"LIVEART_{key.upper()}")
        if wanted is not None:
            if not 0 <= wanted <= 65535:
                raise UsageError(f"port {wanted} is impossible.", "Ports are 1 to 65535; 0 takes any free one.")
            changes[key] = wanted
    for key in ("osc_host", "panel_host", "device"):
        if (text := os.environ.get(f"LIVEART_{key.upper()}")) is not None:
            changes[key] = text
    if getattr(args, "size", None):
        changes["size"] = parse_size(args.size)
    if getattr(args, "fps", None):
        if not 1 <= args.fps <= 240:
            raise UsageError(f"{args.fps:g} frames a second is impossible.", "It can be 1 to 240.")
        changes["fps"] = float(args.fps)
    patch = replace(patch, **changes)
    for word in getattr(args, "output", None) or []:
        patch = patch.with_output(parse_output(word))
    return patch


def parse_output(word: str) -> PartSpec:
    """Return the sink that KIND[:NAME] or file.py[:Class] means. Raises UsageError for an unknown kind.

    Files on the command line are meant from the working folder, not from the patch's.
    """
    own = re.fullmatch(r"(.+\.py)(:\w+)?", word)
    if own:
        return PartSpec(word, str(Path(own[1]).resolve()) + (own[2] or ""), {})
    kind, _, name = word.partition(":")
    if kind not in SINKS:
        raise UsageError(f'there is no output "{kind}".', did_you_mean(kind, SINKS))
    if kind == "file" and name:
        name = from_here(name)
    settings = {"name": name} if name else {}
    try:
        check_settings(find_part("sink", kind), settings, f"--output {word}")
    except PatchError as error:
        raise UsageError(error.what, f'Write it into the patch: [[outputs]] kind = "{kind}".') from error
    return PartSpec(word, kind, settings)


def from_here(name: str) -> str:
    """Return an absolute file name, reckoned from the working folder; a slash at the end (a folder) stays."""
    return str(Path(name).resolve()) + ("/" if name.endswith(("/", "\\")) else "")


def parse_set(word: str) -> tuple[str, Value]:
    """Return (address, value) of ADDRESS=VALUE. Raises UsageError."""
    address, equals, text = word.partition("=")
    if not equals or not address:
        raise UsageError(f"--set {word} is not ADDRESS=VALUE.", "Write --set /liveart/paint/truncation=0.7")
    address = address if address.startswith("/") else f"/liveart/{address}"
    lowered = text.strip().lower()
    if lowered in ("true", "false", "on", "off"):
        return address, lowered in ("true", "on")
    try:
        return address, float(text)
    except ValueError:
        return address, text


def _whole(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise UsageError(f"{name}={text} is not a whole number.") from error

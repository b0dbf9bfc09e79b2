"""`liveart bench`: how fast the instrument is on this machine, as ratios wherever two things are compared."""

from __future__ import annotations

import argparse
import json
import os
import platform
from typing import Any

from liveart.cli.processor import processor
from liveart.errors import UsageError

EXAMPLE = "example: liveart bench paint --seconds 10 --json"


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("bench", help="measure frames, latency and audio headroom here", epilog=EXAMPLE)
    parser.add_argument("model", nargs="?", metavar="MODEL", help="a patch or model as for liveart play; "
                        "the built-in patch when left out")
    parser.add_argument("--seconds", type=float, default=10.0, metavar="N", help="length of each measurement (10)")
    parser.add_argument("--flood", action="store_true", help="also send 10,000 OSC messages a second")
    parser.add_argument("--audio", metavar="NAME", help='also play on this audio device ("" for the default one)')
    parser.add_argument("--yardstick", action="store_true", help="instead compare liveart's StyleGANs with the plain "
                        "mathematics (some minutes); also how MODEL loads, when one is named")
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print; return the exit code."""
    if not 1 <= args.seconds <= 3600:
        raise UsageError(f"--seconds {args.seconds:g} is impossible.", "It can be 1 to 3600.")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    if args.yardstick:
        return _run_yardstick(args)
    from liveart.cli.bench_engine import measure_engine
    from liveart.cli.bench_live import measure_live
    from liveart.show.find_patch import find_patch

    patch = find_patch(args.model)
    figures: dict[str, Any] = {"machine": machine(), "patch": patch.name}
    figures["live"] = measure_live(patch, args.seconds, flood=args.flood, audio=args.audio)
    figures["engine"] = measure_engine(patch, args.seconds)
    print(json.dumps(figures, indent=2) if args.json else _text(figures))
    return 0


def _run_yardstick(args: argparse.Namespace) -> int:
    from liveart.cli.bench_yardstick import measure_load, measure_yardstick

    figures: dict[str, Any] = {"machine": machine()}
    figures |= measure_load(args.model) if args.model else {}
    figures |= measure_yardstick()
    print(json.dumps(figures, indent=2) if args.json else _yardstick_text(figures))
    return 0


def machine() -> dict[str, Any]:
    """Return what a figure must be read with: processor, cores, system, versions."""
    import torch

    return {"system": f"{platform.system()} {platform.release()}", "processor": processor(),
            "cores": os.cpu_count(), "python": platform.python_version(), "torch": torch.__version__}


def _text(figures: dict[str, Any]) -> str:
    rows = [f"{figures['patch']} on {figures['machine']['processor']}, {figures['machine']['cores']} cores"]
    for part in ("engine", "live"):
        for key, value in figures[part].items():
            shown = f"{value:.3g}" if isinstance(value, float) else value
            rows.append(f"  {part:7} {key.replace('_', ' '):34} {shown}")
    return "\n".join(rows)


def _yardstick_text(figures: dict[str, Any]) -> str:
    where, size = figures["machine"], figures["size"]
    rows = [f"{size}x{size}, random weights, {where['processor']}, {figures['threads']} threads, "
            f"torch {where['torch']}"]
    for name, found in figures.items():
        if name == "load":
            rows.append("  {:22} {read_s:.2f} s, memory {memory_over_weights:.2f} x its {weights_mb:.0f} MB".format(
                "load", **found))
        elif isinstance(found, dict) and "faster" in found:
            text = "  {:22} {ms:8.1f} ms, plain {plain_ms:8.1f} ms: {faster:5.2f} x faster, error {error:.1e}"
            rows.append(text.format(name.replace("_", " "), **found))
    return "\n".join(rows)

"""The processor's name, for figures and bug reports."""

from __future__ import annotations

import platform
from pathlib import Path


def processor() -> str:
    """Return the processor's name as its maker says it, where the system tells."""
    about = Path("/proc/cpuinfo")  # on Linux platform.processor() knows the kind only
    if about.exists():
        for line in about.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()

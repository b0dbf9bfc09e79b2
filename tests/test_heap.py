"""Memory that a frame frees stays with the process that makes the next."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

SCRIPT = """
import resource
from liveart.core.heap import keep_freed_memory
keeps = {keeps} and keep_freed_memory()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
block = bytearray(1 << 26)
del block
before = faults()
block = bytearray(1 << 26)
print(int(keeps), faults() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be asked to keep freed memory")
def test_a_large_block_comes_back_without_the_system_clearing_it() -> None:
    def faults(keeps: bool) -> list[int]:
        command = [sys.executable, "-c", SCRIPT.format(keeps=keeps)]
        made = subprocess.run(command, check=True, capture_output=True, text=True)
        return [int(word) for word in made.stdout.split()]

    asked, kept = faults(True)
    assert asked == 1
    assert kept < faults(False)[1] / 4

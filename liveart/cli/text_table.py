"""Plain tables for the terminal: aligned columns, no colours, so that they can be piped and searched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def columns(rows: Iterable[Sequence[str]], indent: str = "") -> str:
    """Return the rows as lines, each column but the last as wide as its widest cell; "" for no rows.

    All rows have the same number of cells.
    """
    cells = [list(row) for row in rows]
    if not cells:
        return ""
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "\n".join((indent + line).rstrip() for line in lines)

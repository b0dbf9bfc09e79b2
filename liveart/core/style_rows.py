"""Which rows of the styles a word means: "coarse", "middle", "fine", "all", or a range such as "3-7"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from liveart.errors import PatchError, did_you_mean

GROUPS = ("coarse", "middle", "fine")
_RANGE = re.compile(r"(\d{1,4})(?:\s*-\s*(\d{1,4}))?")
_MANY = 14  # a net of so many rows is cut where performers know it; a smaller one into thirds


def rows_of(word: str, rows: int) -> range:
    """Return the rows, of a net of `rows` in all, that `word` means; both ends of "3-7" are in it.

    Raises PatchError, with the nearest right word, for a word that means none of its rows.
    """
    if word == "all":
        return range(rows)
    if word in GROUPS:
        first, second = (4, 8) if rows >= _MANY else (round(rows / 3), round(2 * rows / 3))
        return {"coarse": range(first), "middle": range(first, second), "fine": range(second, rows)}[word]
    found = _RANGE.fullmatch(word.strip())
    if found is None:
        raise PatchError(f'there are no layers "{word}".', f'{did_you_mean(word, ("all", *GROUPS))} Or write "3-7".')
    low, high = int(found[1]), int(found[2] or found[1])
    if not low <= high < rows:
        raise PatchError(f'there are no layers "{word}".', f'This model has 0 to {rows - 1}: write them as "3-7".')
    return range(low, high + 1)


def group_rows(own: Mapping[str, str], rows: int) -> dict[str, range]:
    """Return the layer groups of a net by name: coarse, middle and fine, or one's own.

    Own groups may leave rows out and may share some. Raises PatchError for one that means no rows.
    """
    return {name: rows_of(word, rows) for name, word in (own or {name: name for name in GROUPS}).items()}

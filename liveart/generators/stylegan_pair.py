"""Two StyleGANs of one family played as one: which weights a picture is drawn with, by layer group."""

from __future__ import annotations

from collections.abc import Mapping

from liveart.checkpoints.model import Model
from liveart.nets.blend import blended, block_rows, check_blendable
from liveart.nets.style_net import StyleNet

STEPS = 200  # between one model and the other: a finer step is not seen, and would fill the net once more


class Pair:
    """Fills a net with the blend of two models. Begins as the first of them.

    Raises ModelError when the two can't be blended.
    """

    def __init__(self, net: StyleNet, first: Model, second: Model, groups: Mapping[str, range]) -> None:
        check_blendable(first, second)
        self._net, self._models = net, (first, second)
        self._words = {block: [f"blend_{name}" for name, rows in groups.items() if row in rows]
                       for block, row in block_rows(first).items()}
        self._amounts = dict.fromkeys(self._words, 0.0)
        self._mapping = 0.0

    def follow(self, values: Mapping[str, float]) -> bool:
        """Fill anew what `values` move; return whether the mapping is among it, and all seeds mean something else.

        A block that lies in several groups takes the largest of their amounts, one in none stays the first model's.
        """
        amounts = {block: max((_stepped(values[word]) for word in words), default=0.0)
                   for block, words in self._words.items()}
        moved = {block: amount for block, amount in amounts.items() if amount != self._amounts[block]}
        mapping = _stepped(values["blend_mapping"])
        is_mapped_anew = mapping != self._mapping
        if moved or is_mapped_anew:
            self._net.refill(blended(*self._models, moved, mapping if is_mapped_anew else None))
            self._amounts |= moved
            self._mapping = mapping
        return is_mapped_anew


def _stepped(amount: float) -> float:
    return round(amount * STEPS) / STEPS

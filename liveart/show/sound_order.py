"""Who listens to whom: players of sound in the order in which they must be made."""

from __future__ import annotations

from collections.abc import Sequence

from liveart.errors import PatchError, did_you_mean
from liveart.show.patch import PlayerSpec


def making_order(players: Sequence[PlayerSpec]) -> tuple[PlayerSpec, ...]:
    """Return the players, each behind the one that it listens to; else in the order of the patch.

    Raises PatchError for an `input` that is no player of sound (with the nearest name), and for a circle.
    """
    by_name = {player.name: player for player in players}
    ordered: dict[str, PlayerSpec] = {}
    for player in players:
        chain = [player]
        while chain[-1].input and chain[-1].input not in ordered:
            chain.append(_heard_by(chain[-1], by_name))
            if chain[-1] in chain[:-1]:
                circle = [spec.name for spec in chain[chain.index(chain[-1]):]]
                raise PatchError(f"players.{player.name}: {' hears '.join(circle)}: that is a circle.",
                                 "Take one input away.")
        for spec in reversed(chain):
            ordered.setdefault(spec.name, spec)
    return tuple(ordered.values())


def _heard_by(player: PlayerSpec, by_name: dict[str, PlayerSpec]) -> PlayerSpec:
    found = by_name.get(player.input)
    if found is None:
        others = [name for name in by_name if name != player.name]
        raise PatchError(f'players.{player.name}: there is no player of sound "{player.input}" to hear.',
                         did_you_mean(player.input, others) if others else "Add one that makes sound.")
    return found

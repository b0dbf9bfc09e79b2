"""OSC address patterns: `*`, `?`, `[a-c]`, `[!a]`, `{x,y}`, each within one part of an address.

Every place that a pattern can have reached is followed at once, so no pattern takes long: a regular expression of
many stars would (K. Thompson, "Regular expression search algorithm", CACM 1968).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from liveart.sources.osc_wire import WireError

_MARKS = frozenset("*?[]{}")
NORM = "/norm"


@dataclass(frozen=True, slots=True)
class _Star:
    def step(self, text: str, places: set[int]) -> set[int]:
        return set(range(min(places), len(text) + 1))


@dataclass(frozen=True, slots=True)
class _OneOf:
    letters: frozenset[str]
    is_negated: bool

    def step(self, text: str, places: set[int]) -> set[int]:
        return {p + 1 for p in places if p < len(text) and (text[p] in self.letters) != self.is_negated}


@dataclass(frozen=True, slots=True)
class _Words:
    words: tuple[str, ...]

    def step(self, text: str, places: set[int]) -> set[int]:
        return {p + len(word) for p in places for word in self.words if text.startswith(word, p)}


_Token = _Star | _OneOf | _Words


def is_pattern(address: str) -> bool:
    """Return whether an address has pattern characters."""
    return not _MARKS.isdisjoint(address)


def expand(pattern: str, addresses: Iterable[str]) -> tuple[str, ...]:
    """Return those of `addresses` that a pattern matches, in their order.

    A pattern that ends in /norm speaks of faders: it matches without that part, and each answer gets it.
    Raises WireError for a bracket that is not closed.
    """
    ending = NORM if pattern.endswith(NORM) else ""
    parts = [_tokens(part) for part in pattern.removesuffix(ending).split("/")]
    return tuple(address + ending for address in addresses if _matches(parts, address.split("/")))


def _matches(parts: list[list[_Token]], words: list[str]) -> bool:
    return len(parts) == len(words) and all(map(_matches_part, parts, words))


def _matches_part(tokens: list[_Token], text: str) -> bool:
    places = {0}
    for token in tokens:
        places = token.step(text, places)
        if not places:
            return False
    return len(text) in places


def _tokens(part: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    while place < len(part):
        mark = part[place]
        if mark in "[{":
            body, place = _bracket(part, place)
            tokens.append(_letters(body) if mark == "[" else _Words(tuple(body.split(","))))
            continue
        if mark in "]}":
            raise WireError(f'the pattern part "{part}" has a {mark} that was never opened.')
        tokens.append(_Star() if mark == "*" else _OneOf(frozenset(), True) if mark == "?" else _Words((mark,)))
        place += 1
    return tokens


def _bracket(part: str, place: int) -> tuple[str, int]:
    """Return what stands between the bracket at `place` and its partner, and the place behind that."""
    partner = "]" if part[place] == "[" else "}"
    end = part.find(partner, place)
    if end < 0:
        raise WireError(f'the pattern part "{part}" has a {part[place]} that is not closed.')
    return part[place + 1 : end], end + 1


def _letters(body: str) -> _OneOf:
    """Return the set of `a-cx` or `!a-cx`; a range may be written either way round."""
    is_negated = body.startswith("!")
    body = body.removeprefix("!")
    letters: set[str] = set()
    place = 0
    while place < len(body):
        if body[place + 1 : place + 2] == "-" and place + 2 < len(body):
            low, high = sorted((ord(body[place]), ord(body[place + 2])))
            letters |= {chr(code) for code in range(low, high + 1)}
            place += 3
        else:
            letters.add(body[place])
            place += 1
    return _OneOf(frozenset(letters), is_negated)

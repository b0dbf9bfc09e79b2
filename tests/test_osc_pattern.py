"""OSC address patterns against a matcher written the plain way, and against patterns made to be slow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.sources.osc_pattern import expand, is_pattern
from liveart.sources.osc_wire import WireError

ADDRESSES = ("/liveart/paint/opacity", "/liveart/paint/seed", "/liveart/nebula/opacity", "/liveart/freeze")


def plain_match(pattern: str, text: str) -> bool:
    """Match one part by trying everything, step by step."""
    if not pattern:
        return not text
    head, rest = pattern[0], pattern[1:]
    if head == "*":
        return plain_match(rest, text) or (bool(text) and plain_match(pattern, text[1:]))
    if head == "?":
        return bool(text) and plain_match(rest, text[1:])
    if head == "[":
        body, _, rest = rest.partition("]")
        wanted = body.startswith("!")
        return bool(text) and (text[0] in body.lstrip("!")) != wanted and plain_match(rest, text[1:])
    if head == "{":
        body, _, rest = rest.partition("}")
        return any(text.startswith(word) and plain_match(rest, text[len(word):]) for word in body.split(","))
    return text[:1] == head and plain_match(rest, text[1:])


letters = st.text("abc", max_size=3)
pieces = st.one_of(letters, st.just("*"), st.just("?"), st.builds("[{}{}]".format, st.sampled_from(["", "!"]), letters),
                   st.lists(letters, min_size=1, max_size=3).map(lambda words: "{" + ",".join(words) + "}"))
patterns = st.lists(pieces, max_size=5).map("".join)


@given(st.lists(patterns, min_size=1, max_size=3), st.lists(st.text("abc", max_size=6), min_size=1, max_size=3))
def test_a_pattern_matches_what_the_plain_matcher_matches(parts: list[str], words: list[str]) -> None:
    address = "/" + "/".join(words)
    wanted = len(parts) == len(words) and all(map(plain_match, parts, words))
    assert expand("/" + "/".join(parts), [address]) == ((address,) if wanted else ())


@pytest.mark.parametrize(("pattern", "found"), [
    ("/liveart/*/opacity", (0, 2)), ("/liveart/paint/*", (0, 1)), ("/liveart/{paint,nebula}/opacity", (0, 2)),
    ("/liveart/[n-p]*/s???", (1,)), ("/liveart/[!p]*/opacity", (2,)), ("/liveart/*", (3,)), ("/*", ()),
    ("/liveart/[p-n]*/seed", (1,))])
def test_patterns_of_a_show_find_their_addresses(pattern: str, found: tuple[int, ...]) -> None:
    assert expand(pattern, ADDRESSES) == tuple(ADDRESSES[place] for place in found)


def test_a_pattern_for_faders_finds_the_norm_form() -> None:
    assert expand("/liveart/*/opacity/norm", ADDRESSES) == ("/liveart/paint/opacity/norm",
                                                            "/liveart/nebula/opacity/norm")


@pytest.mark.parametrize("pattern", ["/a[bc", "/a{b", "/ab]", "/a}b", "/{a/b}"])
def test_a_bracket_without_its_partner_is_refused(pattern: str) -> None:
    with pytest.raises(WireError, match="pattern"):
        expand(pattern, ADDRESSES)


def test_a_pattern_of_many_stars_is_no_slower_than_its_length() -> None:
    """A backtracking matcher would not come back from this within a lifetime."""
    assert expand("/" + "*a" * 100 + "b", ["/" + "a" * 200]) == ()


def test_plain_addresses_are_no_patterns() -> None:
    assert not is_pattern("/liveart/paint/opacity")
    assert all(map(is_pattern, ("/*", "/a?", "/[a]", "/{a,b}")))

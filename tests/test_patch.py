"""Patches: what is read, and how a mistake is answered."""

from __future__ import annotations

import contextlib
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from own_parts import write_patch

from liveart.errors import LiveartError, PatchError
from liveart.show.find_patch import find_patch, shipped_patches
from liveart.show.patch_file import parse_patch, parse_size, patch_from, read_patch


def _refused(text: str) -> str:
    with pytest.raises(PatchError) as caught:
        parse_patch(text)
    return str(caught.value)


PLAYER = '[players.a]\ngenerator = "gan"\nmodel = "paint"\n'


def test_a_patch_of_own_parts_is_read_whole(tmp_path: Path) -> None:
    patch = read_patch(write_patch(tmp_path))
    assert [(player.name, player.kind) for player in patch.players] == [("field", "picture"), ("tone", "sound")]
    assert (patch.size, patch.fps, patch.rate, patch.seed) == ((32, 24), 30.0, 24000, 3)
    assert patch.players[0].path is patch.players[1].path


@pytest.mark.parametrize(("text", "words"), [
    ("[picture]\nsise = [1, 1]\n" + PLAYER, ["sise", "size"]),
    ("tempo = 3\n" + PLAYER, ["tempo"]),
    (PLAYER + "modle = 'x'\n", ["modle", "model"]),
    ('[players.a]\ngenerator = "gann"\n', ["gann", "gan"]),
    ('[players.a]\ngenerator = "gan"\n', ["needs", "model"]),
    ("[clock]\ntempo = 0\n" + PLAYER, ["tempo", "20 to 300"]),
    ("[clock]\ntempo = nan\n" + PLAYER, ["tempo"]),
    ("[picture]\nsize = [0, 4]\n" + PLAYER, ["0x4"]),
    (PLAYER + 'blend = "scren"\n', ["scren", "screen"]),
    (PLAYER + 'path = "jorney"\n[paths.journey]\nkind = "walk"\n', ["jorney", "journey"]),
    (PLAYER + 'path = { kind = "lop" }\n', ["lop", "loop"]),
    (PLAYER + 'path = { kind = "loop" }\n', ["seeds"]),
    ("[players.panic]\n" + PLAYER.split("\n", 1)[1], ["panic", "taken"]),
    ('[[outputs]]\nkind = "shmm"\n' + PLAYER, ["shmm", "shm"]),
    ("format_version = 9\n" + PLAYER, ["9"]),
    ("", ["at least one player"]),
    ("[players", ["TOML"]),
])
def test_a_mistake_is_named_with_what_would_be_right(text: str, words: list[str]) -> None:
    said = _refused(text)
    assert all(word in said for word in words), said


def test_a_patch_that_is_not_there_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(PatchError, match="liveart new"):
        read_patch(tmp_path / "none.toml")


def test_an_unknown_word_is_answered_with_the_nearest_patch_or_model() -> None:
    with pytest.raises(LiveartError, match="tide"):
        find_patch("tied")


def test_every_shipped_patch_can_be_read() -> None:
    for path in shipped_patches().values():
        assert read_patch(path).players


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
                    lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.text(string.ascii_lowercase, max_size=6), inner, max_size=3), max_leaves=12),
       st.sampled_from(["players", "paths", "sources", "outputs", "picture", "sound", "clock", "osc", "seed", "x"]))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_patch_it_is_read_or_refused_with_a_sentence(value: Any, key: str) -> None:
    table = {"players": {"a": {"generator": "gan", "model": "m"}}, key: value}
    with contextlib.suppress(PatchError):  # anything else is a fault
        patch_from(table)


@pytest.mark.parametrize("word", ["1280x720", [1280, 720], "1280X720"])
def test_sizes_are_pairs_or_words(word: Any) -> None:
    assert parse_size(word) == (1280, 720)

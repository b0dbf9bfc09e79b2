"""Errors: what a person reads, and that nothing of it is lost on the way between processes."""

from __future__ import annotations

import inspect
import pickle

import pytest

from liveart import errors
from liveart.errors import LiveartError, NotInstalled, did_you_mean

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, LiveartError)]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not NotInstalled])
def test_each_error_says_what_and_what_to_do_on_the_other_side_of_a_pipe_too(kind: type[LiveartError]) -> None:
    error = pickle.loads(pickle.dumps(kind("it broke.", "Mend it.")))
    assert (type(error), error.what, error.hint, str(error)) == (kind, "it broke.", "Mend it.", "it broke. Mend it.")


def test_an_absent_package_names_its_install_line_on_the_other_side_too() -> None:
    error = pickle.loads(pickle.dumps(NotInstalled("NDI", "ndi")))
    assert isinstance(error, NotInstalled)
    assert "NDI" in str(error)
    assert 'pip install "liveart[ndi]"' in error.hint


def test_the_tree_at_the_top_of_the_file_names_every_error() -> None:
    assert errors.__doc__ is not None
    assert [kind.__name__ for kind in KINDS if kind.__name__ not in errors.__doc__] == []


def test_a_near_word_is_suggested_whatever_its_case() -> None:
    assert did_you_mean("GANN", ["gan", "vae"]) == 'Did you mean "gan"?'
    assert did_you_mean("WALK", ["Walk"]) == 'Did you mean "Walk"?'


def test_without_a_near_word_the_known_ones_are_listed() -> None:
    assert did_you_mean("xyz", ["vae", "gan"]) == "There are: gan, vae."
    assert did_you_mean("?", [f"w{k:02}" for k in range(20)]).endswith("w11, ….")
    assert did_you_mean("xyz", []) == ""


def test_a_word_as_long_as_a_datagram_is_answered_too() -> None:
    assert did_you_mean("/liveart/" + "x" * 60_000, [f"/liveart/player/param{k}" for k in range(50)])

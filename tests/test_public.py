"""The public list of names: what artists write their own parts with."""

from __future__ import annotations

import liveart


def test_the_public_names_are_exactly_these() -> None:
    assert set(liveart.__all__) == {"Event", "Generator", "LiveartError", "Moment", "Param", "Picture", "Sink", "Sound",
                                    "Source", "Stage", "__version__"}


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    for name in liveart.__all__:
        assert getattr(liveart, name).__doc__, name


def test_the_version_is_of_three_numbers() -> None:
    assert [part.isdigit() for part in liveart.__version__.split(".")] == [True, True, True]

"""Where windows and pictures go, and what keys are called: pure functions."""

from __future__ import annotations

import pytest

from liveart.errors import SinkError
from liveart.sinks.window_keys import Keys, key_name
from liveart.sinks.window_place import (
    Rect,
    Screen,
    Size,
    centred,
    find_screen,
    fitted,
    is_seen,
    no_screen,
    read_size,
    screen_under,
    window_size,
)

MAIN = Screen(1, "Built-in Display", (1440, 900), 60, True, (0, 0), (0, 25, 1440, 875))
BEAMER = Screen(2, "EPSON PJ", (1920, 1080), 60, False, (1440, 0), (1440, 0, 1920, 1080))
SCREENS = (MAIN, BEAMER)


@pytest.mark.parametrize(("wanted", "found"), [("2", BEAMER), ("1", MAIN), ("epson", BEAMER), ("display", MAIN),
                                               ("3", None), ("sony", None)])
def test_a_screen_is_found_by_number_or_a_part_of_its_name(wanted: str, found: Screen | None) -> None:
    assert find_screen(wanted, SCREENS) is found


def test_a_screen_found_once_is_found_again_under_another_number() -> None:
    alone = Screen(1, "EPSON PJ", (1920, 1080), 60, True)
    assert find_screen("2", [alone], before=BEAMER) is alone
    assert find_screen("2", [MAIN], before=BEAMER) is None
    twins = (Screen(1, "EPSON PJ", (1, 1), 60, True), Screen(2, "EPSON PJ", (1, 1), 60, False))
    assert find_screen("2", twins, before=BEAMER) is twins[1], "two of one name: by the number"


def test_the_word_for_a_missing_screen_lists_those_that_there_are() -> None:
    assert no_screen("3", SCREENS) == ('there is no screen "3"; screens: 1 "Built-in Display" 1440x900 60 Hz, '
                                       '2 "EPSON PJ" 1920x1080 60 Hz.')
    assert no_screen("2", ()) == 'there is no screen "2"; screens: none.'


@pytest.mark.parametrize(("rect", "found"), [((0, 0, 100, 100), MAIN), ((1400, 10, 200, 100), BEAMER),
                                             ((9000, 0, 10, 10), MAIN)])
def test_a_window_belongs_to_the_screen_that_holds_most_of_it(rect: Rect, found: Screen) -> None:
    assert screen_under(rect, SCREENS) is found
    assert screen_under(rect, ()) is None
    assert is_seen(rect, SCREENS) == (rect[0] < 9000)


@pytest.mark.parametrize(("picture", "size"), [((512, 512), (512, 512)), ((64, 64), (512, 512)), ((28, 28), (532, 532)),
                                               ((1920, 1080), (1296, 729)), ((640, 360), (1280, 720))])
def test_a_window_is_large_enough_to_see_and_small_enough_for_the_screen(picture: Size, size: Size) -> None:
    assert window_size(picture, MAIN.area) == size


def test_a_window_is_in_the_middle_and_its_bar_on_the_screen() -> None:
    assert centred((440, 475), MAIN.area) == (500, 225)
    assert centred((3000, 3000), MAIN.area) == (0, 25)


@pytest.mark.parametrize(("fit", "rect"), [("contain", (0, 270, 1080, 540)), ("cover", (-540, 0, 2160, 1080))])
def test_a_picture_is_fitted_unstretched(fit: str, rect: Rect) -> None:
    assert fitted((200, 100), (1080, 1080), fit) == rect


def test_sizes_are_read_from_a_patch() -> None:
    assert read_size("1280x720") == read_size(" 1280 × 720 ") == (1280, 720)
    assert read_size("") is None
    with pytest.raises(SinkError, match="1280x720"):
        read_size("720p")


@pytest.mark.parametrize(("key", "printed", "name"), [
    (78, "n", "n"), (81, "a", "a"), (32, None, "space"), (265, None, "up"), (290, None, "f1"), (327, "7", "pad 7"),
    (65, "Ф", "ф"), (340, None, ""), (90, None, "z"), (256, None, "escape")])
def test_keys_have_the_names_that_are_printed_on_them(key: int, printed: str | None, name: str) -> None:
    assert key_name(key, printed) == name


def test_a_release_is_told_of_every_press_that_was_told_and_of_no_other() -> None:
    keys = Keys()
    assert keys.change(78, "n", True, 2) is None, "Ctrl-N is meant for the system"
    assert keys.change(78, "n", False, 0) is None
    down = keys.change(78, "n", True, 0)
    assert down is not None
    assert (down.control, down.value, down.raw) == ("key n", 1.0, 1)
    assert keys.change(78, "n", True, 0) is None, "held: it repeats"
    up = keys.change(78, "", False, 2)
    assert up is not None
    assert (up.control, up.value, up.raw) == ("key n", 0.0, 0)

"""The window sink on a real display (Xvfb): what is on the screen, keys and mouse, and what it says of screens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from examples import check_sink
from xvfb import SIZE, Display, display

from liveart.core.contract import Stage
from liveart.core.gesture import Gesture
from liveart.core.material import Picture
from liveart.errors import LiveartError, SinkError
from liveart.show.outlet import Outlet
from liveart.show.patch import PartSpec
from liveart.sinks import window as window_module
from liveart.sinks import window_glfw
from liveart.sinks.window import WindowSink
from liveart.sinks.window_glfw import list_screens

__all__ = ["display"]

RED, GREEN = (250, 10, 20), (10, 240, 30)


class Show:
    """A sink that is fed and tended as in the picture worker."""

    def __init__(self, sink: WindowSink, size: tuple[int, int]) -> None:
        self.sink, self.size = sink, size
        self.told: list[str] = []
        self.gestures: list[Gesture] = []
        self.outlet = Outlet(sink, PartSpec("output 1", "window", {}), Stage(size=size), self.told.append)

    def until(self, is_so: Callable[[], bool], pixels: np.ndarray | None = None, seconds: float = 20.0) -> None:
        """Send frames and tend the window until something is so."""
        end = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < end, f"never came: {self.sink.note()} {self.gestures} {self.told}"
            self.outlet.put(Picture(flat(self.size, RED) if pixels is None else pixels, 0.0, 0))
            self.gestures += self.sink.tend()
            time.sleep(0.01)

    def frames(self, count: int, pixels: np.ndarray | None = None) -> None:
        """Let so many frames be shown."""
        aim = self.sink.counts()["frames"] + count
        self.until(lambda: self.sink.counts()["frames"] >= aim, pixels)

    @property
    def words(self) -> list[tuple[str, float]]:
        """The gestures so far: control and value."""
        return [(gesture.control, gesture.value) for gesture in self.gestures]


@contextmanager
def showing(sink: WindowSink, size: tuple[int, int]) -> Iterator[Show]:
    """Return an open show, closed afterwards."""
    show = Show(sink, size)
    try:
        show.frames(3)
        yield show
    finally:
        show.outlet.close()


def flat(size: tuple[int, int], colour: tuple[int, int, int]) -> np.ndarray:
    """Return a picture of one colour."""
    return np.full((size[1], size[0], 3), colour, np.uint8)


def inside(show: Show, screen: np.ndarray) -> np.ndarray:
    """Return the part of a screenshot that the window covers."""
    assert show.sink._window is not None
    left, top, width, height = show.sink._window.rect
    return screen[top : top + height, left : left + width]


def is_full(show: Show) -> bool:
    """True while the note says so."""
    return show.sink.note().startswith("full screen")


def press(show: Show, display: Display, *words: str) -> None:
    """Do something with xdotool in the window."""
    window = display.xdotool("search", "--onlyvisible", "--name", "^liveart$").splitlines()[-1]
    display.xdotool("windowfocus", "--sync", window)
    display.xdotool(*words)


@pytest.mark.parametrize("size", [(333, 222), (512, 512)])
def test_what_is_sent_is_on_the_screen_byte_for_byte(display: Display, size: tuple[int, int], tmp_path: Path) -> None:
    pixels = np.random.RandomState(3).randint(0, 256, (size[1], size[0], 3), np.uint8)
    with showing(WindowSink(size=f"{size[0]}x{size[1]}"), size) as show:
        show.frames(3, pixels)
        assert (inside(show, display.screenshot(tmp_path)) == pixels).all()


def test_a_wide_picture_has_black_bars_in_full_screen_or_is_cut(display: Display, tmp_path: Path) -> None:
    size = (400, 100)
    with showing(WindowSink(fullscreen=True), size) as show:
        screen = display.screenshot(tmp_path)
    assert screen.shape == (SIZE[1], SIZE[0], 3)
    bar = (SIZE[1] - SIZE[0] // 4) // 2
    assert (screen[: bar - 1] == 0).all()
    assert (screen[-bar + 1 :] == 0).all()
    assert (screen[bar + 1 : -bar - 1] == RED).all()
    with showing(WindowSink(fullscreen=True, fit="cover"), size) as show:
        assert (display.screenshot(tmp_path) == RED).all()
        assert show.sink.note() == 'full screen 1024x768 on screen 1 "screen" 1024x768'


def test_f11_double_click_and_escape_change_to_full_screen_and_back(display: Display) -> None:
    with showing(WindowSink(size="320x240"), (64, 48)) as show:
        assert show.sink._window is not None
        before = show.sink._window.rect
        press(show, display, "key", "F11")
        show.until(lambda: is_full(show))
        press(show, display, "key", "Escape")
        show.until(lambda: not is_full(show) and show.sink.note().startswith("window 320x240"))
        assert show.sink._window.rect == before
        press(show, display, "mousemove", "512", "384", "click", "--repeat", "2", "--delay", "50", "1")
        show.until(lambda: is_full(show))
        press(show, display, "key", "F11")
        show.until(lambda: not is_full(show))
        press(show, display, "key", "Escape", "key", "n")
        show.until(lambda: ("key n", 0.0) in show.words)
        assert show.words == [("key escape", 1.0), ("key escape", 0.0), ("key n", 1.0), ("key n", 0.0)], \
            "in a window Escape is a key like others; those that change the window are no gestures"


def test_keys_arrive_as_gestures_with_their_releases(display: Display) -> None:
    with showing(WindowSink(), (64, 64)) as show:
        press(show, display, "key", "ctrl+k", "key", "space", "key", "Up", "key", "KP_7", "key", "F5", "keydown", "b")
        show.until(lambda: ("key b", 1.0) in show.words)
        press(show, display, "keyup", "b")
        show.until(lambda: ("key b", 0.0) in show.words)
    names = ("key space", "key up", "key pad 7", "key f5", "key b")
    expected = [(name, value) for name in names for value in (1.0, 0.0)]
    assert show.words == expected
    first = show.gestures[0]
    assert (first.device, first.raw, first.steps, first.sort) == ("keys", 1, 1, "button")
    assert first.time <= time.monotonic()


def test_the_picture_fits_a_window_of_another_size(display: Display, tmp_path: Path) -> None:
    with showing(WindowSink(size="300x300"), (100, 50)) as show:
        window = display.xdotool("search", "--name", "^liveart$")
        display.xdotool("windowsize", "--sync", window, "400", "150")
        show.until(lambda: show.sink.note().startswith("window 400x150"))
        show.frames(3)
        shown = inside(show, display.screenshot(tmp_path))
        assert (shown[:, 55:345] == RED).all()
        assert (shown[:, :45] == 0).all()
        assert (shown[:, 355:] == 0).all()


def test_the_close_button_ends_the_output_with_a_word_and_not_the_show(display: Display) -> None:
    with showing(WindowSink(fullscreen=True), (64, 64)) as show:
        assert show.sink._window is not None
        window_glfw.take_glfw().set_window_should_close(show.sink._window._handle, True)
        window_glfw.give_glfw_back()
        show.until(lambda: bool(show.told))
        assert show.told == ["window: closed by its button; the show goes on. Add the output again to see it."]
        assert "closed by its button" in show.sink.note()
        seen = show.sink.counts()["frames"]
        for _ in range(10):
            show.sink.tend()
            show.sink.send(Picture(flat((64, 64), RED), 0.0, 0))
        assert show.sink.counts()["frames"] == seen
        assert display.xdotool("search", "--name", "^liveart$") != "", "it is only hidden"


def test_a_screen_that_is_not_there_is_told_and_the_window_opens_on_the_main_one(display: Display) -> None:
    with showing(WindowSink(name="beamer"), (64, 64)) as show:
        show.until(lambda: bool(show.told))
        assert show.told == ['window: there is no screen "beamer"; screens: 1 "screen" 1024x768.']
        assert show.sink.note().startswith("window 512x512 on screen 1")
        assert 'no screen "beamer"' in show.sink.note()
        press(show, display, "key", "F11")
        show.until(lambda: is_full(show))
    with showing(WindowSink(name="SCREEN"), (64, 64)) as show:
        assert is_full(show)
        assert show.told == []


def test_when_its_screen_goes_it_moves_and_returns_with_it(display: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    plugged = {"is": True}

    def screens(glfw: object) -> tuple[window_glfw.Screen, ...]:
        main = real(glfw)[0]
        return (main, replace(main, number=2, name="EPSON", is_primary=False))[: 1 + plugged["is"]]

    def plug(is_in: bool) -> None:
        plugged["is"] = is_in
        window_glfw._count_change(None, 0)

    real = window_glfw.screens
    monkeypatch.setattr(window_module, "screens", screens)
    with showing(WindowSink(name="2"), (64, 64)) as show:
        assert show.sink._found is not None
        assert show.sink._found.name == "EPSON"
        plug(False)
        show.until(lambda: not is_full(show))
        assert 'no screen "2"; screens: 1 "screen"' in show.sink.note()
        plug(True)
        show.until(lambda: is_full(show))
        show.frames(3)
        assert len(show.told) == 1


def test_two_windows_show_two_pictures_and_close_one_by_one(display: Display, tmp_path: Path) -> None:
    with showing(WindowSink(size="200x200"), (100, 100)) as first:
        with showing(WindowSink(size="100x100", title="second"), (100, 100)) as second:
            second.frames(3, flat((100, 100), GREEN))
            first.frames(3)
            small = display.xdotool("search", "--name", "^second$")
            display.xdotool("windowmove", "--sync", small, "0", "0")
            first.until(lambda: second.sink._window is not None and second.sink._window.rect[:2] == (0, 0))
            second.frames(3, flat((100, 100), GREEN))
            first.frames(3)
            screen = display.screenshot(tmp_path)
            assert (inside(second, screen) == GREEN).all()
            assert (inside(first, screen) == RED).all()
        first.frames(3)
        assert (inside(first, display.screenshot(tmp_path)) == RED).all()
    assert window_glfw._users == 0


def test_it_keeps_the_contract_of_sinks(display: Display) -> None:
    check_sink(WindowSink())


def test_six_hundred_frames_and_five_openings_leave_nothing_behind(display: Display) -> None:
    sink, pixels = WindowSink(size="128x128", vsync=False), flat((128, 128), RED)
    process = psutil.Process()
    sizes: list[int] = []
    for _ in range(6):
        sink.open(Stage(size=(128, 128)))
        for index in range(100):
            sink.send(Picture(pixels, 0.0, index))
            sink.tend()
        sink.close()
        sizes.append(process.memory_info().rss)
    assert sink.counts()["frames"] == 600
    assert sizes[-1] - sizes[1] < 20_000_000
    assert window_glfw._users == 0


def test_a_machine_without_a_display_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":9999")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    sink = WindowSink()
    with pytest.raises(SinkError, match=r"this machine shows no windows.*panel"):
        sink.open(Stage())
    with pytest.raises(SinkError, match="this machine shows no windows"):
        list_screens()
    assert sink.note() == "window closed"
    sink.close()


def test_the_screens_are_listed_for_the_devices_page(display: Display) -> None:
    assert list_screens() == [{"name": "screen", "number": 1, "size": SIZE, "hz": 0, "is_primary": True}]


@pytest.mark.parametrize("settings", [{"fit": "strech"}, {"size": "big"}, {"size": "0x5"}, {"size": "99999x2"}])
def test_settings_that_make_no_sense_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(LiveartError):
        WindowSink(**settings)

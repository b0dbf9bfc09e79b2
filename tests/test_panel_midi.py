"""A real controller on JACK, a real show, a real browser: learnt by touch and wiggle, unplugged, and back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jack_server import JackServer
from live_shows import panel_on
from midi_peer import Peer, midi_server, peer
from own_parts import write_patch
from test_panel_browser import box, browser, track

from liveart.panel.server import Panel

__all__ = ["browser", "midi_server"]
LEVEL = "/liveart/field/level"
NUMBER = f'[data-address="{LEVEL}"] input'


@pytest.fixture
def controller(midi_server: JackServer) -> Iterator[Peer]:
    """A controller that is plugged in."""
    with peer("nanoKONTROL2") as made:
        yield made


@pytest.fixture
def panel(controller: Peer, tmp_path: Path) -> Iterator[Panel]:
    """A panel on a running show whose patch names the controller."""
    patch = Path(write_patch(tmp_path))
    patch.write_text(patch.read_text(encoding="utf-8") + '\n[midi.nano]\ninput = "nanoKONTROL"\n', encoding="utf-8")
    with panel_on(patch) as served:
        yield served


def turn(controller: Peer, *positions: int) -> None:
    """Turn knob 21 through some positions."""
    for position in positions:
        controller.send(bytes([0xB0, 21, position]))
        time.sleep(0.01)


def test_a_knob_is_learnt_moves_a_fader_and_comes_back_after_a_fall(browser: Any, panel: Panel,
                                                                  controller: Peer) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(60_000)
    page.goto(panel.url)
    page.wait_for_selector(track(LEVEL))
    page.wait_for_selector("#open-hands .lamp.well")
    page.keyboard.press("l")
    left, top, _, height = box(page, track(LEVEL))
    page.mouse.click(left + 8, top + height / 2)
    page.wait_for_selector(".is-waiting")
    turn(controller, *range(10, 70, 4))
    page.wait_for_selector(f'[data-address="{LEVEL}"] .bound:has-text("cc 21")')
    page.keyboard.press("Escape")
    turn(controller, *range(64, 0, -4), *range(0, 97, 4))  # past the value, and on
    page.wait_for_function(f"() => document.querySelector('{NUMBER}').value === '0.76'")
    page.click("#open-hands")
    controller.unplug()
    page.wait_for_selector("#ports .lamp.waits")
    controller.plug()
    page.wait_for_selector("#ports .lamp.well")
    turn(controller, *range(92, 63, -4))
    turn(controller, *range(64, 101, 4), *range(96, 63, -4))
    page.wait_for_function(f"() => document.querySelector('{NUMBER}').value === '0.50'")
    page.close()

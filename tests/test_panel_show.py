"""The panel on a real show in its three processes: a hand in the browser reaches the frame, its sound the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from live_shows import panel_on
from own_parts import write_patch
from test_panel_browser import COLOUR, SHOWN, box, browser, track

from liveart.panel.server import Panel

__all__ = ["browser"]
LEVEL = "/liveart/field/level"


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    """A panel on a running show."""
    with panel_on(write_patch(tmp_path)) as served:
        yield served


def test_a_slider_in_the_browser_changes_the_frame_and_listen_brings_samples(browser: Any, panel: Panel) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(60_000)
    page.goto(panel.url)
    page.wait_for_selector(track(LEVEL))
    page.wait_for_function(SHOWN, arg=2)
    assert page.evaluate(COLOUR)[0] == pytest.approx(64, abs=12)
    left, top, width, height = box(page, track(LEVEL))
    page.mouse.click(left + width * 0.98, top + height / 2)
    page.wait_for_function(f"() => ({COLOUR})()[0] > 220")
    page.get_by_role("button", name="Listen").click()
    page.wait_for_function("() => Number(document.getElementById('listen').dataset.heard) > 12000")
    page.wait_for_function("() => Number(document.getElementById('listen').dataset.peak) > 0.02")
    page.close()

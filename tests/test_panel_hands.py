"""Learning in a real browser: controls are bound by touch and wiggle, changed in the drawer, and keys are controls."""

from __future__ import annotations

import time
from typing import Any

import pytest
from fake_host import FakeHost
from test_panel_browser import HUE, PITCH, X, browser, host, open_page, page, panel, track, wait_for

from liveart.core.event import Event
from liveart.panel.server import Panel

__all__ = ["browser", "host", "page", "panel"]


def learn(page: Any, host: FakeHost, address: str, control: str, value: float = 0.5) -> None:
    """Bind a control as a performer does."""
    if page.get_attribute("#learn", "aria-pressed") != "true":
        page.keyboard.press("l")
    page.locator(f'[data-address="{address}"]').first.click(position={"x": 12, "y": 12})
    wait_for(lambda: host.hands()["learning"] == address)
    page.wait_for_selector(f'.is-waiting[data-address="{address}"] .bound:has-text("wiggle")')
    host.controller.wiggle(control, value)
    shown = "notes" if address.endswith("/note") else control
    page.wait_for_selector(f'[data-address="{address}"] .bound:has-text("{shown}")')


def test_a_touch_and_a_wiggle_bind_a_knob_and_move_nothing_by_themselves(host: FakeHost, page: Any) -> None:
    learn(page, host, HUE, "cc 21", 0.5)
    assert page.text_content("#toasts") == "nano · cc 21 moves paint hue"
    assert host.controller.mapper.bindings[0].address == HUE
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.body.classList.contains('is-learning')")
    assert host.board.snapshot()[HUE] == 0.0
    host.put([Event(HUE, 0.45, time.monotonic(), "osc")])
    host.controller.wiggle("cc 21", 0.3)  # the hand passes where the value is, and takes it
    host.controller.wiggle("cc 21", 0.75)
    page.wait_for_function(f"() => document.querySelector('[data-address=\"{HUE}\"] input').value.startsWith('0.7')")


def test_escape_first_ends_the_waiting_and_then_the_learning(host: FakeHost, page: Any) -> None:
    page.click("#learn")
    page.click(track(PITCH))
    wait_for(lambda: host.hands()["learning"] == PITCH)
    assert host.board.snapshot()[PITCH] == 110.0  # the touch chose the fader and did not move it
    page.keyboard.press("Escape")
    wait_for(lambda: host.hands()["learning"] == "")
    page.wait_for_selector("#learning-what:has-text('Touch a control')")
    page.keyboard.press("Escape")
    page.wait_for_selector("#learning", state="hidden")
    assert host.controller.mapper.bindings == ()


def test_buttons_and_axes_can_be_learnt_too(host: FakeHost, page: Any) -> None:
    for number, address in enumerate(["/liveart/veil/burst", "/liveart/freeze", "/liveart/panic", "/liveart/clock/tap",
                                      "/liveart/cue/next", X, "/liveart/paint/blend", "/liveart/cycles/note"]):
        learn(page, host, address, f"note {number + 30}")
    assert host.board.snapshot()["/liveart/panic"] == 0  # neither the touch nor the learning fired it
    assert host.played == []


def test_a_hand_that_has_not_caught_the_value_is_seen(host: FakeHost, page: Any) -> None:
    learn(page, host, PITCH, "cc 22", 0.5)
    host.controller.wiggle("cc 22", 0.1)
    host.put([Event(PITCH, 1000.0, time.monotonic(), "osc")])
    ghost = f"{track(PITCH)} .ghost"
    page.wait_for_function(f"""() => document.querySelector('{ghost}').style.getPropertyValue('--hand') === '0.1'""")
    assert page.is_visible(f'[data-address="{PITCH}"] .bound.is-free')
    at = host.board.layout.params[PITCH].to_norm(host.board.snapshot()[PITCH])
    host.controller.wiggle("cc 22", at + 0.01)
    page.wait_for_selector(ghost, state="hidden")


def test_a_binding_is_changed_in_the_units_of_its_target_taken_away_and_brought_back(host: FakeHost, page: Any) -> None:
    learn(page, host, PITCH, "cc 22")
    learn(page, host, "/liveart/veil/burst", "note 36")
    page.keyboard.press("Escape")
    page.click("#open-hands")
    row = page.locator('.binding:has-text("cycles pitch")')
    assert row.locator("input").first.input_value() == "20.0"
    row.locator("input").first.fill("200")
    row.locator("input").first.press("Enter")
    wait_for(lambda: host.controller.mapper.bindings[0].low == pytest.approx(0.5))
    row.get_by_label("takeover of").select_option("scale")
    row.get_by_label("encoder of").select_option("offset")
    wait_for(lambda: host.controller.mapper.bindings[0].takeover == "scale")
    wait_for(lambda: host.controller.mapper.bindings[0].encoder == "offset")
    other = page.locator('.binding:has-text("veil burst")')
    assert other.get_by_label("takeover of").count() == 1
    assert not other.get_by_label("takeover of").is_visible()
    other.get_by_label("action of").select_option("hold")
    wait_for(lambda: host.controller.mapper.bindings[1].action == "hold")
    row.get_by_label("unbind").click()
    page.wait_for_selector('.binding:has-text("cycles pitch")', state="detached")
    assert not page.is_visible(f'[data-address="{PITCH}"] .bound')
    page.click("#undo-bind")
    page.wait_for_selector('.binding:has-text("cycles pitch")')
    assert page.input_value('[aria-label="low of nano · cc 22"]') == "200.0"
    page.keyboard.press("Escape")
    assert page.is_hidden("#hands")


def test_a_refused_change_is_told_and_not_shown(host: FakeHost, page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    learn(page, host, PITCH, "cc 22")
    page.click("#open-hands")
    monkeypatch.setattr(host, "bind", lambda index, changes: host.unbind(99))
    page.get_by_label("takeover of").first.select_option("jump")
    page.wait_for_selector("#toasts .bad:has-text('no binding 99')")
    page.wait_for_function("() => document.querySelector('[aria-label^=\"takeover\"]').value === 'auto'")


def test_controllers_show_whether_they_are_there(host: FakeHost, page: Any) -> None:
    page.click("#open-hands")
    assert page.locator("#ports .lamp.well").count() == 1
    assert page.text_content("#ports").endswith("pianonot there")
    host.controller.is_connected = False
    page.wait_for_function("() => document.querySelectorAll('#ports .lamp.waits').length === 2")
    host.controller.follow = "midi"
    page.wait_for_selector("#followed:has-text('follows MIDI clock · waiting · 96.0 bpm')")


def test_keys_that_the_page_has_no_use_for_are_controls(host: FakeHost, page: Any) -> None:
    page.keyboard.press("g")
    page.keyboard.press("Shift+H")
    page.keyboard.press("F2")
    page.keyboard.press("Control+g")
    page.keyboard.press("CapsLock")
    page.keyboard.press("b")
    wait_for(lambda: len(host.controller.keys) >= 6)
    page.wait_for_selector('.blackout[aria-pressed="true"]')
    assert host.controller.keys == [(key, is_down) for key in ("g", "h", "f2") for is_down in (True, False)]


def test_a_key_is_learnt_like_a_knob(host: FakeHost, page: Any) -> None:
    page.keyboard.press("l")
    page.click('[data-address="/liveart/paint/mirror"]')
    wait_for(lambda: host.hands()["learning"] != "")
    page.keyboard.press("m")
    page.wait_for_selector('[data-address="/liveart/paint/mirror"] .bound:has-text("key m")')
    assert host.controller.mapper.bindings[0].device == "keys"


def test_keys_do_nothing_while_somebody_types(host: FakeHost, page: Any) -> None:
    number = page.locator(f'[data-address="{PITCH}"] input')
    number.focus()
    for key in ("b", "p", "g", "s", "n", "l", "1", " "):
        page.keyboard.press(key)
    number.press("Escape")
    page.wait_for_timeout(200)
    snapshot = host.board.snapshot()
    assert (snapshot["/liveart/blackout"], snapshot["/liveart/panic"], snapshot["/liveart/freeze"]) == (0, 0, 0)
    assert host.controller.keys == []
    assert page.is_hidden("#learning")
    assert page.is_hidden("#naming")


def test_keys_and_notes_end_when_the_page_goes(browser: Any, panel: Panel, host: FakeHost) -> None:
    for opened in open_page(browser, panel, viewport={"width": 1280, "height": 800}):
        opened.keyboard.down("g")
        opened.locator('.piano [data-step="4"]').scroll_into_view_if_needed()
        opened.locator('.piano [data-step="4"]').hover(position={"x": 5, "y": 80})
        opened.mouse.down()
        wait_for(lambda: len(host.played) == 1 and len(host.controller.keys) == 1)
    wait_for(lambda: host.controller.keys[-1] == ("g", False))
    wait_for(lambda: host.played[-1] == ("/liveart/cycles/note/52", 0.0))


def test_the_keyboard_on_the_page_plays_louder_lower_down(host: FakeHost, page: Any) -> None:
    keyboard = page.locator(".keyboard")
    keyboard.scroll_into_view_if_needed()
    page.locator('[data-step="0"]').click(position={"x": 4, "y": 100})
    page.locator('[data-step="1"]').click(position={"x": 4, "y": 4})
    page.get_by_label("octave up").click()
    page.locator('[data-step="0"]').click(position={"x": 4, "y": 100})
    wait_for(lambda: len(host.played) == 6)
    assert [address.rpartition("/")[2] for address, _ in host.played] == ["48", "48", "49", "49", "60", "60"]
    assert host.played[0][1] > 0.9
    assert 0.1 < host.played[2][1] < 0.3
    assert [value for _, value in host.played][1::2] == [0, 0, 0]


def test_sliding_over_the_keyboard_plays_one_note_at_a_time(host: FakeHost, page: Any) -> None:
    page.locator(".keyboard").scroll_into_view_if_needed()
    first, last = (page.locator(f'[data-step="{step}"]').bounding_box() for step in (0, 4))
    page.mouse.move(first["x"] + 4, first["y"] + 90)
    page.mouse.down()
    page.mouse.move(last["x"] + 4, first["y"] + 90, steps=12)
    page.mouse.up()
    wait_for(lambda: [value for _, value in host.played][-1:] == [0] and len(host.played) >= 6)
    held: set[str] = set()
    for address, value in host.played:
        (held.add if value else held.discard)(address)
        assert len(held) <= 1
    assert host.played[-1][0].endswith("/52")

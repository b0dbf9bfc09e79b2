"""Cues in a real browser: stored, recalled on the bar, undone, put in order; two pages and a phone agree."""

from __future__ import annotations

import time
from typing import Any

import pytest
from fake_host import FakeHost
from test_panel_browser import HUE, browser, host, open_page, page, panel, wait_for

from liveart.core.event import Event
from liveart.core.morph import CURVES
from liveart.panel.server import Panel
from liveart.show.cue import QUANTA

__all__ = ["browser", "host", "page", "panel"]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def made(host: FakeHost) -> FakeHost:
    """A show with three cues of different hues; the last is on."""
    for name, hue in (("dawn", 0.1), ("storm", 0.5), ("calm", 0.9)):
        host.put([Event(HUE, hue, time.monotonic(), "test")])
        host.edit_cue({"store": name})
        host.edit_cue({"set": name, "morph": 0.0})
    return host


def hue(host: FakeHost) -> float:
    """The hue now."""
    return float(host.board.snapshot()[HUE])


def order(host: FakeHost) -> list[str]:
    """The set list."""
    return list(host.desk.cues.set_list)


def at(host: FakeHost) -> str:
    """The cue that is on."""
    return str(host.cues()["at"])


def chips(page: Any) -> list[str]:
    """The names on the strip."""
    return [str(name) for name in page.locator("#chips .chip .name").all_text_contents()]


def rows(page: Any) -> list[str]:
    """The names in the set list."""
    return [str(row.get_attribute("data-name")) for row in page.locator("#rows .cue").all()]


def test_a_cue_is_stored_with_one_key_and_a_name(host: FakeHost, page: Any) -> None:
    assert page.is_visible("#hint")
    page.keyboard.press("s")
    page.keyboard.type("blue 7")
    page.keyboard.press("Enter")
    page.wait_for_selector('.chip.is-at:has-text("blue-7")')
    assert page.text_content("#toasts") == 'stored as cue "blue-7".'
    assert page.is_hidden("#naming")
    page.keyboard.press("s")
    page.keyboard.press("Escape")
    assert page.is_hidden("#naming")
    page.keyboard.press("s")
    page.keyboard.press("Enter")  # no name: the show gives one
    page.wait_for_selector('.chip.is-at:has-text("cue-2")')
    page.click("#cue-store")
    page.fill("#cue-name", " blue 7")
    assert page.text_content("#store-now") == "Replace"
    page.click("#store-now")
    page.wait_for_selector('.chip.is-at:has-text("blue-7")')
    assert order(host) == ["blue-7", "cue-2"]


def test_numbers_recall_and_with_shift_store(made: FakeHost, page: Any) -> None:
    page.wait_for_selector(".chip.is-at")
    page.keyboard.press("1")
    wait_for(lambda: hue(made) == pytest.approx(0.1))
    page.wait_for_selector('.chip.is-at:has-text("dawn")')
    made.put([Event(HUE, 0.33, time.monotonic(), "osc")])
    page.keyboard.press("Shift+2")
    wait_for(lambda: at(made) == "storm")
    page.keyboard.press("3")
    wait_for(lambda: hue(made) == pytest.approx(0.9))
    page.keyboard.press("Digit2")
    wait_for(lambda: hue(made) == pytest.approx(0.33))
    page.keyboard.press("Shift+8")
    page.wait_for_selector('.chip:has-text("cue-4")')


def test_next_previous_and_undo_by_key_and_touch(made: FakeHost, page: Any) -> None:
    page.wait_for_selector(".chip.is-at")
    page.keyboard.press("1")
    page.wait_for_selector('.chip.is-next:has-text("storm")')
    page.keyboard.press("n")
    wait_for(lambda: hue(made) == pytest.approx(0.5))
    page.keyboard.press("ArrowRight")
    wait_for(lambda: hue(made) == pytest.approx(0.9))
    page.keyboard.press("ArrowLeft")
    wait_for(lambda: hue(made) == pytest.approx(0.5))
    page.keyboard.press("u")
    wait_for(lambda: hue(made) == pytest.approx(0.9))
    page.keyboard.press("Control+z")
    wait_for(lambda: hue(made) == pytest.approx(0.5))
    page.click("#cue-previous")
    wait_for(lambda: hue(made) == pytest.approx(0.1))
    page.click("#cue-next")
    wait_for(lambda: hue(made) == pytest.approx(0.5))
    page.click("#cue-undo")
    wait_for(lambda: hue(made) == pytest.approx(0.1))
    for _ in range(30):
        page.keyboard.press("u")
    page.wait_for_selector("#toasts .bad:has-text('no recall to undo')")


def test_a_waiting_cue_counts_down_and_a_morph_fills_the_strip(made: FakeHost, page: Any) -> None:
    made.edit_cue({"set": "dawn", "quantum": "2 bars", "morph": 4.0})
    page.click('.chip:has-text("dawn")')
    page.wait_for_selector('.chip.is-pending:has-text("dawn")')
    page.wait_for_function("() => /^dawn in [1-8]$/.test(document.getElementById('coming').textContent)")
    assert page.text_content("#at") == "calm"
    page.wait_for_function("() => /^morph \\d+ %$/.test(document.getElementById('coming').textContent)")
    assert page.text_content("#at") == "dawn"
    page.wait_for_function("() => Number(document.getElementById('standing').style.getPropertyValue('--share')) > 0.3")
    page.wait_for_function("() => document.getElementById('coming').textContent === 'next storm'")


def test_timing_and_name_are_changed_in_the_set_list(made: FakeHost, page: Any) -> None:
    page.click("#open-set")
    page.get_by_label("timing of storm").click()
    field = page.get_by_label("morph of storm")
    field.fill("2,5")
    field.press("Enter")
    page.get_by_label("quantum of storm").select_option("bar")
    page.get_by_label("curve of storm").select_option("out")
    assert page.get_by_label("after of storm").is_hidden()
    page.get_by_label("follow of storm").select_option("calm")
    page.get_by_label("after of storm").fill("12")
    page.get_by_label("after of storm").press("Enter")
    wanted = {"morph": 2.5, "quantum": "bar", "curve": "out", "follow": "calm", "after": 12.0}
    wait_for(lambda: made.cues()["cues"][1].items() >= wanted.items())
    field.fill("soon")
    field.press("Enter")
    assert field.input_value() == "2.5"
    name = page.get_by_label("name of storm")
    name.fill("gale")
    name.press("Enter")
    page.wait_for_selector('.chip:has-text("gale")')
    assert rows(page) == ["dawn", "gale", "calm"]
    assert page.get_by_label("quantum of gale").locator("option").all_text_contents() == list(QUANTA)
    assert set(page.get_by_label("curve of gale").locator("option").all_text_contents()) == set(CURVES)


def test_the_order_is_changed_by_drag_and_by_buttons(made: FakeHost, page: Any) -> None:
    page.click("#open-set")
    page.wait_for_selector("#rows .cue")
    handle = page.locator('[data-name="dawn"] .handle').bounding_box()
    last = page.locator('[data-name="calm"]').bounding_box()
    page.mouse.move(handle["x"] + 10, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 10, last["y"] + last["height"] - 4, steps=8)
    page.mouse.up()
    wait_for(lambda: order(made) == ["storm", "calm", "dawn"])
    page.wait_for_function("() => document.querySelector('#rows .cue').dataset.name === 'storm'")
    assert rows(page) == ["storm", "calm", "dawn"]
    assert chips(page) == ["dawn", "storm", "calm"]  # numbers belong to cues, whatever the order of the set
    page.get_by_label("earlier dawn").click()
    wait_for(lambda: order(made) == ["storm", "dawn", "calm"])
    page.get_by_label("later storm").click()
    wait_for(lambda: order(made) == ["dawn", "storm", "calm"])
    page.get_by_label("earlier dawn").click()  # it is the first: nothing happens
    page.get_by_label("recall dawn").click()
    wait_for(lambda: at(made) == "dawn")


def test_a_cue_may_come_twice_in_the_set_or_not_at_all(made: FakeHost, page: Any) -> None:
    page.click("#open-set")
    page.get_by_label("timing of dawn").click()
    page.get_by_label("once more dawn").click()
    wait_for(lambda: order(made) == ["dawn", "dawn", "storm", "calm"])
    page.wait_for_function("() => document.querySelectorAll('#rows .cue').length === 4")
    page.get_by_label("later dawn").last.click()
    wait_for(lambda: order(made) == ["dawn", "storm", "dawn", "calm"])
    page.get_by_label("timing of calm").click()
    page.get_by_label("take out calm").click()
    page.wait_for_selector("#spare [data-name=calm]")
    assert order(made) == ["dawn", "storm", "dawn"]
    page.get_by_label("timing of calm").click()
    page.get_by_label("add to the set calm").click()
    wait_for(lambda: order(made) == ["dawn", "storm", "dawn", "calm"])
    page.wait_for_selector("#spare-title", state="hidden")


def test_an_order_that_the_show_refuses_goes_back(made: FakeHost, page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page.click("#open-set")
    page.wait_for_selector("#rows .cue")
    monkeypatch.setattr(made, "edit_cue", lambda what: made.desk.edit({"order": ["mist"]}, 0.0))
    handle = page.locator('[data-name="calm"] .handle').bounding_box()
    page.mouse.move(handle["x"] + 10, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 10, 130, steps=5)
    page.mouse.up()
    page.wait_for_selector("#toasts .bad:has-text('no cue')")
    page.wait_for_function("() => document.querySelector('#rows .cue').dataset.name === 'dawn'")
    assert rows(page) == ["dawn", "storm", "calm"]


def test_a_deleted_cue_can_be_taken_back_for_a_moment(made: FakeHost, page: Any) -> None:
    page.clock.install()
    page.click("#open-set")
    page.get_by_label("timing of storm").click()
    page.get_by_label("delete storm").click()
    page.wait_for_selector('[data-name="storm"] .regret')
    page.click('[data-name="storm"] .regret button')
    page.clock.run_for(8000)
    assert order(made) == ["dawn", "storm", "calm"]
    page.get_by_label("delete storm").click()
    page.clock.run_for(5100)
    wait_for(lambda: order(made) == ["dawn", "calm"])


def test_two_pages_show_the_same(made: FakeHost, browser: Any, panel: Panel, page: Any) -> None:
    for other in open_page(browser, panel, **PHONE):
        page.keyboard.press("1")
        other.wait_for_selector('.chip.is-at:has-text("dawn")')
        other.tap("#cue-next")
        page.wait_for_selector('.chip.is-at:has-text("storm")')
        other.tap("#learn")
        other.tap("#cue-store")
        page.wait_for_selector("#learning:has-text('cue store')")
        made.controller.wiggle("note 60", 1.0)
        page.wait_for_selector('#cue-store .bound:has-text("note 60")')


def test_all_of_it_can_be_reached_on_a_phone(made: FakeHost, browser: Any, panel: Panel) -> None:
    for phone in open_page(browser, panel, **PHONE):
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        phone.tap("#cue-store")
        phone.keyboard.type("here")
        phone.tap("#store-now")
        wait_for(lambda: order(made)[-1] == "here")
        phone.tap("#open-set")
        phone.get_by_label("earlier here").tap()
        wait_for(lambda: order(made)[2] == "here")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        phone.tap("#set .close")
        phone.tap('.chip:has-text("dawn")')
        wait_for(lambda: at(made) == "dawn")
        phone.tap("#learn")
        phone.tap('[data-address="/liveart/cue/dawn"]')
        wait_for(lambda: made.hands()["learning"] == "/liveart/cue/dawn")
        phone.tap("#learn-end")
        wait_for(lambda: made.hands()["learning"] == "")
        phone.tap("#learn-end")
        phone.tap("#open-hands")
        assert phone.is_visible("#ports")
        phone.tap("#hands .close")
        phone.locator(".piano").scroll_into_view_if_needed()
        phone.locator('[data-step="12"]').tap(position={"x": 5, "y": 100})
        wait_for(lambda: len(made.played) == 2)

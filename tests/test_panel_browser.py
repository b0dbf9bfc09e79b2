"""The panel's page in a real browser: a hand moves it, the show answers; headless Chromium through playwright."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_host import PARAMS, FakeHost
from parts import needs

from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.panel.server import Panel

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]
HUE, PITCH, X, Y = "/liveart/paint/hue", "/liveart/cycles/pitch", "/liveart/journey/x", "/liveart/journey/y"
PATIENCE = 30.0  # seconds; generous, since other work may share the machine
COLOUR = """() => {
  const canvas = document.getElementById('picture');
  const data = canvas.getContext('2d').getImageData(canvas.width / 2 - 8, canvas.height / 2 - 8, 16, 16).data;
  return [0, 1, 2].map((c) => data.filter((_, i) => i % 4 === c).reduce((a, b) => a + b) / 256);
}"""
# Runs the audio thread's program by hand: 220 Hz in chunks of 20 ms over a line with jitter, 8 s, the largest step
# between samples in each 10 ms.
JITTER = """async ([rate, drift, gap]) => {
  const text = await (await fetch('/panel/sound-worklet.js')).text();
  let Sound = null, seed = 1;
  class Base { constructor() { this.port = { postMessage() {} }; } }
  new Function('AudioWorkletProcessor', 'registerProcessor', 'sampleRate', text)(Base, (_, c) => { Sound = c; }, rate);
  const sound = new Sound();
  sound.port.onmessage({ data: { rate: 48000 } });
  const late = () => (seed = seed * 48271 % 2147483647) / 2147483647 * 0.015;
  const arrival = (k) => k * 0.02 * (1 - drift) + late() + (k > 200 && k < 200 + gap * 50 ? gap : 0);
  const left = new Float32Array(128), right = new Float32Array(128), steps = [];
  let sent = 0, due = arrival(0), last = 0;
  for (let block = 0; block * 128 / rate < 8; block++) {
    for (; due <= block * 128 / rate; due = Math.max(arrival(++sent), due)) {
      const pcm = new Int16Array(1920);
      pcm.forEach((_, i) => { pcm[i] = 9830 * Math.sin(2 * Math.PI * 220 * (sent * 960 + (i >> 1)) / 48000); });
      sound.port.onmessage({ data: pcm.buffer });
    }
    sound.process([], [[left, right]]);
    for (const value of left) {
      const place = Math.floor(block * 128 / rate * 100);
      steps[place] = Math.max(steps[place] || 0, Math.abs(value - last));
      last = value;
    }
  }
  return [steps, sound.missed, sound.fill / 48000];
}"""
UNDER_THE_THUMB = """() => {
    const { bottom } = document.getElementById('safety').getBoundingClientRect();
    return bottom > innerHeight - 144 && bottom <= innerHeight;
}"""
SHOWN = "(n) => Number(document.getElementById('picture').dataset.shown || 0) > n"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for all tests of this file."""
    program = needs("chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def host() -> Iterator[FakeHost]:
    """A running show."""
    with FakeHost() as fake:
        yield fake


@pytest.fixture
def panel(host: FakeHost) -> Iterator[Panel]:
    """A panel on a free port."""
    served = Panel(host, port=0)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def page(browser: Any, panel: Panel) -> Iterator[Any]:
    """The page on a desktop, ready; any error in its scripts fails the test."""
    yield from open_page(browser, panel, viewport={"width": 1280, "height": 800})


def open_page(browser: Any, panel: Panel, init: str = "", **settings: Any) -> Iterator[Any]:
    """Yield a page that has its controls; fail when a script of it failed."""
    context = browser.new_context(**settings)
    context.set_default_timeout(PATIENCE * 1000)
    opened, errors = context.new_page(), []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    if init:
        opened.add_init_script(init)
    opened.goto(panel.url)
    opened.wait_for_selector(f'[data-address="{HUE}"] .track')
    yield opened
    context.close()
    assert errors == []


def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait until `is_so`, which asks the show and not the page."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def box(page: Any, selector: str) -> tuple[float, float, float, float]:
    """Return left, top, width, height of an element."""
    page.locator(selector).scroll_into_view_if_needed()
    found = page.locator(selector).bounding_box()
    return found["x"], found["y"], found["width"], found["height"]


def track(address: str) -> str:
    """Return the selector of a fader."""
    return f'[data-address="{address}"] .track'


def test_a_slider_moves_the_board_and_the_picture(host: FakeHost, page: Any) -> None:
    """Pulling the hue to its middle arrives on the board, stands beside the slider and turns the colours."""
    page.wait_for_function(SHOWN, arg=2)
    before = page.evaluate(COLOUR)
    left, top, width, height = box(page, track(HUE))
    page.mouse.move(left + 2, top + height / 2)
    page.mouse.down()
    page.mouse.move(left + width * 0.25, top + height / 2, steps=3)
    page.mouse.move(left + width * 0.5, top + height / 2, steps=3)
    page.mouse.up()
    wait_for(lambda: host.board.snapshot()[HUE] == pytest.approx(0.5, abs=0.02))
    assert float(page.input_value(f'[data-address="{HUE}"] input')) == pytest.approx(0.5, abs=0.02)
    shown = int(page.evaluate("document.getElementById('picture').dataset.shown"))
    page.wait_for_function(SHOWN, arg=shown + 3)
    assert max(abs(a - b) for a, b in zip(page.evaluate(COLOUR), before, strict=True)) > 20
    page.mouse.dblclick(left + width * 0.8, top + height / 2)
    wait_for(lambda: host.board.snapshot()[HUE] == 0.0)


def test_a_number_can_be_typed(host: FakeHost, page: Any) -> None:
    """Enter takes it and keeps it within the range, Escape and nonsense leave the value alone."""
    number = page.locator(f'[data-address="{PITCH}"] input')
    number.fill("440")
    number.press("Enter")
    wait_for(lambda: host.board.snapshot()[PITCH] == 440.0)
    number.fill("99999")
    number.press("Enter")
    wait_for(lambda: host.board.snapshot()[PITCH] == 2000.0)
    number.fill("loud")
    number.press("Enter")
    number.fill("100")
    number.press("Escape")
    assert number.input_value() == "2000"
    assert host.board.snapshot()[PITCH] == 2000.0


def test_buttons_choices_and_keys_reach_the_board(host: FakeHost, page: Any) -> None:
    """Switch, trigger, buttons, menu, steps, and the keys of the stage do what they say."""
    page.click('[data-address="/liveart/paint/mirror"]')
    page.click('[data-address="/liveart/paint/blend"] button:has-text("screen")')
    page.select_option('[data-address="/liveart/veil/grain"] select', "linen")
    page.click('[data-address="/liveart/veil/burst"]')
    page.click('[data-address="/liveart/paint/seed"] button[aria-label="seed up"]')
    page.click("#safety .blackout")
    page.keyboard.press(" ")
    page.keyboard.press("p")
    wanted = {"/liveart/paint/mirror": 0, "/liveart/paint/blend": 2, "/liveart/veil/grain": 5, "/liveart/veil/burst": 1,
              "/liveart/paint/seed": 8, "/liveart/blackout": 1, "/liveart/freeze": 1, "/liveart/panic": 1}
    wait_for(lambda: {address: host.board.snapshot()[address] for address in wanted} == wanted)
    assert page.get_attribute("#safety .freeze", "aria-pressed") == "true"


def test_a_pad_moves_two_values(host: FakeHost, page: Any) -> None:
    """Up is up; arrow keys go in small steps; twice brings both defaults back."""
    left, top, width, height = box(page, ".plane")
    page.mouse.move(left + width / 2, top + height / 2)
    page.mouse.down()
    page.mouse.move(left + width * 0.75, top + height * 0.25, steps=4)
    page.mouse.up()
    wait_for(lambda: host.board.snapshot()[X] == pytest.approx(2.0, abs=0.1))
    assert host.board.snapshot()[Y] == pytest.approx(2.0, abs=0.1)
    page.focus(".plane")
    page.keyboard.press("ArrowLeft")
    wait_for(lambda: host.board.snapshot()[X] == pytest.approx(1.92, abs=0.1))
    page.mouse.dblclick(left + 20, top + 20)
    wait_for(lambda: host.board.snapshot()[X] == host.board.snapshot()[Y] == 0.0)


def test_other_hands_show_but_never_fight(host: FakeHost, page: Any) -> None:
    """A value from elsewhere lights the control; while this hand holds it, it waits; after that it is shown."""
    number = f'[data-address="{PITCH}"] input'
    shows = f"(text) => document.querySelector('{number}').value === text"
    host.put([Event(PITCH, 220.0, time.monotonic(), "osc 10.0.0.7")])
    page.wait_for_function(shows, arg="220.0")
    page.wait_for_function("() => document.querySelector('#last').textContent.includes('10.0.0.7')")
    left, top, width, height = box(page, track(PITCH))
    page.mouse.move(left + width / 2, top + height / 2)
    page.mouse.down()
    wait_for(lambda: host.board.snapshot()[PITCH] == pytest.approx(200.0, rel=0.1))
    mine = page.input_value(number)
    host.put([Event(PITCH, 1000.0, time.monotonic(), "osc 10.0.0.7")])
    page.wait_for_timeout(400)
    assert page.input_value(number) == mine
    page.mouse.up()
    page.wait_for_function(shows, arg="1000.0")


@pytest.mark.parametrize("init", ["", "Object.defineProperty(BaseAudioContext.prototype, 'audioWorklet', {value: 0})"],
                         ids=["worklet", "no worklet, as on a phone in a plain network"])
def test_listen_brings_sound(browser: Any, panel: Panel, init: str) -> None:
    """A click on Listen makes samples arrive and play at their level, with and without an audio worklet."""
    for page in open_page(browser, panel, init):
        page.click("#listen")
        page.wait_for_function("() => Number(document.getElementById('listen').dataset.heard) > 24000")
        page.wait_for_function("() => Math.abs(document.getElementById('listen').dataset.peak - 0.3) < 0.02")
        page.click("#listen")
        assert page.get_attribute("#listen", "aria-pressed") == "false"


@pytest.mark.parametrize(("rate", "drift", "gap", "bound"), [
    (48000, 0.0, 0.0, 0.0102), (44100, 0.0, 0.0, 0.0110), (48000, 0.0005, 0.0, 0.0102), (48000, -0.0005, 0.0, 0.0102),
    (48000, 0.0, 0.4, 0.0115)], ids=["even clocks", "another rate", "fast show", "slow show", "a gap in the line"])
def test_an_uneven_line_plays_evenly(browser: Any, panel: Panel, rate: int, drift: float, gap: float,
                                     bound: float) -> None:
    """The jitter buffer turns chunks that come 0 to 15 ms late into a sine without steps, also when clocks differ."""
    for page in open_page(browser, panel, bypass_csp=True):
        steps, missed, fill = page.evaluate(JITTER, [rate, drift, gap])
        assert max(steps[200:]) < bound  # the steepest step of the sine itself is 0.0086 (0.0094 at 44.1 kHz)
        assert missed == (1 if gap else 0)
        assert 0.02 < fill < 0.2


def test_the_page_comes_back_by_itself(host: FakeHost, panel: Panel, page: Any) -> None:
    """It says that the line is lost, and shows the present values when the show is back."""
    panel.stop()
    page.wait_for_selector("text=Connection lost")
    host.board.put(Event(HUE, 0.75, time.monotonic(), "osc"))
    panel.start()
    page.wait_for_function("() => !document.body.classList.contains('is-lost')")
    page.wait_for_function(f"() => document.querySelector('[data-address=\"{HUE}\"] input').value === '0.75'")


def test_new_params_bring_new_controls(host: FakeHost, page: Any) -> None:
    """When a model is swapped its controls go and come."""
    host.board.relayout(Layout.of(PARAMS[:5]), None)
    page.wait_for_selector('[data-group="cycles"]', state="detached")
    assert page.locator(track(HUE)).count() == 1


def test_curves_are_those_of_the_board(host: FakeHost, page: Any) -> None:
    """The page and the board agree on every fader position."""
    places = [0.0, 0.1, 0.25, 0.5, 0.77, 1.0]
    for address, param in host.board.layout.entries:
        if param.kind == "trigger":
            continue
        declared = {"low": param.bottom, "high": param.top, "curve": param.curve, "kind": param.kind}
        numbers = page.evaluate("""async ([param, places]) => {
            const { fromNorm, toNorm } = await import('/panel/scale.js');
            return places.map((place) => [fromNorm(param, place), toNorm(param, fromNorm(param, place))]);
        }""", [declared, places])
        for place, (number, back) in zip(places, numbers, strict=True):
            if param.kind in ("float", "rate"):
                assert number == pytest.approx(param.from_norm(place)), address
                assert back == pytest.approx(place), address
            else:
                assert abs(number - param.from_norm(place)) <= 1, address  # a half is rounded up here, to even there


def test_it_fits_a_phone(browser: Any, host: FakeHost, panel: Panel, tmp_path: Path) -> None:
    """Nothing hangs over the side, safety stays under the thumb, a finger moves a fader from where it stands."""
    for page in open_page(browser, panel, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True):
        page.wait_for_function(SHOWN, arg=1)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.evaluate("window.scrollTo(0, 700)")
        page.wait_for_function(UNDER_THE_THUMB)  # a phone's page may still be settling while it is scrolled
        page.tap("#safety .freeze")
        wait_for(lambda: host.board.snapshot()["/liveart/freeze"] == 1.0)
        page.tap(track(HUE))
        page.wait_for_timeout(200)
        assert host.board.snapshot()[HUE] == 0.0
        page.screenshot(path=tmp_path / "phone.png")
        assert (tmp_path / "phone.png").stat().st_size > 20_000

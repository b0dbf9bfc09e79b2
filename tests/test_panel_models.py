"""The panel with players that change their models and have many params: models, sections, pictures beside sliders."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest
from fake_host import GROUPS, PARAMS, FakeHost
from PIL import Image
from test_panel import hear, visit
from test_panel_browser import HUE, browser, open_page, wait_for

from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.oscquery import difference, tree
from liveart.core.param import Param
from liveart.panel.server import Panel

__all__ = ["browser"]
MODEL, SMILE = "/liveart/face/model", "/liveart/face/smile"


def face_params(picture: str, model: str = "faces") -> list[Param]:
    """Return the params of a player of many: as a StyleGAN has them."""
    layers = ("all", "coarse", "middle", "fine")
    directions = [param for name in ("smile", "age", "light") for param in (
        Param(name, 0.0, -4.0, 4.0, help=f"more or less {name}", picture=picture),
        Param(f"{name}_layers", "all", kind="choice", choices=layers))]
    bends = [param for bend in ("bend1", "bend2") for param in (
        Param(bend, 0.0),
        Param(f"{bend}_kind", "none", kind="choice", choices=("none", "translate", "rotate", "flip", "invert", "echo")),
        *(Param(f"{bend}_{word}", 0.0, -1.0, 1.0) for word in ("x", "y", "amount", "from", "to")))]
    centre = [Param("centre", "mean", kind="choice", choices=("mean", "seed")), Param("centre_seed", 0.0)]
    groups = [Param(f"{word}_{group}", 0.0) for word in ("mix", "truncation") for group in layers[1:]]
    return [Param("opacity", 1.0), Param("blend", "normal", kind="choice", choices=("normal", "add")),
            Param("model", model, kind="choice", choices=("faces", "cats-512", "my_own_paintings", "broken")),
            Param("truncation", 0.8, -1.5, 1.5), Param("noise", 1.0, 0.0, 3.0), Param("hue", 0.0, -0.5, 0.5),
            Param("noise_speed", 0.0), Param("shift_x", 0.0), Param("shift_y", 0.0),
            *directions, *groups, *centre, *bends]


class ModelHost(FakeHost):
    """The double, with a player `face` that changes its model."""

    def __init__(self, picture: str) -> None:
        super().__init__()
        self.models: dict[str, dict[str, str]] = {"face": {"playing": "faces", "loading": "", "failed": ""}}
        self.params = [*PARAMS, ("face", face_params(picture))]
        self.board.relayout(Layout.of(self.params), None)

    def groups(self) -> list[dict[str, Any]]:
        """The players and paths."""
        return [*GROUPS, {"name": "face", "title": "face", "kind": "picture", "has_models": True}]

    def status(self) -> dict[str, Any]:
        """The figures, with the models."""
        return super().status() | {"models": self.models}


@pytest.fixture
def picture(tmp_path: Path) -> str:
    """A picture of before and after."""
    ramp = np.linspace(0, 255, 192 * 96 * 3).reshape(96, 192, 3).astype(np.uint8)
    Image.fromarray(ramp).save(tmp_path / "smile.png")
    return str(tmp_path / "smile.png")


@pytest.fixture
def host(picture: str) -> Iterator[ModelHost]:
    """A running show."""
    with ModelHost(picture) as fake:
        yield fake


@pytest.fixture
def panel(host: ModelHost) -> Iterator[Panel]:
    """A panel on a free port."""
    served = Panel(host, port=0)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def page(browser: Any, panel: Panel) -> Iterator[Any]:
    """The page on a desktop."""
    yield from open_page(browser, panel, viewport={"width": 1440, "height": 900})


def test_only_pictures_that_params_are_declared_with_are_served(host: ModelHost, panel: Panel, picture: str) -> None:
    secret = Path(picture).with_name("secret.png")
    secret.write_bytes(Path(picture).read_bytes())
    no_picture = Path(picture).with_name("passwords.png")
    no_picture.write_text("secret")

    async def work(session: aiohttp.ClientSession) -> None:
        async with session.get(f"/picture{SMILE}") as reply:
            assert (reply.status, reply.content_type) == (200, "image/png")
            assert await reply.read() == Path(picture).read_bytes()
        for path in (HUE, "/liveart/nobody/none", str(secret), f"{SMILE}/../secret.png", "/..%2fsecret.png", "//"):
            async with session.get(f"/picture{path}") as reply:
                assert reply.status == 404, path
        host.board.relayout(Layout.of([*PARAMS, ("face", face_params(str(no_picture)))]), None)
        async with session.get(f"/picture{SMILE}") as reply:
            assert reply.status == 404  # it is no PNG
        async with session.ws_connect("/ws") as ws:
            groups = (await hear(ws, "layout"))["layout"]["groups"]
            face = next(group for group in groups if group["name"] == "face")
            told = {control["name"]: control for control in face["controls"]}
            assert told["smile"]["picture"] is True
            assert told["model"]["models"] is True
            assert str(no_picture) not in json.dumps(groups)
    visit(panel, work)


def test_a_picture_is_kept_from_those_without_the_token(host: ModelHost) -> None:
    served = Panel(host, port=0, token="a-long-token")
    served.start()

    async def work(session: aiohttp.ClientSession) -> None:
        async with session.get(f"/picture{SMILE}") as reply:
            assert reply.status == 401
        async with session.get(f"/picture{SMILE}?token=a-long-token") as reply:
            assert reply.status == 200
    try:
        visit(served, work)
    finally:
        served.stop()


def test_programs_are_not_told_of_pictures_nor_of_their_change(host: ModelHost, picture: str) -> None:
    snapshot = host.board.snapshot()
    assert picture not in json.dumps(tree(snapshot))
    other = Layout.of([*PARAMS, ("face", face_params("other.png"))])
    change = difference(snapshot.layout, other)
    assert (change.added, change.removed, change.changed) == ((), (), ())


def test_models_are_buttons_that_tell_what_plays_loads_and_failed(host: ModelHost, page: Any) -> None:
    buttons = page.locator(".models [data-model]")
    assert buttons.all_inner_texts() == ["faces", "cats-512", "my_own_paintings", "broken"]
    page.wait_for_selector('.models [data-model="faces"].is-playing')
    page.get_by_role("radio", name="cats-512").click()
    wait_for(lambda: host.board.snapshot()[MODEL] == 1.0)
    host.models["face"] = {"playing": "faces", "loading": "cats-512", "failed": "broken"}
    page.wait_for_selector('.models [data-model="cats-512"].is-loading[aria-checked="true"]')
    page.wait_for_selector('.models [data-model="broken"].has-failed')
    assert page.locator(".models .news").inner_text() == "loading cats-512…"
    host.models["face"] = {"playing": "cats-512", "loading": "", "failed": ""}
    page.wait_for_selector('.models [data-model="cats-512"].is-playing')
    assert page.locator('.card[data-group="face"] .title').inner_text() == "face · cats-512"


def test_a_long_card_has_sections_that_stay_as_they_were_left(host: ModelHost, page: Any) -> None:
    card = page.locator('.card[data-group="face"]')
    top = card.locator(":scope > .control").evaluate_all("(all) => all.map((one) => one.dataset.address)")
    assert [address.rpartition("/")[2] for address in top] == [
        "opacity", "blend", "model", "truncation", "noise", "hue", "noise_speed", "shift_x", "shift_y"]
    names = card.locator(".section").evaluate_all("(all) => all.map((one) => [one.dataset.section, one.open])")
    assert names == [["directions", True], ["mix", False], ["truncation", False], ["centre", False],
                     ["bend1", False], ["bend2", False]]
    card.locator('[data-section="bend1"] summary').click()
    page.wait_for_selector('[data-section="bend1"] [data-address="/liveart/face/bend1_amount"] .track')
    host.put([_event("/liveart/face/mix_fine", 0.5)])
    page.wait_for_selector('[data-section="mix"].is-moved')
    page.reload()
    page.wait_for_selector('[data-section="bend1"][open]')
    assert page.locator('[data-section="bend2"][open]').count() == 0


def test_a_direction_has_its_picture_and_its_layers_in_one_row(host: ModelHost, page: Any) -> None:
    row = page.locator(f'.direction[data-address="{SMILE}"]')
    page.wait_for_function("() => document.querySelector('.thumb img')?.naturalWidth === 192")
    row.get_by_role("combobox").select_option("fine")
    wait_for(lambda: host.board.snapshot()[f"{SMILE}_layers"] == 3.0)
    small = row.locator("img").bounding_box()["width"]
    row.locator(".thumb").hover()
    page.wait_for_function("(w) => document.querySelector('.thumb img').getBoundingClientRect().width > 2 * w",
                           arg=small)


def test_a_fader_that_is_held_stays_in_hand_while_another_player_gets_other_params(host: ModelHost, page: Any) -> None:
    track = page.locator(f'[data-address="{HUE}"] .track')
    track.scroll_into_view_if_needed()
    box = track.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    host.board.relayout(Layout.of([*PARAMS, ("face", face_params("", "cats-512")[:4])]), None)
    page.wait_for_function("() => !document.querySelector('.card[data-group=face] .section')")
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 10, steps=4)
    wait_for(lambda: abs(host.board.snapshot()[HUE] - 0.75) < 0.02)
    page.mouse.up()


def _event(address: str, value: float) -> Event:
    return Event(address, value, time.monotonic(), "test")

"""TouchDesigner's build script against a stand-in that knows TD's names: the network is built of the running show."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_host import FakeHost
from hosts import ROOT
from td_double import Operator, Par, run_script, walk

from liveart.panel.server import Panel

FOLDER = ROOT / "patches" / "touchdesigner"


@pytest.fixture(scope="module")
def show() -> Iterator[Panel]:
    with FakeHost() as host:
        panel = Panel(host, port=0)
        panel.start()
        yield panel
        panel.stop()


@pytest.fixture
def made(show: Panel, tmp_path: Path) -> Operator:
    return build(tmp_path, show.port)


def build(folder: Path, port: int, token: str = "") -> Operator:
    """Run the shipped script, with the panel's port and token changed in a copy; return the component."""
    for file in FOLDER.glob("*.py"):
        text = file.read_text(encoding="utf-8").replace("PANEL_PORT = 8321", f"PANEL_PORT = {port}")
        text = text.replace('TOKEN = ""', f'TOKEN = "{token}"')
        (folder / file.name).write_text(text, encoding="utf-8")
    made = run_script(folder / "build.py").op("liveart")
    assert made is not None
    return made


def child(made: Operator, name: str) -> Operator:
    found = made.op(name)
    assert found is not None
    return found


def hands(made: Operator) -> None:
    """Let the Parameter Execute DAT hear of every change, as TouchDesigner does."""
    module = child(made, "hands").module
    for row in child(made, "addresses").rows[1:]:
        par = getattr(made.par, row[0])
        par.watchers.append(lambda par, before: module.onPulse(par) if before is None
                            else module.onValueChange(par, before))


def hear(made: Operator, address: str, *values: Any) -> None:
    child(made, "control").module.onReceiveOSC(child(made, "heard"), 1, "", b"", 0.0, address, list(values), None)


def test_every_address_of_the_show_becomes_a_parameter_of_its_kind(made: Operator, show: Panel) -> None:
    hue, blend = made.par.Painthue, made.par.Paintblend
    assert (hue.style, blend.style, made.par.Panic.style, made.par.Blackout.style) == (
        "float", "menu", "pulse", "toggle")
    assert hue.normMin < hue.eval() < hue.normMax or hue.eval() in (hue.normMin, hue.normMax)
    assert blend.eval() in blend.menuNames
    addresses = [row[1] for row in child(made, "addresses").rows[1:]]
    assert "/liveart/paint/hue" in addresses
    assert not {"/liveart/ping", "/liveart/listen"} & set(addresses)


def test_it_asks_for_all_values_at_once_and_hears_them_on_its_port(made: Operator) -> None:
    port = child(made, "heard").par.port.eval()
    assert child(made, "out").sent == [("/liveart/listen", [port])]
    assert child(made, "heard").par.callbacks.eval() is child(made, "control")


def test_a_moved_parameter_is_sent_under_its_address(made: Operator) -> None:
    hands(made)
    out = child(made, "out").sent
    out.clear()
    made.par.Painthue = 0.25
    made.par.Blackout = True
    made.par.Panic.pulse()
    assert out == [("/liveart/paint/hue", [0.25]), ("/liveart/blackout", [1]), ("/liveart/panic", [1])]


def test_what_liveart_tells_is_shown_and_not_sent_back(made: Operator) -> None:
    hands(made)
    out = child(made, "out").sent
    out.clear()
    hear(made, "/liveart/paint/hue", 0.125)
    hear(made, "/liveart/blackout", 1)
    hear(made, "/liveart/panic", 1)
    hear(made, "/liveart/nowhere", 1)
    assert made.par.Painthue.eval() == 0.125
    assert out == []
    made.par.Painthue = 0.25
    assert out == [("/liveart/paint/hue", [0.25])]


def test_troubles_of_the_show_are_printed(made: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    hear(made, "/liveart/error", "the camera is gone")
    assert "the camera is gone" in capsys.readouterr().out


def test_the_picture_comes_by_ndi_and_at_the_flick_of_a_switch_by_shared_memory(made: Operator) -> None:
    choice = child(made, "choice")
    assert [connector.source.kind for connector in choice.inputConnectors[:2]] == ["ndiinTOP", "scriptTOP"]
    assert child(made, "picture").inputConnectors[0].source is choice
    assert "onCook" in child(made, "shm_callbacks").text
    assert child(made, "ndi").par.name.eval().endswith(" (liveart)")


def test_running_it_again_replaces_the_component(made: Operator, tmp_path: Path) -> None:
    network = made.owner
    assert network is not None
    names = [operator.path for operator in walk(network)]
    assert run_script(tmp_path / "build.py", network).op("liveart") is not made
    assert [operator.path for operator in walk(network)] == names


def test_without_a_show_it_says_what_to_do_and_leaves_what_was_there(tmp_path: Path) -> None:
    with contextlib.closing(Holder()) as holder, pytest.raises(RuntimeError, match="Start it"):
        build(tmp_path, holder.port)


def test_a_panel_with_a_token_is_asked_with_it(tmp_path: Path) -> None:
    with FakeHost() as host:
        panel = Panel(host, port=0, token="a long enough word")
        panel.start()
        try:
            with pytest.raises(RuntimeError, match="401"):
                build(tmp_path, panel.port)
            assert build(tmp_path, panel.port, "a long enough word").par.Painthue
        finally:
            panel.stop()


class Holder:
    """A port that is taken by nobody who answers."""

    def __init__(self) -> None:
        self._door = socket.socket()
        self._door.bind(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]

    def close(self) -> None:
        self._door.close()


def test_a_parameter_knows_the_limits_of_its_address(made: Operator) -> None:
    assert isinstance(made.par.Paintopacity, Par)
    made.par.Paintopacity = 7.0
    assert made.par.Paintopacity.eval() == 1.0

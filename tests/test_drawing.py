"""A Drawing gives the net's own pictures, draws only what has changed, and takes no more room with time."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import psutil
import pytest
import torch
from stylegan_files import sg2_tensors, sg3_tensors
from torch import Tensor

from liveart.nets.drawing import Drawing, choose_route
from liveart.nets.drawing_graph import Captured, draw_all
from liveart.nets.style_net import Bend, Layer, Scene, Step, StyleNet
from liveart.nets.style_nets import live_net


def _net(arch: str = "stylegan2", **wish: Any) -> StyleNet:
    net, tensors = (sg2_tensors if arch == "stylegan2" else sg3_tensors)(**wish)
    return live_net(arch, net, tensors)


def _styles(net: StyleNet, seed: int = 1) -> Tensor:
    return torch.randn(1, net.rows, net.style, generator=torch.Generator().manual_seed(seed))


def _whole(net: StyleNet, ws: Tensor, scene: Scene) -> Tensor:
    with torch.inference_mode():
        picture = draw_all(net, ws, scene, [step.given(scene) for step in net.steps[: net.last(scene.level)]])[-1]
    assert picture is not None
    return picture


def _counting(net: StyleNet, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the number of each step that runs."""
    ran: list[int] = []
    for number, step in enumerate(net.steps):
        def run(*args: Any, number: int = number, forward: Callable[..., Any] = step.forward) -> Any:
            ran.append(number)
            return forward(*args)
        monkeypatch.setattr(step, "forward", run)
    return ran


@pytest.mark.parametrize("arch", ["stylegan2", "stylegan3"])
def test_it_draws_what_the_net_draws(arch: str) -> None:
    net = _net(arch)
    drawing, scenes = Drawing(net), (Scene(), Scene(noise=0.5), Scene(noise_at=1.5), Scene())
    for seed, scene in enumerate(scenes):
        ws = _styles(net, seed)
        assert torch.allclose(drawing.draw(ws, scene), _whole(net, ws, scene), atol=1e-5)


def test_nothing_moved_gives_the_same_picture_without_work(monkeypatch: pytest.MonkeyPatch) -> None:
    net = _net()
    drawing, ws = Drawing(net), _styles(net)
    first = drawing.draw(ws, Scene())
    ran = _counting(net, monkeypatch)
    assert drawing.draw(ws.clone(), Scene()) is first
    assert not ran


def test_a_late_row_redraws_the_late_steps_only(monkeypatch: pytest.MonkeyPatch) -> None:
    net = _net()
    drawing, ws = Drawing(net), _styles(net)
    drawing.draw(ws, Scene())
    ran = _counting(net, monkeypatch)
    ws[:, 5] += 1.0  # in place, as a caller that uses its tensor again
    picture = drawing.draw(ws, Scene())
    assert ran == [2, 3]  # row 5 is read by the drawing of b16 and by b32
    assert torch.allclose(picture, _whole(net, ws, Scene()), atol=1e-5)


def test_grain_of_strength_zero_keeps_still_while_its_place_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    net = _net()
    drawing, ws = Drawing(net), _styles(net)
    drawing.draw(ws, Scene(noise=0.0))
    ran = _counting(net, monkeypatch)
    drawing.draw(ws, Scene(noise=0.0, noise_at=0.3))
    assert not ran


def test_bends_are_done_and_resumed_by_their_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    net = _net()
    drawing, ws = Drawing(net), _styles(net)
    straight = drawing.draw(ws, Scene())
    ran = _counting(net, monkeypatch)

    def scene(key: object) -> Scene:
        return Scene(bends={"b16.conv1": [Bend(lambda x: x * -1.0, key)]})

    bent = drawing.draw(ws, scene("a"))
    assert ran == [2, 3]
    assert not torch.allclose(bent, straight)
    assert drawing.draw(ws, scene("a")) is bent
    assert ran == [2, 3]
    drawing.draw(ws, scene("b"))
    drawing.draw(ws, scene(None))
    drawing.draw(ws, scene(None))
    assert ran == [2, 3] * 4
    assert torch.allclose(drawing.draw(ws, Scene()), straight, atol=1e-5)


def test_a_net_filled_anew_is_drawn_anew() -> None:
    (net, one), (_, two) = sg2_tensors(seed=1), sg2_tensors(seed=2)
    live = live_net("stylegan2", net, one)
    drawing, ws = Drawing(live), _styles(live)
    before = drawing.draw(ws, Scene())
    live.refill(two)
    after = drawing.draw(ws, Scene())
    assert not torch.allclose(before, after)
    assert torch.allclose(after, _whole(live, ws, Scene()), atol=1e-5)


def test_forgetting_draws_all_of_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    net = _net()
    drawing, ws = Drawing(net), _styles(net)
    drawing.draw(ws, Scene())
    ran = _counting(net, monkeypatch)
    drawing.forget()
    drawing.draw(ws, Scene())
    assert ran == [0, 1, 2, 3]


def test_a_smaller_level_looks_like_the_full_one() -> None:
    net = _net(size=64)
    drawing, ws = Drawing(net), _styles(net)
    full = drawing.draw(ws, Scene())
    for level in (1, 2):
        small = drawing.draw(ws, Scene(level=level))
        assert small.shape[-1] == 64 >> level
        for look in (torch.mean, torch.std):
            assert torch.allclose(look(small, (0, 2, 3)), look(full, (0, 2, 3)), atol=1e-3)
    assert torch.equal(drawing.draw(ws, Scene()), full)


def test_the_same_course_gives_the_same_pictures() -> None:
    def course() -> list[Tensor]:
        net = _net(size=64)
        drawing = Drawing(net)
        return [drawing.draw(_styles(net, seed), Scene(level=level, noise_at=seed / 3))
                for seed, level in enumerate((0, 1, 1, 2, 0, 1))]

    assert all(torch.equal(one, two) for one, two in zip(course(), course(), strict=True))


def test_a_level_that_was_never_seen_full_is_drawn_as_it_is() -> None:
    net = _net(size=64)
    ws = _styles(net)
    assert torch.equal(Drawing(net).draw(ws, Scene(level=1)), _whole(net, ws, Scene(level=1)))


@pytest.mark.parametrize(("stretch", "size"), [((1.0, 1.7), (32, 54)), ((1.4, 1.0), (45, 32))])
def test_a_wide_canvas_has_exactly_the_size_that_was_asked_for(stretch: tuple[float, float],
                                                              size: tuple[int, int]) -> None:
    net, tensors = sg2_tensors()
    live = live_net("stylegan2", net, tensors, stretch=stretch)
    assert live.canvas == size
    assert Drawing(live).draw(_styles(live), Scene()).shape[-2:] == size


def test_after_an_error_the_next_frame_is_whole() -> None:
    net = _net()
    drawing, ws = Drawing(net), _styles(net)
    wanted = drawing.draw(ws, Scene()).clone()

    def fail(x: Tensor) -> Tensor:
        raise ValueError("a bend that fails")

    with pytest.raises(ValueError, match="a bend that fails"):
        drawing.draw(ws, Scene(bends={"b8.conv1": [Bend(fail, None)]}))
    assert torch.equal(drawing.draw(ws, Scene()), wanted)


@pytest.mark.parametrize(("case", "route"), [
    (("auto", "cpu", False, True), "steps"), (("graph", "cpu", False, True), "steps"),
    (("auto", "cuda", False, True), "graph"), (("auto", "cuda", True, True), "steps"),
    (("auto", "cuda", False, False), "steps"), (("steps", "cuda", False, True), "steps"),
    (("auto", "mps", False, True), "steps")])
def test_the_route_follows_device_bends_and_luck(case: tuple[Any, ...], route: str) -> None:
    assert choose_route(*case) == route


class _Unlaunched(Captured):
    """A capture that runs the steps again instead of launching a graph: all but the graphics card is real."""

    captures = 0

    def _capture(self, ws: Tensor, scene: Scene, given: list[tuple[Tensor, ...]]) -> None:
        self.captures += 1
        self._ws, self._given = ws.clone(), [tuple(part.clone() for part in parts) for parts in given]
        self._pictures = draw_all(self._net, self._ws, scene, self._given)
        self._graph, self._scene = self, scene

    def replay(self) -> None:
        for held, new in zip(self._pictures, draw_all(self._net, self._ws, self._scene, self._given), strict=True):
            assert held is not None
            assert new is not None
            held.copy_(new)


def test_a_graph_follows_styles_and_grain_and_is_captured_anew_for_another_layout() -> None:
    net = _net(size=64)
    captured = _Unlaunched(net)
    course = [(1, Scene(), 1), (2, Scene(), 1), (2, Scene(noise=0.5), 1), (2, Scene(noise=0.0), 2), (2, Scene(), 3),
              (3, Scene(level=1), 4), (3, Scene(level=1, noise_at=0.5), 4)]
    with torch.inference_mode():
        for seed, scene, captures in course:
            ws = _styles(net, seed)
            has_changed, pictures = captured.run(ws, scene)
            assert has_changed
            assert pictures[-1] is not None
            assert torch.allclose(pictures[-1], _whole(net, ws, scene), atol=1e-5)
            assert captured.captures == captures
            assert not captured.run(ws.clone(), scene)[0]
        captured.pause()
        assert captured.run(ws, scene)[0]
        assert captured.captures == 4
        captured.forget()
        assert captured.run(ws, scene)[0]
        assert captured.captures == 5


def test_a_capture_that_fails_is_said_once_and_steps_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    net, notes = _net(), list[str]()
    drawing, ws = Drawing(net, on_note=notes.append), _styles(net)

    def fail(*_: Any) -> Any:
        raise RuntimeError("out of luck")

    monkeypatch.setattr("liveart.nets.drawing.choose_route",
                        lambda *args: "graph" if args[-1] else "steps")
    monkeypatch.setattr("liveart.nets.drawing_graph.Captured.run", fail)
    for seed in range(3):
        assert drawing.draw(_styles(net, seed), Scene()).shape == (1, 3, 32, 32)
    assert len(notes) == 1
    assert "out of luck" in notes[0]
    assert torch.allclose(drawing.draw(ws, Scene()), _whole(net, ws, Scene()), atol=1e-5)


class _Sum(Step):
    """A step that costs nothing: what a Drawing keeps by itself is then all that there is to see."""

    def __init__(self, row: int) -> None:
        super().__init__()
        self.rows, self.layers = (row,), (Layer(f"L{row}", 1, (2, 2), row),)

    def scene_key(self, scene: Scene) -> Hashable:
        return scene.noise_at

    def given(self, scene: Scene) -> tuple[Tensor, ...]:
        return (torch.full((1, 1, 2, 2), scene.noise_at),)

    def forward(self, x: Tensor | None, picture: Tensor | None, rows: Tensor, given: tuple[Tensor, ...],
                bends: Sequence[Sequence[Bend]] = ()) -> tuple[Tensor, Tensor]:
        x = given[0] + rows.sum() if x is None else x + given[0]
        for bend in bends[0] if bends else ():
            x = bend.apply(x)
        return x, x


class _Sums(StyleNet):
    latent = classes = style = channels = levels = 1
    rows = size = 2
    canvas = (2, 2)

    def __init__(self) -> None:
        super().__init__()
        self.w_mean, self._steps = torch.zeros(1), [_Sum(0), _Sum(1)]

    @property
    def steps(self) -> Sequence[Step]:
        return self._steps

    def last(self, level: int) -> int:
        return 2

    def mapping(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        return z

    def refill(self, tensors: Mapping[str, Tensor]) -> None:
        raise AssertionError("nobody fills it")


def _tiny() -> StyleNet:
    net, tensors = sg2_tensors(size=8, style=8, latent=8, channel_max=4)
    return live_net("stylegan2", net, tensors)


@pytest.mark.parametrize(("make", "count"), [(_Sums, 10_000), (_tiny, 100)])
def test_many_frames_take_no_more_room_than_the_first(make: Callable[[], StyleNet], count: int) -> None:
    live = make()
    drawing, ws = Drawing(live), _styles(live)

    def frames(count: int) -> None:
        for number in range(count):
            ws[0, 0, 0] = number
            bends = {live.layers[0].name: [Bend(torch.abs, number)]} if number % 3 == 0 else {}
            drawing.draw(ws, Scene(noise_at=number / 7, bends=bends))

    frames(100)
    gc.collect()
    tracemalloc.start()
    resident, before = psutil.Process().memory_info().rss, tracemalloc.get_traced_memory()[0]
    frames(count)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 50_000
    assert psutil.Process().memory_info().rss - resident < 30 << 20

"""Models that are changed while a player plays: how a patch names them, and what an offline render makes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from examples import tiny_vae, tiny_wavetable
from tiny_models import tiny_gan

from liveart.core.event import Event
from liveart.core.material import Picture
from liveart.errors import PatchError
from liveart.show.offline import Offline
from liveart.show.patch import Patch
from liveart.show.patch_file import parse_patch

MODEL = "/liveart/face/model"
PLAYER = '[players.face]\nmodels = ["gold", "silver"]\nswap = 1\n'
HEAD = ('[clock]\ntempo = 120\n[picture]\nsize = [32, 32]\nfps = 10\n'
        '[paths.way]\nkind = "walk"\nspeed = 0.5\n')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two GANs, a VAE, a sound."""
    tiny_gan(tmp_path / "gold", seed=1)
    tiny_gan(tmp_path / "silver", seed=2)
    tiny_vae(tmp_path / "dream")
    tiny_wavetable(tmp_path / "hum")
    return tmp_path


def read(folder: Path, player: str = PLAYER, more: str = "") -> Patch:
    """Return the patch of a player."""
    return parse_patch(HEAD + player + 'path = "way"\n' + more, str(folder))


def render(patch: Patch, events: Sequence[Event], seconds: float = 2.0,
           look: Callable[[Offline, int], None] = lambda show, index: None) -> tuple[list[np.ndarray], list[str]]:
    """Return the frames of a show, and what was told."""
    show = Offline(patch, events)
    frames = []
    for index, material in enumerate(show.materials(seconds)):
        assert isinstance(material, Picture)
        frames.append(material.pixels.copy())
        look(show, index)
    show.close()
    return frames, show.troubles


def alone(folder: Path, word: str, kind: str = "gan", seconds: float = 2.0) -> list[np.ndarray]:
    """Return the frames of one model by itself, on the same journey."""
    return render(read(folder, f'[players.face]\ngenerator = "{kind}"\nmodel = "{word}"\n'), (), seconds)[0]


def test_a_player_with_models_has_a_choice_among_their_short_names_and_plays_the_first(folder: Path) -> None:
    patch = read(folder)
    show = Offline(patch)
    param = show.layout.params[MODEL]
    show.close()
    assert (param.kind, param.choices) == ("choice", ("gold", "silver"))
    assert [model.generator for model in patch.players[0].models] == ["gan", "gan"]
    frames, _ = render(patch, ())
    assert all((one == other).all() for one, other in zip(frames, alone(folder, "gold"), strict=True))


def test_the_new_model_is_faded_in_within_the_beats_of_the_swap_and_then_plays_alone(folder: Path) -> None:
    frames, told = render(read(folder), [Event(MODEL, "silver", 0.45)])
    gold, silver = alone(folder, "gold"), alone(folder, "silver")
    assert told == []
    for index in (0, 4, 5):  # wanted at frame 5, where the fade begins; one beat is half a second: five frames
        assert (frames[index] == gold[index]).all()
    for index, share in ((6, 0.2), (7, 0.4), (8, 0.6), (9, 0.8)):
        between = gold[index] * (1 - share) + silver[index] * share
        assert np.abs(frames[index] - between).mean() < 0.5  # mixed before it is scaled, and rounded
    for index in range(10, 20):
        assert (frames[index] == silver[index]).all()


def test_the_same_swap_renders_the_same_bytes_every_time(folder: Path) -> None:
    events = [Event(MODEL, 1, 0.3), Event(MODEL, 0, 0.6), Event(MODEL, 1, 0.7)]
    digests = {hashlib.sha256(b"".join(frame.tobytes() for frame in render(read(folder), events)[0])).hexdigest()
               for _ in range(2)}
    assert len(digests) == 1


def test_no_beats_of_swap_cut_and_a_number_names_a_model_too(folder: Path) -> None:
    frames, _ = render(read(folder, PLAYER.replace("swap = 1", "swap = 0")), [Event(MODEL, 1, 0.5)])
    assert (frames[4] == alone(folder, "gold")[4]).all()
    assert (frames[5] == alone(folder, "silver")[5]).all()


def test_params_come_and_go_with_models_of_another_kind_and_stand_again_as_they_were_left(folder: Path) -> None:
    seen: dict[int, tuple[bool, bool, float]] = {}

    def look(show: Offline, index: int) -> None:
        params, now = show.board.layout.params, show.board.snapshot()
        seen[index] = ("/liveart/face/truncation" in params, "/liveart/face/temperature" in params,
                       now["/liveart/face/truncation"] if "/liveart/face/truncation" in params else -1.0)
        assert now["/liveart/face/hue"] == pytest.approx(0.25)
        assert now.position("/liveart/way/speed", now.beat(index / 10)) == pytest.approx(0.5 * 2.0 * index / 10)

    player = '[players.face]\nmodels = ["gold", "dream"]\nswap = 1\nprecision = "float32"\nparams = { hue = 0.25 }\n'
    events = [Event("/liveart/face/truncation", 0.4, 0.1), Event(MODEL, "dream", 0.3), Event(MODEL, "gold", 1.2)]
    _, told = render(read(folder, player), events, 2.0, look)
    assert told == []
    assert seen[2] == (True, False, 0.4)
    assert seen[10] == (False, True, -1.0)
    assert seen[15] == (True, False, 0.4)


def test_a_cue_brings_a_model_and_the_values_that_only_that_model_has(folder: Path) -> None:
    player = '[players.face]\nmodels = ["gold", "dream"]\n'
    cue = ('[cues.sleep]\nmorph = 0\n[cues.sleep.values]\n"face/model" = "dream"\n"face/temperature" = 1.5\n')
    seen = []

    def look(show: Offline, index: int) -> None:
        if "/liveart/face/temperature" in show.board.layout.params:
            seen.append(show.board.snapshot()["/liveart/face/temperature"])

    _, told = render(read(folder, player, cue), [Event("/liveart/cue", "sleep", 0.5)], 1.0, look)
    assert told == []
    assert seen == [1.5] * 5


def test_a_start_value_of_a_model_that_comes_later_waits_for_it_and_is_told(folder: Path) -> None:
    player = '[players.face]\nmodels = ["gold", "dream"]\nparams = { temperature = 0.3, hue = 0.1 }\n'
    seen = []

    def look(show: Offline, index: int) -> None:
        if "/liveart/face/temperature" in show.board.layout.params:
            seen.append(show.board.snapshot()["/liveart/face/temperature"])

    _, told = render(read(folder, player), [Event(MODEL, "dream", 0.5)], 1.0, look)
    assert seen == [0.3] * 5
    assert [text for text in told if "temperature" in text and "waits" in text]


def test_a_model_that_can_not_be_played_is_told_once_and_tried_again_when_it_is_wanted_again(folder: Path) -> None:
    weights = folder / "silver" / "weights.safetensors"
    whole = weights.read_bytes()
    patch = read(folder)
    weights.write_bytes(whole[:-8])

    def mend(show: Offline, index: int) -> None:
        if index == 10:
            weights.write_bytes(whole)

    events = [Event(MODEL, "silver", 0.2), Event(MODEL, "gold", 1.2), Event(MODEL, "silver", 1.3)]
    frames, told = render(patch, events, 2.0, mend)
    assert len(told) == 1
    assert '"silver" can\'t be played, and "gold" plays on' in told[0]
    assert "SHA-256" in told[0]
    assert (frames[12] == alone(folder, "gold")[12]).all()
    assert (frames[19] == alone(folder, "silver")[19]).all()


def test_pictures_of_two_sizes_are_faded_into_each_other(folder: Path) -> None:
    tiny_gan(folder / "large", widths=(16, 16, 8, 8))
    frames, told = render(read(folder, '[players.face]\nmodels = ["gold", "large"]\n'), [Event(MODEL, 1, 0.2)], 2.0)
    assert told == []
    assert (frames[15] == alone(folder, "large")[15]).all()


@pytest.mark.parametrize(("player", "said"), [
    ('models = ["gold", "silvre"]', "silver"),
    ('models = ["gold", "gold"]', "twice"),
    ('models = []', "list of models"),
    ('models = "gold"', "list of models"),
    ('models = ["gold"]\nmodel = "silver"', "both"),
    ('generator = "gan"\nmodel = "gold"\nswap = 2', "no models"),
    ('models = ["gold", "hum"]', "only pictures"),
    ('models = ["gold", "none.pkl"]', "none.pkl"),
    ('models = ["gold", "silver"]\nprecsion = "auto"', "precision"),
    ('models = ["gold", "silver"]\nswap = -1', "swap"),
])
def test_a_wrong_list_of_models_is_refused_before_the_show(folder: Path, player: str, said: str) -> None:
    with pytest.raises(PatchError, match=said):
        read(folder, f"[players.face]\n{player}\n")


def test_models_of_one_name_are_told_apart_by_their_folders(folder: Path) -> None:
    tiny_gan(folder / "a" / "same")
    tiny_gan(folder / "b" / "same")
    patch = read(folder, '[players.face]\nmodels = ["a/same", "b/same", "gold"]\n')
    assert [model.name for model in patch.players[0].models] == ["a-same", "b-same", "gold"]


def test_a_generator_of_ones_own_plays_all_models_of_a_list(folder: Path) -> None:
    (folder / "own.py").write_text(
        "import numpy as np\nfrom liveart import Generator\n"
        "class Own(Generator):\n"
        "    def __init__(self, model):\n        self.level = 200 if model.endswith('gold') else 50\n"
        "    def make(self, now, z, params):\n        return np.full((8, 8, 3), self.level, np.uint8)\n")
    player = '[players.face]\ngenerator = "own.py:Own"\nmodels = ["gold", "silver"]\nswap = 0\n'
    frames, _ = render(read(folder, player), [Event(MODEL, 1, 0.5)], 1.0)
    assert (frames[0][0, 0, 0], frames[9][0, 0, 0]) == (200, 50)


def test_a_cue_that_swaps_half_way_morphs_on_without_a_jump(folder: Path) -> None:
    player = '[players.face]\nmodels = ["gold", "dream"]\nswap = 1\n'
    cue = '[cues.go]\nmorph = 4\ncurve = "linear"\n[cues.go.values]\n"face/model" = "dream"\n"face/opacity" = 0.2\n'
    seen = []

    def look(show: Offline, index: int) -> None:
        now = show.board.snapshot().at(show.board.snapshot().beat(index / 10))
        seen.append((now["/liveart/face/opacity"], "/liveart/face/temperature" in show.board.layout.params))

    render(read(folder, player, cue), [Event("/liveart/cue", "go", 0.0)], 2.5, look)
    assert [has_dream for _, has_dream in seen] == [index >= 10 for index in range(25)]
    for index in range(1, 20):
        assert seen[index][0] == pytest.approx(1.0 - 0.8 * index / 20, abs=1e-6)
    assert seen[24][0] == pytest.approx(0.2)


def test_two_players_swap_in_the_same_frame_and_each_gets_its_own(folder: Path) -> None:
    player = ('[players.face]\nmodels = ["gold", "dream"]\nswap = 1\n'
              '[players.veil]\nmodels = ["dream", "silver"]\nswap = 0\nblend = "add"\n')
    seen = {}

    def look(show: Offline, index: int) -> None:
        seen[index] = [address for address in ("/liveart/face/temperature", "/liveart/veil/temperature")
                       if address in show.board.layout.params]

    events = [Event(MODEL, "dream", 0.3), Event("/liveart/veil/model", "silver", 0.3)]
    _, told = render(read(folder, player), events, 1.0, look)
    assert told == []
    assert (seen[2], seen[3], seen[9]) == (["/liveart/veil/temperature"], ["/liveart/face/temperature"],
                                           ["/liveart/face/temperature"])

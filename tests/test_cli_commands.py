"""The commands new, models, devices and doctor, and the manners that all commands share."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from tiny_models import tiny_gan

import liveart
from liveart.cli import COMMANDS, doctor_checks, main
from liveart.cli.devices import audio_devices
from liveart.cli.text_table import columns
from liveart.core.binding import Binding
from liveart.core.path_kinds import PATHS
from liveart.core.registry import TABLES, find_part
from liveart.errors import SinkError
from liveart.midi import device
from liveart.show import cue, patch_file, patch_hands
from liveart.show.new_patch import new_patch
from liveart.sound_devices import Way

ROOT = Path(liveart.__file__).parent.parent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and one shipped model called tiny."""
    tiny_gan(tmp_path / "shipped" / "tiny")
    monkeypatch.setattr("liveart.core.card.shipped_folder", lambda: tmp_path / "shipped")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "example:" in capsys.readouterr().out


def test_the_help_names_all_commands_and_loads_nothing_heavy() -> None:
    code = ("import sys\nfrom liveart.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
            "print([name for name in ('torch', 'aiohttp', 'av', 'sounddevice', 'PIL') if name in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip().endswith("[]")
    assert all(re.search(rf"^ +{command}( |$)", done.stdout, re.MULTILINE) for command in COMMANDS)


@pytest.mark.parametrize("words", [["nonsense"], ["new"], ["convert", "x.pth"], ["play", "--seconds", "soon"],
                                   ["models", "--nonsense"]])
def test_a_wrong_word_ends_with_exit_code_2(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "liveart", *words], capture_output=True, text=True, check=False,
                          cwd=ROOT)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_new_writes_a_patch_that_can_be_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "friday"]) == 0
    assert "friday.toml" in capsys.readouterr().out
    patch = patch_file.read_patch(folder / "friday.toml")
    assert patch.name == "friday"
    assert {player.kind for player in patch.players} == {"picture", "sound"}


def test_new_never_overwrites_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "friday.toml").write_text("mine")
    assert main(["new", "friday.toml"]) == 1
    assert "already" in capsys.readouterr().err
    assert (folder / "friday.toml").read_text() == "mine"


@pytest.mark.parametrize(("name", "code"), [("", 2), (".toml", 2), ("sets/", 2), ("nowhere/friday", 1)])
def test_new_refuses_names_that_make_no_file(folder: Path, name: str, code: int) -> None:
    assert main(["new", name]) == code


def test_a_name_with_quotes_stays_a_name() -> None:
    assert patch_file.parse_patch(new_patch('the "best" \\ set')).name == 'the "best" \\ set'


def switched_on(text: str) -> str:
    """Return a patch's text with each setting that is switched off (a # with no space after it) switched on."""
    return re.sub(r"^#(?=\S)", "", text, flags=re.MULTILINE)


def test_every_setting_that_new_explains_works_when_it_is_switched_on() -> None:
    patch = patch_file.parse_patch(switched_on(new_patch("all")))
    assert {output.kind for output in patch.outputs} == set(TABLES["sink"])
    assert {path.kind for path in patch.paths} == set(PATHS)


def test_new_explains_every_key_that_a_patch_can_have(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, tuple[str, ...]] = {}
    for reader in (patch_file, patch_hands):
        monkeypatch.setattr(reader, "check_keys", lambda table, keys, where: known.setdefault(where, keys))
    table = tomllib.loads(switched_on(new_patch("all")))
    patch_file.patch_from(table)
    assert set(table) == set(known.pop("a patch"))
    assert known
    for where, keys in known.items():
        assert set(table[where.strip("[]")]) == set(keys)
    assert set(cue.KEYS) == set(table["cues"]["quiet"])
    assert {field.name for field in fields(Binding)} == set(table["bindings"][0])
    assert set(device.KEYS) == set(table["midi"]["nano"])
    assert set(patch_file.PLAYER_KEYS) <= {key for player in table["players"].values() for key in player}


@pytest.mark.parametrize(("kind", "entries"), [("generator", "players"), ("source", "sources"), ("sink", "outputs")])
def test_new_explains_every_setting_of_every_shipped_part(kind: str, entries: str) -> None:
    table = tomllib.loads(switched_on(new_patch("all")))[entries]
    shown = list(table.values()) if isinstance(table, dict) else table
    for name in TABLES[kind]:
        settings = set(inspect.signature(find_part(kind, name)).parameters)
        explained = {key for entry in shown if name in entry.values() for key in entry}
        same_everywhere = {"precision"} if kind == "generator" else {"name"} if name == "null" else set()
        assert settings - same_everywhere <= explained, name


def test_models_lists_shipped_ones_those_here_and_those_of_a_folder(
        folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny_gan(folder / "models" / "mine")
    tiny_gan(folder / "others" / "theirs")
    assert main(["models", "others", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["from"]) for row in rows] == [("tiny", "shipped"), ("mine", "here"), ("theirs", "folder")]
    assert rows[0]["kind"] == "gan"
    assert rows[0]["size"] == [16, 16]
    assert rows[0]["licence"]["weights"] == "MIT"
    assert rows[0]["weights_mb"] > 0


def test_models_shows_a_line_for_each_model(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    assert re.search(r"^tiny +gan +16x16 .* MIT", capsys.readouterr().out, re.MULTILINE)


def test_models_says_what_is_wrong_with_a_broken_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tiny_gan(folder / "models" / "broken")
    (broken / "weights.safetensors").unlink()
    (tiny_gan(folder / "models" / "worse") / "card.toml").write_text("format = nonsense")
    assert main(["models"]) == 0
    shown = capsys.readouterr().out
    assert "weights.safetensors are missing" in shown
    assert "worse can't be played" in shown


def test_a_folder_without_models_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "nowhere"]) == 1
    assert "holds no model" in capsys.readouterr().err


def test_devices_lists_each_kind_and_reasons_for_the_absent(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["devices", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"audio", "inputs", "midi", "screens", "video", "tempo", "gpu", "cameras"}
    for row in [row for rows in found.values() for row in rows]:
        assert row["available"] or row["reason"]
    assert {"panel", "shm", "file"} <= {device["name"] for device in found["video"] if device["available"]}
    assert main(["devices"]) == 0
    assert "--output shm:stage" in capsys.readouterr().out


def test_a_sound_device_is_shown_with_the_words_that_play_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"name": "USB Audio", "api": "ALSA", "channels": 2, "rate": 48000, "latency_ms": 8.7, "is_default": True}
    monkeypatch.setattr("liveart.sound_devices.list_devices", lambda way: [row])
    (found,) = audio_devices()
    assert found.available
    assert found.use == '--output audio:"USB Audio"'
    assert found.detail == "2 channels, 48 kHz, ALSA (the system's choice)"


def test_a_missing_sound_library_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(way: Way) -> None:
        raise SinkError("the PortAudio library is missing.", "Install it with: apt-get install libportaudio2")

    monkeypatch.setattr("liveart.sound_devices.list_devices", missing)
    (device,) = audio_devices()
    assert (device.available, device.reason) == (False, "the PortAudio library is missing.")
    assert "libportaudio2" in device.install


def test_doctor_finds_a_healthy_machine_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    states = {check["name"]: check["state"] for check in report["checks"]}
    assert report["ok"]
    for name in ("torch", "shared memory", "osc", "recording", "model tiny", "patches"):
        assert states[name] == "ok"
    assert {"liveart", "python", "system", "processor", "memory", "numpy"} <= set(states)


def test_doctor_ends_with_1_when_weights_are_not_those_of_their_card(
        folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = folder.parent / "shipped" / "tiny" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    assert main(["doctor"]) == 1
    assert "model tiny" in capsys.readouterr().out


def test_a_check_that_fails_is_a_finding_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OSError("no memory")

    monkeypatch.setattr(doctor_checks, "TRIALS", {"shared memory": broken, "ports": doctor_checks.ports_check})
    found = {check.name: check for check in doctor_checks.all_checks()}
    assert found["shared memory"].state == "broken"
    assert "no memory" in found["shared memory"].detail
    assert "osc port" in found


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert columns([("a", "bb", "c"), ("aaa", "b", "")], indent=" ") == " a    bb  c\n aaa  b"
    assert columns([]) == ""

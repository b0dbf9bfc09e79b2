"""What page and panel say to each other, and who may come in: plain functions, no network."""

from __future__ import annotations

import contextlib
import json
import time

import numpy as np
import pytest
from fake_host import GROUPS, PARAMS, FakeHost
from hypothesis import given, settings
from hypothesis import strategies as st

from liveart.core.board import Board
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.ring import RingReader, SampleRing
from liveart.errors import UsageError
from liveart.panel.asks import read_message
from liveart.panel.door import Door, host_name, is_loopback, reachable
from liveart.panel.messages import declare, group_name, news, write_message
from liveart.panel.stream import Meter, SoundTap, fit_width, to_db, to_pcm


def test_a_put_becomes_pairs_in_order() -> None:
    """Numbers, bools, words and null keep their type."""
    said = read_message('{"put": [["/liveart/a/b", 1], ["/liveart/a/c", true], ["/liveart/a/d", "add"], ["/x", null]]}')
    assert said.put == (("/liveart/a/b", 1), ("/liveart/a/c", True), ("/liveart/a/d", "add"), ("/x", None))
    assert said.record is None
    assert said.ping is None


def test_what_pages_ask_of_hands_and_cues_is_read() -> None:
    """Null ends a learning; changes and edits come as they were said."""
    assert read_message('{"learn": "/liveart/a/b"}').learn == "/liveart/a/b"
    assert read_message('{"learn": null}').learn == ""
    assert read_message('{"ping": 1}').learn is None
    said = read_message('{"bind": [2, {"low": 1, "encoder": "twos", "feedback": false}], "unbind": 0, '
                        '"undo_bind": true}')
    assert said.bind == (2, {"low": 1, "encoder": "twos", "feedback": False})
    assert (said.unbind, said.undo_bind) == (0, True)
    assert read_message('{"key": ["f5", false]}').key == ("f5", False)
    for what in ({"store": ""}, {"delete": "a"}, {"rename": ["a", "b"]}, {"order": []},
                 {"set": "a", "morph": 2.5, "quantum": "2 bars", "curve": "in", "follow": "", "after": 0}):
        assert read_message(json.dumps({"cue": what})).cue == what


@pytest.mark.parametrize(("text", "sentence"), [
    ("{", "no JSON"), ("[1]", "JSON object"), ("{}", "JSON object"), ("null", "JSON object"), ('{"putt": []}', '"put"'),
    ('{"put": 3}', "list of"), ('{"put": [["/a"]]}', "pairs"), ('{"put": [[3, 4]]}', "pairs"),
    ('{"put": [["/a", [1, 2]]]}', "one number or word"), ('{"record": 1}', "true or false"),
    ('{"ping": "now"}', "a number"), ("[" * 50_000, "no JSON"),
    (json.dumps({"put": [["/a", 1]] * 300}), "256 or fewer"), ('{"lear": null}', 'Did you mean "learn"'),
    ('{"learn": 3}', "an address"), ('{"learn": "paint/hue"}', "an address"), ('{"learn": ""}', "an address"),
    ('{"bind": 3}', "index, changes"), ('{"bind": [0]}', "index, changes"), ('{"bind": [0, []]}', "index, changes"),
    ('{"bind": [-1, {}]}', "0 or more"), ('{"bind": [true, {}]}', "0 or more"), ('{"bind": [0.5, {}]}', "0 or more"),
    ('{"bind": [0, {"takeovr": "jump"}]}', 'Did you mean "takeover"'), ('{"bind": [0, {"low": "0"}]}', "a number"),
    ('{"bind": [0, {"low": NaN}]}', "a number"), ('{"bind": [0, {"takeover": 1}]}', "a word"),
    ('{"bind": [0, {"channel": 1.5}]}', "a whole number"), ('{"bind": [0, {"feedback": 1}]}', "true or false"),
    ('{"unbind": "0"}', "0 or more"), ('{"unbind": null}', "0 or more"), ('{"undo_bind": false}', "takes true"),
    ('{"key": "n"}', "name, true or false"), ('{"key": ["n", 1]}', "name, true or false"),
    ('{"key": ["", true]}', "can't be called"), ('{"key": ["N", true]}', "can't be called"),
    ('{"key": ["a b", true]}', "can't be called"), (json.dumps({"key": ["x" * 17, True]}), "can't be called"),
    ('{"key": ["\\u0007", true]}', "can't be called"), ('{"cue": "dawn"}', "one of store"),
    ('{"cue": {}}', "one of store"),
    ('{"cue": {"store": "a", "delete": "b"}}', "one of store"), ('{"cue": {"store": 3}}', "takes a name"),
    ('{"cue": {"delete": ""}}', "takes a name"), (json.dumps({"cue": {"store": "x" * 99}}), "takes a name"),
    ('{"cue": {"store": "a\\nb"}}', "takes a name"), ('{"cue": {"store": "a", "morph": 4}}', 'takes no "morph"'),
    ('{"cue": {"rename": "a"}}', "old name, new name"), ('{"cue": {"rename": ["a"]}}', "old name, new name"),
    ('{"cue": {"order": "a"}}', "list of names"), ('{"cue": {"order": [1]}}', "takes a name"),
    (json.dumps({"cue": {"order": ["a"] * 1001}}), "list of names"),
    ('{"cue": {"set": "a", "morf": 4}}', 'Did you mean "morph"'), ('{"cue": {"set": "a", "morph": -1}}', "beats"),
    ('{"cue": {"set": "a", "after": "4"}}', "beats"), ('{"cue": {"set": "a", "morph": Infinity}}', "beats"),
    (f'{{"cue": {{"set": "a", "morph": 1{"0" * 400}}}}}', "beats"), ('{"cue": {"set": "a", "follow": 3}}', "a name"),
    ('{"cue": {"set": "a", "quantum": "bars"}}', 'Did you mean "bar"'),
    ('{"cue": {"set": "a", "curve": 1}}', "can't be"),
])
def test_nonsense_is_answered_with_a_sentence(text: str, sentence: str) -> None:
    """Each kind of wrong message says what is wrong with it."""
    with pytest.raises(UsageError, match=sentence):
        read_message(text)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["put", "record", "ping", "learn", "bind", "unbind", "undo_bind", "key", "cue", "set", "order",
                         "store", "morph", "low", "else"]), inner, max_size=3)).map(json.dumps)))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text raises anything but a UsageError."""
    with contextlib.suppress(UsageError):
        read_message(text)


def test_what_is_written_is_json_that_browsers_read() -> None:
    """Infinity and NaN, which JSON does not know, become null; numpy numbers become plain ones."""
    text = write_message({"levels": [float("-inf"), np.float32(-6.5)], "n": np.int64(3), "deep": {"x": [float("nan")]},
                          "array": np.array([1.0, np.inf]), "flag": np.bool_(True)})
    assert json.loads(text) == {"levels": [None, -6.5], "n": 3, "deep": {"x": [None]}, "array": [1.0, None],
                                "flag": True}


def test_every_param_is_declared_once_in_the_groups_order() -> None:
    """Players and paths come first, as the patch has them; what belongs to no player follows as the show's own."""
    layout = Layout.of(PARAMS)
    groups = declare(layout, GROUPS)
    assert [group["name"] for group in groups] == ["journey", "paint", "veil", "cycles", "", "clock", "sound"]
    assert [group["kind"] for group in groups] == ["path", "picture", "picture", "sound", "show", "show", "show"]
    addresses = [control["address"] for group in groups for control in group["controls"]]
    assert sorted(addresses) == sorted(layout.params)
    blend = next(c for c in groups[1]["controls"] if c["name"] == "blend")
    assert (blend["kind"], blend["low"], blend["high"], blend["default"]) == ("choice", 0.0, 3.0, 0.0)
    assert blend["choices"] == ["normal", "add", "screen", "multiply"]
    json.loads(write_message({"groups": groups}))


def test_group_names_follow_from_addresses() -> None:
    """The word between /liveart/ and the param's name."""
    assert group_name("/liveart/paint/zoom") == "paint"
    assert group_name("/liveart/panic") == ""


def test_news_is_everything_first_and_then_only_changes() -> None:
    """Also after a new layout everything is told again."""
    board = Board(Layout.of(PARAMS))
    first = board.snapshot()
    assert set(news(None, first)) == set(board.layout.params)
    assert news(first, board.snapshot()) == {}
    board.put(Event("/liveart/paint/hue", 0.5, 1.0))
    board.put(Event("/liveart/paint/blend", "screen", 1.0))
    assert news(first, board.snapshot()) == {"/liveart/paint/hue": 0.5, "/liveart/paint/blend": 2.0}
    board.relayout(Layout.of(PARAMS[:4]), None)
    assert set(news(first, board.snapshot())) == set(board.layout.params)


def test_loopback_answers_to_loopback_names_only() -> None:
    """A name that somebody pointed to 127.0.0.1 is refused, since a web site may hide behind it."""
    door = Door("127.0.0.1")
    for good in ("127.0.0.1:8321", "localhost:8321", "LOCALHOST", "[::1]:8321", "127.0.0.9"):
        assert door.judge(good, None, ()) is None, good
    for bad in ("evil.example:8321", "", "localhost.evil.example", "[bad", "192.168.1.5"):
        refusal = door.judge(bad, None, ())
        assert refusal is not None, bad
        assert refusal.status == 403


def test_pages_of_other_sites_are_refused() -> None:
    """The Origin of a request must be the panel itself; programs that send none may come in."""
    door = Door("127.0.0.1")
    assert door.judge("localhost:8321", "http://localhost:8321", ()) is None
    for origin in ("http://localhost:3000", "https://evil.example", "null", "http://127.0.0.1:8321"):
        refusal = door.judge("localhost:8321", origin, ())
        assert refusal is not None
        assert refusal.status == 403


def test_a_token_is_asked_for_and_compared_whole() -> None:
    """Any place that carries the right token will do; a part of it will not."""
    door = Door("0.0.0.0", "longenough")
    assert door.judge("show.local:8321", None, (None, "", "longenough")) is None
    for wrong in ((), (None,), ("longenoug",), ("longenough ",), ("ü",)):
        refusal = door.judge("show.local:8321", None, wrong)
        assert refusal is not None
        assert refusal.status == 401
    with pytest.raises(UsageError, match="8 or more"):
        Door("0.0.0.0", "short")


def test_addresses_are_read_and_shown_rightly() -> None:
    """Loopback is recognised in every form, "all interfaces" becomes an address that can be opened."""
    assert is_loopback("::1")
    assert not is_loopback("")
    assert host_name("[::1]:80") == "::1"
    assert reachable("::1") == "[::1]"
    assert reachable("10.0.0.3") == "10.0.0.3"
    assert reachable("0.0.0.0") != "0.0.0.0"


def test_sound_is_sent_as_stereo_pcm() -> None:
    """Full scale, clipping, NaN and mono all come out as int16 pairs."""
    pcm = np.frombuffer(to_pcm(np.array([[1.0, -2.0], [np.nan, 0.5]], np.float32)), "<i2")
    assert pcm.tolist() == [32767, -32767, 0, 16383]
    assert np.frombuffer(to_pcm(np.array([[0.5]], np.float32)), "<i2").tolist() == [16383, 16383]


def test_the_meter_shows_the_peak_of_each_side() -> None:
    """A half-scale sine is -6 dB, the quieter side is lower, silence has a floor."""
    with FakeHost() as host:
        meter, levels = Meter(host), None
        started = time.monotonic()
        while levels is None and time.monotonic() - started < 5:
            levels = meter.levels(time.monotonic())
            time.sleep(0.03)
    assert levels == pytest.approx([20 * np.log10(0.3), 20 * np.log10(0.21)], abs=1.0)
    assert to_db(0.0) == -120.0


def test_a_tap_that_was_left_alone_hears_the_present() -> None:
    """What piled up meanwhile is skipped, so that nobody listens to the past."""
    ring = SampleRing(48000, 2)

    class Host(FakeHost):
        def listen(self) -> RingReader | None:
            return ring.reader()

    tap = SoundTap(Host())
    assert len(tap.read()) == 0
    ring.write(np.ones((100, 2), np.float32))
    assert len(tap.read()) == 100
    ring.write(np.ones((30000, 2), np.float32))
    assert len(tap.read()) == 0
    ring.write(np.full((10, 2), 0.5, np.float32))
    assert (tap.read() == 0.5).all()


def test_widths_are_kept_within_reason() -> None:
    """Digits are rounded up to a step; anything else gives the default."""
    assert fit_width("500") == 512
    assert fit_width("1") == 64
    assert fit_width("999999") == 2048
    assert fit_width("") == fit_width("-5") == fit_width("²") == fit_width("9" * 40) == 768

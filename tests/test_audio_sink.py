"""The audio sink: its callback by itself, the choice of a device, and a real device (JACK's dummy driver)."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from jack_server import JackServer, jack_server, start_jack

from liveart import Sound, Stage
from liveart.errors import PatchError, SinkError
from liveart.sinks.audio import AudioSink
from liveart.sinks.audio_feed import HEADROOM, XRUNS, Feed, Feeder, feed_bytes
from liveart.sound_devices import OUTPUT, Device, choose_device, list_devices

__all__ = ["jack_server"]


def make_feed(channels: int = 2, block: int = 64, blocks: float = 4) -> Feed:
    return Feed(bytearray(feed_bytes(channels)), channels, block, blocks)


def noise(frames: int, channels: int = 2, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).uniform(-0.5, 0.5, (frames, channels)).astype(np.float32)


def ask(feeder: Feeder, frames: int, channels: int = 2) -> np.ndarray:
    out = np.full((frames, channels), np.nan, np.float32)
    feeder(out, frames, None, None)
    return out


def test_with_one_and_a_half_blocks_the_next_is_begun_when_half_of_the_last_is_left() -> None:
    feed = make_feed(block=64, blocks=1.5)
    feeder = Feeder(feed, 48000, 2)
    feed.put(noise(64))
    wanted = []
    for _ in range(12):
        ask(feeder, 16)
        wanted.append(feed.room >= 64)
        if wanted[-1]:
            feed.put(noise(64))
    assert wanted == [False, True, False, False] * 3
    assert feed.counters[XRUNS] == 0


def test_the_callback_gives_what_was_put_bit_for_bit_in_bites_of_any_size() -> None:
    feed = make_feed()
    feeder = Feeder(feed, 48000, 2)
    sent, heard = noise(4096), []
    feed.put(sent[:256])
    place = 256
    for size in np.random.RandomState(1).randint(1, 100, 50):
        count = min(feed.room, 4096 - place)
        feed.put(sent[place : place + count])
        place += count
        heard.append(ask(feeder, int(size)))
    joined = np.concatenate(heard)
    assert np.array_equal(joined, sent[: len(joined)])
    assert feed.counters[XRUNS] == 0


def test_before_enough_has_gathered_there_is_silence_and_no_xrun() -> None:
    feed = make_feed()
    feeder = Feeder(feed, 48000, 2)
    feed.put(noise(64))
    assert not ask(feeder, 64).any()
    assert feed.counters[XRUNS] == 0
    assert feed.room == 192


def test_when_the_ring_runs_dry_the_sound_is_led_to_zero_counted_once_and_rises_again() -> None:
    feed = make_feed()
    feeder = Feeder(feed, 48000, 2)
    feed.put(np.full((512, 2), 0.5, np.float32))
    first, dry, later = ask(feeder, 200), ask(feeder, 400), ask(feeder, 300)
    joined = np.concatenate([first, dry, later])
    assert np.abs(np.diff(joined, axis=0)).max() < 0.5 / 200  # 5 ms at 48 kHz are 240 steps
    assert not later[-1].any()
    assert feed.counters[XRUNS] == 1
    assert feed.counters[HEADROOM] == 0.0
    feed.put(np.full((1000, 2), 0.5, np.float32))
    again = ask(feeder, 400)
    assert again[0, 0] < 0.01
    assert np.abs(np.diff(again, axis=0)).max() < 0.5 / 200
    assert np.allclose(again[-1], 0.5)
    assert feed.counters[XRUNS] == 1


def test_a_device_with_one_channel_gets_the_mean_of_both() -> None:
    feed = make_feed()
    feeder = Feeder(feed, 48000, 1)
    sent = noise(512)
    feed.put(sent)
    assert np.allclose(ask(feeder, 200, 1)[:, 0], sent[:200].mean(axis=1), atol=1e-7)


def test_a_device_that_takes_large_bites_has_more_kept_ahead() -> None:
    feed = make_feed()
    ask(Feeder(feed, 48000, 2), 1024)
    assert feed.target == 2 * 1024 + 64


def test_more_can_be_kept_ahead_for_a_while() -> None:
    feed = make_feed()
    feeder = Feeder(feed, 48000, 2)
    feed.put(noise(256))
    feed.extra = 1000
    assert feed.room == 1000
    feed.put(noise(1000))
    feed.extra = 0
    assert (feed.room, feed.ready, feed.target) == (0, 1256, 256)
    for _ in range(17):
        ask(feeder, 64)
    assert (feed.room, feed.ready) == (88, 168)


def test_far_too_much_sound_is_not_taken() -> None:
    feed = make_feed()
    assert feed.put(noise(40000))
    assert not feed.put(noise(40000))
    assert feed.ready == 40000


DEVICES = [Device(0, "Built-in Output", "Core Audio", 2, 48000, 0.01, True),
           Device(1, "USB Interface", "MME", 2, 44100, 0.09, False),
           Device(2, "USB Interface", "Windows WASAPI", 8, 48000, 0.01, False),
           Device(3, "USB Headset", "Windows WASAPI", 2, 48000, 0.01, False)]


@pytest.mark.parametrize(("name", "index"), [("", 0), ("built-in", 0), ("usb interface", 2), ("Headset", 3),
                                             ("usb interface, mme", 1)])
def test_a_device_is_chosen_by_a_part_of_its_name(name: str, index: int) -> None:
    assert choose_device(OUTPUT, DEVICES, name).index == index


@pytest.mark.parametrize(("devices", "name", "words"), [
    ([], "", "no sound output on this machine"), (DEVICES, "hdmi", "Built-in Output, Core Audio\" (default)"),
    (DEVICES, "usb", "fits 3")])
def test_a_name_that_fits_nothing_or_several_is_answered_with_what_there_is(
        devices: list[Device], name: str, words: str) -> None:
    with pytest.raises(SinkError) as caught:
        choose_device(OUTPUT, devices, name)
    assert words in str(caught.value)


@pytest.mark.parametrize("settings", [{"blocks": 1}, {"blocks": 1.2}, {"blocks": float("nan")}, {"blocks": "4"},
                                      {"latency": "lowest"}, {"name": 3}])
def test_impossible_settings_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(PatchError):
        AudioSink(**settings)  # type: ignore[arg-type]


def test_an_absent_device_is_refused_when_opened_and_can_be_closed_twice() -> None:
    sink = AudioSink("no such device anywhere")
    with pytest.raises(SinkError):
        sink.open(Stage())
    sink.close()
    sink.close()
    assert sink.wanted() is None
    assert sink.note() == ""


def play(sink: AudioSink, samples: np.ndarray) -> None:
    sink.send(Sound(samples, 48000, 0.0, 0))


def wait_for(what: Callable[[], bool], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not what():
        time.sleep(0.05)
    return what()


def heard_once(server: JackServer, sent: np.ndarray) -> tuple[bool, int]:
    """Play `sent`; return whether the ear heard exactly that, and the sink's xruns while there was sound."""
    sink = AudioSink("system")
    sink.open(Stage())
    with server.ear() as ear:
        try:
            ear.connect()
            wait_for(lambda: len(ear.heard()) > 4096)
            play(sink, sent)
            wait_for(lambda: played(sink, sent) > len(sent) - 4096, 5.0)
            xruns = int(sink.counts()["xruns"])
            wait_for(lambda: sink.counts()["xruns"] > xruns, 5.0)  # the ring ran dry: all was played
            time.sleep(0.1)
        finally:
            sink.close()
        heard = ear.heard()
    loud = np.flatnonzero(np.abs(heard).max(axis=1) > 0)
    start = loud[0] if len(loud) else 0
    return np.array_equal(heard[start : start + len(sent)], sent), xruns


def played(sink: AudioSink, sent: np.ndarray) -> int:
    """Return how many frames of `sent` have left the ring."""
    assert sink._feed is not None
    return len(sent) - sink._feed.ready


def test_jack_hears_what_the_sink_was_sent_without_an_xrun(jack_server: JackServer) -> None:
    sent = noise(24000) + np.float32(0.51)  # never zero, so that the start is found
    # A busy machine may be late by more than the device allows; that is not the sink's fault, so it may try again.
    assert any(heard_once(jack_server, sent) == (True, 0) for _ in range(3))


def test_jack_is_listed_as_a_device(jack_server: JackServer) -> None:
    rows = [row for row in list_devices(OUTPUT) if row["name"] == "system"]
    assert rows[0]["channels"] == 2
    assert rows[0]["rate"] == 48000
    assert rows[0]["is_default"]


def test_a_device_that_vanishes_is_opened_again_when_it_is_back(jack_server: JackServer) -> None:
    sink = AudioSink("system")
    sink.open(Stage())
    try:
        assert sink.note().startswith('"system" 48 kHz, 64 ms buffer + ')
        assert 0.064 < sink.delay() < 0.5
        assert wait_for(lambda: sink.wanted() == 3072)
        jack_server.stop()
        assert wait_for(lambda: sink.wanted() is None)
        play(sink, noise(512))  # goes nowhere and hurts nobody
        assert wait_for(lambda: "is gone" in sink.note())
        jack_server.process = start_jack(jack_server.name).process
        assert wait_for(lambda: sink.wanted() == 3072)
        assert "64 ms" in sink.note()
    finally:
        sink.close()

"""Notes from MIDI: words for a player's keys, MPE zones, bend ranges, and what is let go."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from liveart.core import notes
from liveart.midi.mpe import Zones
from liveart.midi.parse import Parser


def words(data: str, is_mpe: bool = False) -> list[tuple[str, float]]:
    """Return (word, value) of what a fresh parser hears in these bytes."""
    parser = Parser("keys", is_mpe)
    parser.feed(bytes.fromhex(data), 0.0)
    return [(word, round(value, 6)) for word, value, _, _ in parser.take().notes]


def zone(manager: str, members: int) -> str:
    """Return the MPE configuration message, in hexadecimal."""
    return f"B{manager} 65 00 B{manager} 64 06 B{manager} 06 {members:02X} "


def test_plain_keys_are_said_by_their_number_and_the_rest_of_all_notes() -> None:
    assert words("90 3C 7F 90 3C 00 90 40 7F 80 40 00") == [("60", 1.0), ("60", 0.0), ("64", 1.0), ("64", 0.0)]
    assert words("E0 7F 7F E0 00 40 E0 00 00") == [("bend", 2.0), ("bend", 0.0), ("bend", -2.0)]
    assert words("B0 40 7F B0 40 00 D0 7F") == [("sustain", 1.0), ("sustain", 0.0), ("pressure", 1.0)]
    assert words("90 3C 7F A0 3C 7F A0 3D 7F") == [("60", 1.0), ("60/pressure", 1.0)]


def test_the_bend_range_is_set_in_semitones_and_cents_for_each_channel() -> None:
    assert words("B0 65 00 B0 64 00 B0 06 0C B0 26 32 E0 7F 7F E1 7F 7F") == [("bend", 12.5), ("bend", 2.0)]


def test_all_notes_off_and_all_sound_off_are_one_word_and_resetting_is_three() -> None:
    assert words("90 3C 7F B0 7B 00") == [("60", 1.0), ("off", 1.0)]
    assert words("B0 78 00") == [("off", 1.0)]
    assert words("B0 79 00") == [("bend", 0.0), ("pressure", 0.0), ("sustain", 0.0)]


def test_in_mpe_each_note_has_its_own_finger_bend_pressure_and_slide() -> None:
    said = words("92 3C 7F E2 7F 7F D2 7F B2 4A 00 93 40 7F E3 00 00 82 3C 00", is_mpe=True)
    assert said == [("60.3", 1.0), ("60.3/bend", 48.0), ("60.3/pressure", 1.0), ("60.3/slide", 0.0),
                    ("64.4", 1.0), ("64.4/bend", -48.0), ("60.3", 0.0)]


def test_a_member_channels_bend_before_its_note_is_what_the_note_begins_with() -> None:
    assert words("E2 7F 7F 92 3C 7F", is_mpe=True) == [("60.3", 1.0), ("60.3/bend", 48.0)]


def test_the_manager_channel_speaks_for_all_notes() -> None:
    assert words("E0 7F 7F B0 40 7F D0 7F 90 30 7F", is_mpe=True) == [
        ("bend", 2.0), ("sustain", 1.0), ("pressure", 1.0), ("48", 1.0)]


def test_a_zone_is_made_and_ended_by_its_message_and_what_was_held_is_let_go() -> None:
    assert words(zone("0", 3) + "91 3C 7F 94 3C 7F") == [("60.2", 1.0), ("60", 1.0)]  # channel 5 is outside
    assert words(zone("0", 3) + "91 3C 7F" + zone("0", 0) + "81 3C 00 91 3C 7F") == [
        ("60.2", 1.0), ("60.2", 0.0), ("60", 0.0), ("60", 1.0)]


def test_the_members_bend_range_holds_for_the_whole_zone_and_not_for_its_manager() -> None:
    said = words(zone("0", 15) + "B3 65 00 B3 64 00 B3 06 18 91 3C 7F E1 7F 7F E0 7F 7F")
    assert said == [("60.2", 1.0), ("60.2/bend", 24.0), ("bend", 2.0)]


def test_of_two_zones_the_newer_one_takes_what_it_needs() -> None:
    zones = Zones()
    zones.configure(1, 15)
    zones.configure(16, 4)
    assert [zones.manager(channel) for channel in range(1, 17)] == [0, *[1] * 10, *[16] * 4, 0]
    zones.configure(1, 15)
    assert [zones.manager(channel) for channel in range(1, 17)] == [0, *[1] * 15]


def test_all_notes_off_on_the_manager_forgets_its_members_too() -> None:
    parser = Parser("keys", is_mpe=True)
    parser.feed(bytes.fromhex("92 3C 7F B0 7B 00"), 0.0)
    parser.take()
    parser.release(1.0)
    assert parser.take().notes == []


@given(st.lists(st.tuples(st.sampled_from([0x80, 0x90, 0xA0, 0xB0, 0xD0, 0xE0]), st.integers(0, 15),
                          st.integers(0, 127), st.integers(0, 127)), max_size=60), st.booleans())
def test_every_word_is_one_that_players_understand(played: list[tuple[int, int, int, int]], is_mpe: bool) -> None:
    parser = Parser("keys", is_mpe)
    for kind, channel, first, second in played:
        parser.feed(bytes((kind | channel, first, second)), 0.0)
    for word, value, _, channel in parser.take().notes:
        notes.declared(word).read(value)  # raises for a word that means nothing
        assert 1 <= channel <= 16


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 15), st.integers(50, 54)), max_size=80), st.booleans())
def test_when_the_device_is_gone_no_key_stays_down(played: list[tuple[bool, int, int]], is_mpe: bool) -> None:
    parser = Parser("keys", is_mpe)
    for place, (is_down, channel, note) in enumerate(played):
        parser.feed(bytes(((0x90 if is_down else 0x80) | channel, note, 100)), float(place))
    parser.release(1000.0)
    heard = parser.take()
    last = {(word, channel): value for word, value, _, channel in heard.notes}
    assert set(last.values()) <= {0.0}
    assert {gesture.value for gesture in {(g.control, g.channel): g for g in heard.gestures}.values()} <= {0.0}
    assert all(before <= after for before, after in pairwise(time for _, _, time, _ in heard.notes))

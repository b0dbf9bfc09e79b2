"""OSC bytes: what python-osc writes is read as it was meant; garbage is refused and never raises anything else."""

from __future__ import annotations

import struct
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osc_peer import bundle, message
from pythonosc.osc_message import OscMessage

from liveart.sources.osc_wire import MAX_DEPTH, Message, Refusal, WireError, read_datagram, write_message

singles = st.floats(width=32, allow_nan=False)


def only(data: bytes) -> Message | Refusal:
    """Return the one message of a datagram."""
    (group,) = read_datagram(data)
    (item,) = group.items
    return item


@pytest.mark.parametrize(("tag", "value"), [("i", -7), ("h", 1 << 40), ("f", 0.5), ("d", 0.1), ("s", "add"),
                                            ("T", True), ("F", False), ("N", None)])
def test_each_kind_of_value_is_read_as_sent(tag: str, value: Any) -> None:
    assert only(message("/liveart/a/b", (tag, value))) == Message("/liveart/a/b", value)


@given(st.one_of(singles, st.integers(-(1 << 31), (1 << 31) - 1), st.text(st.characters(codec="utf-8",
                                                                                         exclude_characters="\0"),
                                                                           max_size=100), st.none()))
def test_what_we_write_python_osc_and_we_read_alike(value: Any) -> None:
    data = write_message("/liveart/a/b", value)
    assert list(OscMessage(data)) == ([] if value is None else [value])
    assert only(data) == Message("/liveart/a/b", value)


@pytest.mark.parametrize("data", [b"/a\0\0", b"/a\0\0,\0\0\0", b"/a\0\0,I\0\0"])
def test_a_message_without_arguments_has_no_value(data: bytes) -> None:
    assert only(data) == Message("/a", None)


@pytest.mark.parametrize("arguments", [[("b", b"123")], [(["f", "f"], [0.1, 0.2])], [("m", (1, 2, 3, 4))],
                                       [("f", 0.2), ("f", 0.4)]])
def test_what_no_parameter_takes_is_refused_with_its_address(arguments: list[Any]) -> None:
    refusal = only(message("/liveart/grid/x", *arguments))
    assert isinstance(refusal, Refusal)
    assert "/liveart/grid/x" in refusal.text


def test_several_values_on_one_address_are_counted_in_the_refusal() -> None:
    refusal = only(message("/liveart/grid/x", ("f", 0.2), ("f", 0.4)))
    assert isinstance(refusal, Refusal)
    assert "takes one value; 2 came" in refusal.text


@pytest.mark.parametrize("data", [
    b"", b"hello world!", b"\0" * 64, b"/no/end!", b"/a\0", b"/a\0\0,f\0\0", b"/a\0\0,f\0\0\0\0", b"/a\0\0f\0\0\0",
    b"/a\0\0,f\0\0\0\0\0\0\0\0\0\0", b"/\xff\0\0", b"/a\x1b[2J\0\0\0,\0\0\0", b"/a\0\0,s\0\0\xff\0\0\0",
    b"#bundle\0", b"#bundle\0" + bytes(8) + b"\0\0\0\x08/a\0\0", b"#bundle\0" + bytes(8) + b"\xff\xff\xff\xfc",
    b"#bundle\0" + bytes(8) + b"\0\0\0\0", b"#bundle\0" + bytes(8) + b"\0\0\0\x04abcd", b"/" + b"a" * 60000])
def test_garbage_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(WireError) as caught:
        read_datagram(data)
    assert str(caught.value).isprintable()


@given(st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(lambda tail: b"#bundle\0" + tail),
                 st.binary(max_size=100).map(lambda tail: b"/a\0\0," + tail)))
def test_any_bytes_give_groups_or_a_wire_error(data: bytes) -> None:
    try:
        groups = read_datagram(data)
    except WireError:
        return
    assert all(isinstance(item, (Message, Refusal)) for group in groups for item in group.items)


@given(st.integers(0, 40), st.integers(0, 255))
def test_a_damaged_bundle_is_refused_whole_or_read_whole(place: int, byte: int) -> None:
    data = bytearray(bundle(message("/a", ("f", 0.5)), message("/b", ("i", 3))))
    data[min(place, len(data) - 1)] = byte
    try:
        groups = read_datagram(bytes(data))
    except WireError:
        return
    assert sum(len(group.items) for group in groups) == 2


def nested(depth: int) -> bytes:
    """Return a message inside `depth` bundles."""
    data = message("/a", ("i", 1))
    for _ in range(depth):
        data = bundle(data)
    return data


def test_bundles_may_be_nested_but_not_without_end() -> None:
    assert only(nested(MAX_DEPTH)) == Message("/a", 1)
    with pytest.raises(WireError, match="deeper"):
        read_datagram(nested(MAX_DEPTH + 1))
    with pytest.raises(WireError, match="deeper"):
        read_datagram(nested(1500))


def test_a_nested_bundle_of_a_later_time_is_a_group_of_its_own() -> None:
    soon, later = time.time() + 1, time.time() + 2
    data = bundle(message("/a"), bundle(message("/b")), bundle(message("/c"), when=later), when=soon)
    groups = [group for group in read_datagram(data) if group.items]
    assert [[item.address for item in group.items] for group in groups] == [["/a", "/b"], ["/c"]]
    assert groups[0].when == pytest.approx(soon, abs=1e-3)
    assert groups[1].when == pytest.approx(later, abs=1e-3)


@pytest.mark.parametrize("tag", [0, 1])
def test_the_immediate_time_tag_means_at_once(tag: int) -> None:
    data = b"#bundle\0" + struct.pack(">Qi", tag, 4) + b"/a\0\0"
    assert [group.when for group in read_datagram(data) if group.items] == [None]

"""OSC packets for sinks, by python-osc: messages and bundles that a network carries in one piece."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

LARGEST = 1400  # bytes of a bundle: what a network carries in one piece

Message = tuple[str, float | int | str]


def write_packets(messages: Iterable[Message]) -> Iterable[bytes]:
    """Return the messages of a tick as OSC packets: one by itself, several in bundles of at most LARGEST bytes."""
    built: list[Any] = []
    size = 0
    for address, value in messages:
        message = _message(address, value)
        if built and size + message.size > LARGEST:
            yield _packet(built)
            built, size = [], 0
        built.append(message)
        size += message.size + 4
    if built:
        yield _packet(built)


def write_message(address: str, value: float | int | str) -> bytes:
    """Return one message by itself; a bool is no value of OSC 1.0, give 0 or 1."""
    return bytes(_message(address, value).dgram)


def _message(address: str, value: float | int | str) -> Any:
    from pythonosc.osc_message_builder import OscMessageBuilder

    builder = OscMessageBuilder(address)
    builder.add_arg(value, "i" if isinstance(value, int) else "f" if isinstance(value, float) else "s")
    return builder.build()


def _packet(messages: list[Any]) -> bytes:
    from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder

    if len(messages) == 1:  # some receivers read no bundles
        return bytes(messages[0].dgram)
    builder = OscBundleBuilder(IMMEDIATELY)
    for message in messages:
        builder.add_content(message)
    return bytes(builder.build().dgram)

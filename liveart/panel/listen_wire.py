"""The words of an OSCQuery WebSocket: commands in JSON, values as OSC of the type that the tree names."""

from __future__ import annotations

import json

from liveart.core.layout import Layout
from liveart.core.oscquery import is_container, is_listenable, is_word
from liveart.core.param import Param
from liveart.errors import UsageError, did_you_mean
from liveart.sources.osc_wire import write_message

COMMANDS = ("LISTEN", "IGNORE")


def read_command(text: str, layout: Layout) -> tuple[str, str]:
    """Return (command, address) of a text frame; raises UsageError with a sentence for the client."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"that is no JSON: {error}.", 'Send {"COMMAND": "LISTEN", "DATA": "/liveart/…"}.') from error
    command, address = (message.get("COMMAND"), message.get("DATA")) if isinstance(message, dict) else (None, None)
    if not isinstance(command, str) or not isinstance(address, str):
        raise UsageError("a message needs COMMAND and DATA, both texts.",
                         'Send {"COMMAND": "LISTEN", "DATA": "/liveart/…"}.')
    if command not in COMMANDS:
        raise UsageError(f'there is no command "{command:.40}".', did_you_mean(command, COMMANDS))
    param = layout.params.get(address)
    if (param is not None and not is_listenable(param)) or (param is None and is_word(address)):
        raise UsageError(f"{address} is for writing and has no value to follow.")
    if param is None and is_container(layout, address):
        raise UsageError(f"{address:.100} is a container.", f"{command} takes the address of one value.")
    if param is None and command == "LISTEN":  # to ignore what is gone already is fine
        raise UsageError(f"there is nothing at {address:.100}.", did_you_mean(address, layout.params))
    return command, address


def write_packet(address: str, param: Param, number: float) -> bytes:
    """Return a value as one OSC message of the TYPE that the tree names: T or F for a switch, I for a firing."""
    shown = param.show(number)
    if param.kind == "trigger" or isinstance(shown, bool):
        tag = b",I\0\0" if param.kind == "trigger" else b",T\0\0" if shown else b",F\0\0"
        return write_message(address, None)[:-4] + tag  # these tags carry their value themselves
    return write_message(address, shown)

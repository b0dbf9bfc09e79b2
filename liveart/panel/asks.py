"""What a page may say to the panel: read once, checked strictly, each kind of nonsense answered with a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from liveart.core.binding import Binding
from liveart.core.morph import CURVES
from liveart.core.param import Value
from liveart.errors import UsageError, did_you_mean
from liveart.show.cue import QUANTA

LONGEST_PUT = 256
LONGEST_NAME = 80      # of a cue
LONGEST_KEY = 16       # of a key's name
MOST_CUES = 1000

BINDING = {field.name: field.type for field in fields(Binding)}  # name → "str", "int", "float" or "bool"
VERBS = ("store", "delete", "rename", "order", "set")
SETTINGS = ("morph", "quantum", "curve", "follow", "after")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a page; what it did not say is None, "" or empty.

    learn  the address that waits for a control; "" when the waiting is to end
    bind   (index, changes) of a binding
    key    (name, is_down)
    cue    as PanelHost.edit_cue takes it
    """

    put: tuple[tuple[str, Value], ...] = ()
    record: bool | None = None
    ping: float | None = None
    learn: str | None = None
    bind: tuple[int, Mapping[str, Any]] | None = None
    unbind: int | None = None
    undo_bind: bool = False
    key: tuple[str, bool] | None = None
    cue: Mapping[str, Any] | None = None


def read_message(text: str) -> Said:
    """Return what a page said; raises UsageError with a sentence for the sender when it makes no sense."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"that is no JSON: {error}.") from error
    if not isinstance(message, dict) or not message:
        raise UsageError(f"a message must be a JSON object, not {_short(message)}.",
                         'Send {"put": [["/liveart/…", 0.5]]}.')
    for word in message:
        if word not in READERS:
            raise UsageError(f'the panel knows no "{_short(word)}".', did_you_mean(word, READERS))
    return Said(**{word: READERS[word](value) for word, value in message.items()})


def _put(put: Any) -> tuple[tuple[str, Value], ...]:
    if not isinstance(put, list):
        raise UsageError(f"put takes a list of [address, value], not {_short(put)}.")
    if len(put) > LONGEST_PUT:
        raise UsageError(f"put has {len(put)} values.", f"Send {LONGEST_PUT} or fewer at a time.")
    return tuple(_pair(pair) for pair in put)


def _pair(pair: Any) -> tuple[str, Value]:
    if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2 or not isinstance(pair[0], str):
        raise UsageError(f"put takes [address, value] pairs, not {_short(pair)}.")
    if pair[1] is not None and not isinstance(pair[1], (bool, int, float, str)):
        raise UsageError(f"{_short(pair[0])} takes one number or word, not {_short(pair[1])}.")
    return pair[0], pair[1]


def _record(record: Any) -> bool | None:
    if record is not None and not isinstance(record, bool):
        raise UsageError(f"record takes true or false, not {_short(record)}.")
    return record


def _ping(ping: Any) -> float | None:
    if ping is not None and not _is_number(ping):
        raise UsageError(f"ping takes a number, not {_short(ping)}.")
    return None if ping is None else float(ping)


def _learn(address: Any) -> str:
    if address is None:
        return ""
    if not isinstance(address, str) or not address.startswith("/"):
        raise UsageError(f"learn takes an address, or null to stop, not {_short(address)}.",
                         'Send {"learn": "/liveart/…"}.')
    return address


def _bind(bind: Any) -> tuple[int, Mapping[str, Any]]:
    if not isinstance(bind, list) or len(bind) != 2 or not isinstance(bind[1], dict):
        raise UsageError(f"bind takes [index, changes], not {_short(bind)}.", 'Send {"bind": [0, {"low": 0.2}]}.')
    for name, value in bind[1].items():
        if name not in BINDING:
            raise UsageError(f'a binding has no "{_short(name)}".', did_you_mean(name, BINDING))
        kind = BINDING[name]
        fits = _is_number(value) if kind == "float" else type(value).__name__ == kind
        if not fits:
            raise UsageError(f"{name} of a binding takes {KINDS_OF_VALUE[str(kind)]}, not {_short(value)}.")
    return _index("bind", bind[0]), bind[1]


def _unbind(index: Any) -> int:
    return _index("unbind", index)


def _index(verb: str, index: Any) -> int:
    if isinstance(index, bool) or not isinstance(index, int) or index < 0:
        raise UsageError(f"{verb} takes the index of a binding, 0 or more, not {_short(index)}.")
    return index


def _undo_bind(yes: Any) -> bool:
    if yes is not True:
        raise UsageError(f"undo_bind takes true, not {_short(yes)}.")
    return True


def _key(key: Any) -> tuple[str, bool]:
    if not isinstance(key, list) or len(key) != 2 or not isinstance(key[0], str) or not isinstance(key[1], bool):
        raise UsageError(f"key takes [name, true or false], not {_short(key)}.", 'Send {"key": ["n", true]}.')
    name = key[0]
    if not 0 < len(name) <= LONGEST_KEY or not name.isprintable() or " " in name or name != name.lower():
        raise UsageError(f"a key can't be called {_short(json.dumps(name))}.", "Keys are n, space, 1, f5.")
    return name, key[1]


def _cue(what: Any) -> Mapping[str, Any]:
    verbs = [word for word in VERBS if isinstance(what, dict) and word in what]
    if len(verbs) != 1:
        raise UsageError(f"cue takes one of {', '.join(VERBS)}, not {_short(what)}.",
                         'Send {"cue": {"store": "dawn"}}.')
    verb, = verbs
    allowed = (verb, *SETTINGS) if verb == "set" else (verb,)
    for word in what:
        if word not in allowed:
            raise UsageError(f'{verb} of a cue takes no "{_short(word)}".', did_you_mean(word, allowed))
    if verb in ("rename", "order"):
        _names(verb, what[verb])
    else:
        _name(verb, what[verb], may_be_empty=verb == "store")
    _settings(what)
    return dict(what)


def _names(verb: str, names: Any) -> None:
    if not isinstance(names, list) or len(names) > MOST_CUES or (verb == "rename" and len(names) != 2):
        wanted = "[old name, new name]" if verb == "rename" else "a list of names"
        raise UsageError(f"{verb} of a cue takes {wanted}, not {_short(names)}.")
    for name in names:
        _name(verb, name)


def _name(verb: str, name: Any, may_be_empty: bool = False) -> None:
    if not isinstance(name, str) or not (name or may_be_empty) or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(f"{verb} of a cue takes a name, not {_short(name)}.",
                         f"Names have 1 to {LONGEST_NAME} characters.")


def _settings(what: Mapping[str, Any]) -> None:
    for word in ("morph", "after"):
        if word in what and not (_is_number(what[word]) and what[word] >= 0):
            raise UsageError(f"{word} of a cue takes beats, 0 or more, not {_short(what[word])}.")
    for word, known in (("quantum", QUANTA), ("curve", CURVES)):
        if word in what and what[word] not in known:
            raise UsageError(f"{word} of a cue can't be {_short(what[word])}.", did_you_mean(str(what[word]), known))
    if "follow" in what:
        _name("follow", what["follow"], may_be_empty=True)


def _is_number(value: Any) -> bool:
    # Bounded, since whole numbers of any length would overflow where they are reckoned with.
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


def _short(thing: Any) -> str:
    text = thing if isinstance(thing, str) else json.dumps(thing)
    return text if len(text) <= 60 else f"{text[:57]}…"


KINDS_OF_VALUE = {"str": "a word", "int": "a whole number", "float": "a number", "bool": "true or false"}
READERS: dict[str, Callable[[Any], Any]] = {
    "put": _put, "record": _record, "ping": _ping, "learn": _learn, "bind": _bind, "unbind": _unbind,
    "undo_bind": _undo_bind, "key": _key, "cue": _cue}

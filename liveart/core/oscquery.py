"""OSCQuery: the addresses of a show as the JSON tree that hosts read to draw their own controls.

The form is that of the OSCQuery proposal (Vidvox): one object per address, required FULL_PATH, CONTENTS for
containers, TYPE for leaves. Here is only the data; the panel's server carries it over HTTP and a WebSocket.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from liveart.core.layout import Layout, Snapshot
from liveart.core.param import Param
from liveart.core.table import WORDS, Row

Node = dict[str, Any]

READ, WRITE = 1, 2
ATTRIBUTES = ("FULL_PATH", "CONTENTS", "TYPE", "VALUE", "RANGE", "ACCESS", "DESCRIPTION", "UNIT", "CLIPMODE")
_TAGS = {"float": "f", "rate": "f", "int": "i", "choice": "s", "trigger": "I", "notes": "f"}
# What liveart sends by itself is no node, nor is a pattern of addresses.
_LISTED = tuple(row for row in WORDS if row.kind == "word" and "<" not in row.address)
_NAMES = ("/liveart/cue", "/liveart/cue/store")  # words that take a name
_UNREAD = ("trigger", "notes")  # kinds without a value to read


def answer(snapshot: Snapshot, path: str = "/", query: str = "") -> tuple[int, Node | None]:
    """Return the HTTP status and JSON body for a GET of `path` with `?query` ("" for the whole node).

    200 with a body; 204 when the node has no such attribute; 400 for a word that is none; 404 for no such
    address. HOST_INFO is the server's to answer, by `host_info`.
    """
    node = tree(snapshot, path)
    if node is None:
        return 404, None
    if not query:
        return 200, node
    if query not in ATTRIBUTES:
        return 400, None
    body = attribute(node, query)
    return (204, None) if body is None else (200, body)


def tree(snapshot: Snapshot, path: str = "/") -> Node | None:
    """Return the node at `path` with all below it; None when there is no such address.

    The 0..1 form of an address is not listed, to keep the tree as people think of it; each DESCRIPTION names it.
    """
    root: Node = {"FULL_PATH": "/", "ACCESS": 0, "DESCRIPTION": "liveart", "CONTENTS": {}}
    path = "/" + path.strip("/")
    for address, param in snapshot.layout.entries:
        if path == "/" or address == path or address.startswith(path + "/"):
            _hang(root, address, _leaf(address, param, snapshot[address]))
    for row in _LISTED:
        if path == "/" or row.address == path or row.address.startswith(path + "/"):
            _hang(root, row.address, _word(row))
    return _find(root, path)


def attribute(node: Node, name: str) -> Node | None:
    """Return one attribute of a node as `{name: value}`; None when the node has none such."""
    return {name: node[name]} if name in node else None


def host_info(name: str, osc_host: str, osc_port: int, ws_host: str, ws_port: int) -> Node:
    """Return the answer to `?HOST_INFO`: who this is, where its OSC and its WebSocket are, what it serves."""
    served = dict.fromkeys((*(key for key in ATTRIBUTES if key not in ("FULL_PATH", "CONTENTS", "TYPE")), "LISTEN",
                            "PATH_ADDED", "PATH_REMOVED", "PATH_CHANGED"), True)
    absent = dict.fromkeys(("TAGS", "EXTENDED_TYPE", "CRITICAL", "OVERLOADS", "HTML", "PATH_RENAMED"), False)
    return {"NAME": name, "EXTENSIONS": served | absent, "OSC_IP": osc_host, "OSC_PORT": osc_port,
            "OSC_TRANSPORT": "UDP", "WS_IP": ws_host, "WS_PORT": ws_port}


def is_listenable(param: Param) -> bool:
    """Return whether an address can be followed: a trigger tells its firings, notes have no value of their own."""
    return param.kind != "notes"


def is_word(path: str) -> bool:
    """Return whether `path` is a fixed word of the protocol, which is written and has no value."""
    return any(row.address == path for row in _LISTED)


def is_container(layout: Layout, path: str) -> bool:
    """Return whether there are addresses below `path`."""
    return path == "/" or any(address.startswith(path.rstrip("/") + "/") for address in layout.params)


@dataclass(frozen=True, slots=True)
class Difference:
    """Which nodes came, went, and are declared otherwise, when a layout took the place of another."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def difference(before: Layout, after: Layout) -> Difference:
    """Return what a client must be told; a whole branch that came or went is named once, by its topmost node."""
    old, new = before.params, after.params
    return Difference(_tops(new.keys() - old.keys(), old), _tops(old.keys() - new.keys(), new),
                      tuple(sorted(address for address in old.keys() & new.keys()
                                   if _told(old[address]) != _told(new[address]))))


def _told(param: Param) -> Param:
    """Return what a client is told of a param: all but its picture."""
    return replace(param, picture="") if param.picture else param


def _tops(addresses: Iterable[str], others: Collection[str]) -> tuple[str, ...]:
    """Return the topmost nodes above `addresses` that hold none of `others`."""
    taken = {"/".join(parts[:end]) for parts in (other.split("/") for other in others)
             for end in range(1, len(parts) + 1)}
    tops = set()
    for address in addresses:
        parts = address.split("/")
        nodes = ("/".join(parts[:end]) for end in range(2, len(parts) + 1))
        tops.add(next((node for node in nodes if node not in taken), address))
    return tuple(sorted(tops))


def _leaf(address: str, param: Param, number: float) -> Node:
    node: Node = {"FULL_PATH": address, "ACCESS": READ | WRITE, "DESCRIPTION": _description(address, param)}
    if param.kind in _UNREAD:
        node |= {"TYPE": _TAGS[param.kind], "ACCESS": WRITE}
        return node if param.kind == "trigger" else node | {"RANGE": [{"MIN": 0.0, "MAX": 1.0}]}
    value = param.show(number)
    # A boolean's value is its type tag: T or F.
    tag = ("T" if value else "F") if param.kind == "bool" else _TAGS[param.kind]
    node |= {"TYPE": tag, "VALUE": [value]}
    if param.kind == "choice":
        node["RANGE"] = [{"VALS": list(param.choices)}]
    elif param.kind != "bool":
        whole = param.kind == "int"
        node["RANGE"] = [{"MIN": int(param.bottom) if whole else param.bottom,
                          "MAX": int(param.top) if whole else param.top}]
        node["CLIPMODE"] = ["both"]
    if param.unit:
        node["UNIT"] = [param.unit]
    return node


def _description(address: str, param: Param) -> str:
    about = param.help or param.name.replace("_", " ")
    if param.kind == "notes":
        return f"{about} (send the velocity 0 to 1 to {address}/<number>, such as {address}/60; 0 ends the note)"
    return about if param.kind in ("trigger", "bool") else f"{about} (as 0..1: {address}/norm)"


def _word(row: Row) -> Node:
    node: Node = {"FULL_PATH": row.address, "ACCESS": WRITE, "DESCRIPTION": row.help}
    if row.low is None:
        return node | {"TYPE": "s" if row.address in _NAMES else "I"}
    return node | {"TYPE": "f" if isinstance(row.low, float) else "i", "RANGE": [{"MIN": row.low, "MAX": row.high}]}


def _hang(root: Node, address: str, leaf: Node) -> None:
    """Put a leaf into the tree, making the containers on the way."""
    *way, last = address.strip("/").split("/")
    node, full = root, ""
    for part in way:
        full += f"/{part}"
        fresh: Node = {"FULL_PATH": full, "ACCESS": 0, "CONTENTS": {}}
        node = node["CONTENTS"].setdefault(part, fresh)
        node.setdefault("CONTENTS", {})
    node["CONTENTS"][last] = node["CONTENTS"].get(last, {}) | leaf  # a word such as /liveart/cue has words below it


def _find(root: Node, path: str) -> Node | None:
    node: Node = root
    for part in path.strip("/").split("/") if path != "/" else []:
        found = node.get("CONTENTS", {}).get(part)
        if found is None:
            return None
        node = found
    return node

"""A stand-in for TouchDesigner's Python, from memory of its 2023 documentation: refuses names that TD does not have.

It knows only the operators that build.py makes, with the parameters that their pages list. Whether the real program
agrees was not tried: it does not run here.
"""

from __future__ import annotations

import runpy
import tempfile
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

COMMON_DAT = "language extension"
PARAMETERS = {
    "baseCOMP": "externaltox",
    "tableDAT": f"{COMMON_DAT} file",
    "textDAT": f"{COMMON_DAT} file syncfile loadonstart",
    "oscoutDAT": "active protocol netaddress port localaddress localport",
    "oscinDAT": "active protocol netaddress port localaddress shared addscope typetag bytes maxlines clamp callbacks",
    "parameterexecuteDAT": f"{COMMON_DAT} active executeloc fromop op pars valuechange valueschanged onpulse "
                           "expressionchange exportchange enablechange modechange custom builtin",
    "executeDAT": f"{COMMON_DAT} active start create exit framestart frameend playstatechange devicechange",
    "ndiinTOP": "active name extraips bandwidth",
    "scriptTOP": "callbacks setuppars outputresolution resolutionw resolutionh",
    "switchTOP": "index blend",
    "outTOP": "label",
}
PULSES = ("setuppars",)
CUSTOM = "name label default min max clampMin clampMax normMin normMax menuNames menuLabels val readOnly enable"


class Par:
    """A parameter: what may be set on it, its value, and whom it tells."""

    fields: dict[str, Any]
    watchers: list[Callable[[Par, Any], Any]]

    def __init__(self, name: str, style: str = "", value: Any = 0) -> None:
        super().__setattr__("fields", {"name": name, "style": style, "val": value})
        super().__setattr__("watchers", [])

    def __setattr__(self, key: str, value: Any) -> None:
        assert key in CUSTOM.split(), f"a Par has no {key}"
        if key == "val" and self.fields["style"] == "menu":
            assert value in self.fields["menuNames"]
        if key == "val" and self.fields.get("clampMin"):
            value = min(max(value, self.fields["min"]), self.fields["max"])
        before = self.fields.get(key)
        self.fields[key] = value
        if key == "val" and before != value:
            for tell in self.watchers:
                tell(self, before)

    def __getattr__(self, key: str) -> Any:
        assert key in (*CUSTOM.split(), "style"), f"a Par has no {key}"
        return self.fields[key]

    def eval(self) -> Any:
        """Return the value."""
        return self.fields["val"]

    def pulse(self) -> None:
        """Press it; only a pulse parameter can be."""
        assert self.fields["style"] == "pulse", f"{self.fields['name']} is no pulse"
        for tell in self.watchers:
            tell(self, None)


class Pars:
    """The parameters of an operator by attribute, as `op.par`."""

    known: dict[str, Par]

    def __init__(self, names: str) -> None:
        super().__setattr__("known", {name: Par(name, "pulse" if name in PULSES else "") for name in names.split()})

    def __getattr__(self, name: str) -> Par:
        assert name in self.known, f"there is no parameter {name}; there are: {', '.join(self.known)}"
        return self.known[name]

    def __setattr__(self, name: str, value: Any) -> None:
        getattr(self, name).val = value


class Page:
    """A page of custom parameters. TD's names for them: a capital, then lower-case letters and digits."""

    def __init__(self, owner: Operator) -> None:
        self._owner = owner

    def __getattr__(self, method: str) -> Callable[..., list[Par]]:
        style = method.removeprefix("append").lower()
        assert style in ("float", "int", "toggle", "menu", "pulse", "str"), f"a Page has no {method}"
        return lambda name, label="": [self._append(style, name)]

    def _append(self, style: str, name: str) -> Par:
        assert name[0].isupper(), f"{name} does not begin with a capital"
        assert name.isalnum(), f"{name} has other characters than TD takes"
        assert name[1:] == name[1:].lower(), f"{name} has capitals inside"
        assert name not in self._owner.par.known, f"{name} is there twice"
        return self._owner.par.known.setdefault(name, Par(name, style))


class Connector:
    """An input of an operator."""

    source: Any = None

    def connect(self, source: Any) -> None:
        """Wire an operator into it."""
        assert isinstance(source, Operator)
        self.source = source


class Cell:
    """A cell of a table DAT."""

    def __init__(self, row: int, val: str) -> None:
        self.row, self.val = row, val


class Operator:
    """An operator of a known type in a network."""

    def __init__(self, kind: str, name: str, owner: Operator | None = None) -> None:
        self.kind, self.name, self.owner = kind, name, owner
        self.par = Pars(PARAMETERS[kind])
        self.children: dict[str, Operator] = {}
        self.inputConnectors = [Connector() for _ in range(10 if kind == "switchTOP" else 1)]
        self.nodeX = self.nodeY = 0
        self.text = ""
        self.rows: list[list[str]] = []
        self.sent: list[tuple[str, list[Any]]] = []
        self._module: types.SimpleNamespace | None = None

    @property
    def path(self) -> str:
        """Where it lies."""
        return f"{self.owner.path if self.owner else ''}/{self.name}"

    def op(self, name: str) -> Operator | None:
        """Return a child by name."""
        return self.children.get(name)

    def create(self, kind: str, name: str) -> Operator:
        """Make a child."""
        assert self.kind.endswith("COMP"), "only components hold operators"
        assert name not in self.children, f"{name} is there already"
        self.children[name] = Operator(kind, name, self)
        return self.children[name]

    def destroy(self) -> None:
        """Remove it."""
        assert self.owner is not None
        del self.owner.children[self.name]

    def appendCustomPage(self, name: str) -> Page:
        """Add a page of parameters to a component."""
        assert self.kind.endswith("COMP")
        return Page(self)

    def clear(self) -> None:
        """Empty a table."""
        self.rows.clear()

    def appendRow(self, cells: list[str]) -> None:
        """Add a row to a table."""
        assert self.kind == "tableDAT"
        self.rows.append([str(cell) for cell in cells])

    def row(self, name: str) -> list[Cell] | None:
        """Return the cells of the row that begins with a name."""
        return next(([Cell(n, cell) for cell in row] for n, row in enumerate(self.rows) if row[0] == name), None)

    def findCell(self, pattern: str, cols: list[str], valuePattern: bool = True) -> Cell | None:
        """Return the first cell of some columns with a text."""
        places = [self.rows[0].index(column) for column in cols]
        return next((Cell(n, row[place]) for n, row in enumerate(self.rows) for place in places
                     if row[place] == pattern), None)

    def __getitem__(self, place: tuple[int, str]) -> Cell:
        return Cell(place[0], self.rows[place[0]][self.rows[0].index(place[1])])

    def sendOSC(self, address: str, values: list[Any]) -> None:
        """Keep what an OSC Out DAT would send."""
        assert self.kind == "oscoutDAT"
        self.sent.append((address, values))

    @property
    def module(self) -> types.SimpleNamespace:
        """The functions in a DAT's text."""
        assert self.kind in ("textDAT", "parameterexecuteDAT"), f"{self.kind} has no module"
        if self._module is None:
            self._module = run_text(self)
        return self._module


def run_text(dat: Operator) -> types.SimpleNamespace:
    """Run the text of a DAT as TouchDesigner does: its names are looked up in its own network."""
    space: dict[str, Any] = {"op": dat.owner.op if dat.owner else None, "parent": lambda: dat.owner, "me": dat}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dat.py"
        file.write_text(dat.text, encoding="utf-8")
        space |= runpy.run_path(str(file), init_globals=space)
    return types.SimpleNamespace(**space)


def run_script(file: Path, network: Operator | None = None) -> Operator:
    """Run a file as "Run Script" does in a Text DAT that was made of it; return the network that holds it."""
    network = network or Operator("baseCOMP", "project1")
    me = network.op(file.stem) or network.create("textDAT", file.stem)
    me.par.file.val = str(file)
    known = {kind: kind for kind in PARAMETERS}
    runpy.run_path(str(file), {**known, "me": me, "parent": lambda: network, "op": network.op}, "__main__")
    return network


def walk(operator: Operator) -> Iterator[Operator]:
    """Yield an operator and all below it."""
    yield operator
    for child in operator.children.values():
        yield from walk(child)

"""Keeper: writes cues and bindings back into the patch file, where all else stays as its author wrote it.

The file is written beside the old one and then takes its place, so a power cut leaves one or the other whole. The
first time in a session, what was there is kept as `<name>.toml.bak`.
"""

from __future__ import annotations

import os
import shutil
import threading
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from liveart.core.binding import Binding
from liveart.errors import LiveartError, PatchError
from liveart.show.cue_list import CueList
from liveart.show.patch import Patch

RETRY = 5.0
PAUSE = 0.2  # seconds that edits gather before they are written


class Keeper:
    """Keeps what was stored during a show. `file` is where: the patch's own file, or, for a patch that travels with
    liveart (or a model played alone), one of its name in the working folder, which is found first from then on.

    Writing is done in a thread of its own; trouble is told, never raised.
    """

    def __init__(self, patch: Patch, on_trouble: Callable[[str], None], here: str | Path = ".") -> None:
        self.file = Path(patch.file) if patch.file and not patch.is_shipped else Path(here, f"{patch.name}.toml")
        self._text = patch.text
        self._on_trouble = on_trouble
        self._wake = threading.Condition()
        self._wanted: dict[str, Any] = {}
        self._is_closing = False
        self._is_saved = False
        self._thread: threading.Thread | None = None

    def cues(self, cues: CueList) -> None:
        """Keep these cues and this set list."""
        tables = {cue.name: cue.to_table() for cue in cues.cues}
        self._want({"cues": tables, "order": list(cues.order)})

    def bindings(self, bindings: Sequence[Binding]) -> None:
        """Keep these bindings."""
        self._want({"bindings": [binding.to_dict() for binding in bindings]})

    def close(self) -> None:
        """Write what is still to be written; may be called twice."""
        with self._wake:
            self._is_closing = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(5.0)
            self._thread = None

    def _want(self, parts: dict[str, Any]) -> None:
        with self._wake:
            self._wanted |= parts
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
                self._thread.start()
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._wanted or self._is_closing)
                if not self._wanted:
                    return
                self._wake.wait(0.0 if self._is_closing else PAUSE)
                wanted, self._wanted = self._wanted, {}
            try:
                self._write(wanted)
            except (OSError, ValueError, TOMLKitError, LiveartError) as error:
                self._on_trouble(f"the cues and bindings could not be kept in {self.file}: {error}")
                with self._wake:
                    if self._is_closing:
                        return
                    self._wanted = wanted | self._wanted  # tried again, should somebody mend it
                    self._wake.wait_for(lambda: self._is_closing, RETRY)

    def _write(self, wanted: dict[str, Any]) -> None:
        text = written(self.file.read_text(encoding="utf-8") if self.file.exists() else self._text, wanted)
        if not self._is_saved and self.file.exists():
            shutil.copy2(self.file, self.file.with_name(self.file.name + ".bak"))
        self._is_saved = True
        draft = self.file.with_name(self.file.name + ".new")
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self.file)


def written(text: str, wanted: dict[str, Any]) -> str:
    """Return the text of a patch with its cues, set list and bindings replaced; the rest untouched.

    `wanted` may hold "cues" (name → table), "order" (names) and "bindings" (tables); what is absent stays.
    Raises PatchError when the text is written in a way that can't be added to safely.
    """
    patch = tomlkit.parse(text)
    if "cues" in wanted:
        _put(patch, "cues", _cues(wanted["cues"]))
    if "order" in wanted:
        setlist = patch.get("setlist", tomlkit.table())
        setlist["order"] = wanted["order"]
        _put(patch, "setlist", setlist if wanted["order"] or len(setlist) > 1 else None)
    if "bindings" in wanted:
        rows = tomlkit.aot()
        for binding in wanted["bindings"]:
            rows.append(tomlkit.item(binding))
        _put(patch, "bindings", rows if wanted["bindings"] else None)
    done = tomlkit.dumps(patch)
    if _others(done) != _others(text):
        raise PatchError("the file's own keys would have come under others.",
                         "Write cues, setlist and bindings as [tables] at its end, not as dotted keys.")
    return done


def _others(text: str) -> dict[str, Any]:
    return {key: value for key, value in tomllib.loads(text).items() if key not in ("cues", "setlist", "bindings")}


def _cues(tables: dict[str, Any]) -> Any:
    """Return the tables of cues, each with its values below it; None for none."""
    cues = tomlkit.table(is_super_table=True)
    for name, settings in tables.items():
        cue = tomlkit.table()
        values = tomlkit.table()
        for key, value in settings.items():
            if key != "values":
                cue[key] = value
        for address, value in settings["values"].items():
            values[address] = value
        cue["values"] = values
        cues[name] = cue
    return cues if tables else None


def _put(patch: Any, key: str, value: Any) -> None:
    """Replace one part of a patch where it stands, or add it at the end."""
    if value is None:
        if key in patch:
            del patch[key]
    elif key in patch:
        patch[key] = value
    else:
        patch.add(tomlkit.nl())
        patch.add(key, value)

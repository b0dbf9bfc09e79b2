"""PlayKeys: the keys of `liveart play` in a terminal: safety, cues, and learning a controller without a panel."""

from __future__ import annotations

from collections.abc import Callable

from liveart.errors import LiveartError
from liveart.show.host import ShowHost
from liveart.show.keys import LEGEND


class PlayKeys:
    """What each key does. `say` tells a sentence; `prompt` shows a line to type into ("" takes it away).

    `l` begins to learn: letters choose an address, Enter waits for the control to be moved, Escape goes back.
    """

    def __init__(self, host: ShowHost, say: Callable[[str], None], prompt: Callable[[str], None],
                 quit_show: Callable[[], None]) -> None:
        self._host = host
        self._say = say
        self._prompt = prompt
        self._quit = quit_show
        self._typed: str | None = None
        self._place = 0
        self._waits_for = ""

    def press(self, name: str) -> None:
        """Do what a key does. Never raises: a slip on the keyboard does not end a show."""
        try:
            if self._typed is not None:
                self._choose(name)
            elif self._waits_for and name == "escape":
                self._cancel()
            else:
                self._play(name)
        except LiveartError as error:
            self._say(str(error))

    def look(self) -> None:
        """Called now and then: tell when the control that was waited for has been moved."""
        if self._waits_for and not self._host.hands()["learning"]:
            bound = [row for row in self._host.hands()["bindings"] if row["address"] == self._waits_for]
            if bound:
                self._say(f"{bound[-1]['device']} {bound[-1]['control']} now moves {self._waits_for}")
            self._waits_for = ""
            self._prompt("")

    def _play(self, name: str) -> None:
        if name == "q":
            self._quit()
        elif name == "?":
            self._say(f"{LEGEND} · l learn · q quit")
        elif name == "l":
            self._typed, self._place = "", 0
            self._show()
        else:
            kept = len(self._host.cues()["cues"])
            self._host.key(name, True)
            self._host.key(name, False)
            if len(cues := self._host.cues()["cues"]) > kept:
                self._say(f'kept as cue {cues[-1]["number"]}, "{cues[-1]["name"]}", in {self._host.cues()["file"]}')

    def _choose(self, name: str) -> None:
        found = self._found()
        if name == "escape":
            self._cancel()
        elif name == "enter" and found:
            self._typed = None
            self._host.learn(found[self._place])
            self._waits_for = found[self._place]
            self._prompt(f"learn {self._waits_for}: move a control … (Escape: leave it)")
        elif name in ("up", "down") and found:
            self._place = (self._place + (1 if name == "down" else -1)) % len(found)
            self._show()
        elif name == "backspace" or len(name) == 1:
            self._typed = (self._typed or "")[:-1] if name == "backspace" else (self._typed or "") + name
            self._place = 0
            self._show()

    def _found(self) -> list[str]:
        """Return the addresses that hold what is typed; cues can be learnt too."""
        cues = [f"/liveart/cue/{row['name']}" for row in self._host.cues()["cues"]]
        words = ["/liveart/cue/next", "/liveart/cue/previous", "/liveart/cue/undo", "/liveart/cue/store"]
        every = [*self._host.board.layout.params, *cues, *words]
        return [address for address in every if (self._typed or "") in address.removeprefix("/liveart/")]

    def _show(self) -> None:
        found = self._found()
        if not found:
            self._prompt(f"learn: {self._typed}_   nothing is called like that")
            return
        rest = f"   ({len(found) - 1} more: type on, or up and down)" if len(found) > 1 else ""
        self._prompt(f"learn: {self._typed}_   {found[self._place]}{rest}   Enter")

    def _cancel(self) -> None:
        if self._waits_for:
            self._host.learn(None)
        self._typed, self._waits_for = None, ""
        self._prompt("")

"""The machine's MIDI system: which one it is, and the one thread that speaks with it; the only file that knows rtmidi.

What is received waits in rtmidi's own queue until it is fetched. Its callbacks into Python are a trap: closing a port
while its driver waits for the interpreter hangs both, and a JACK server would be held up by our garbage collector.
"""

from __future__ import annotations

import atexit
import os
import queue
import re
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from liveart.errors import LiveartError, NotInstalled, PortError, UsageError

Direction = Literal["input", "output"]

_CLIENT = f"liveart-{os.getpid()}"
# JACK and ALSA list our own ends of connections, and those of other liveart shows, among the ports: they carry the
# controllers' names, and are no place to connect to.
_OUR_END = re.compile(r"liveart-\d+(-\d+)?:")
_QUEUE = 16384  # messages that rtmidi keeps until they are fetched
_PATIENCE = 10.0  # seconds for the system to answer

T = TypeVar("T")


class Closable(Protocol):
    """An open port, as the system sees it."""

    def forget(self) -> None: ...


class System:
    """The MIDI system in use: lists its ports, makes new ones, knows which are open.

    server  tells one run of the JACK server from the next; None where MIDI does not go through JACK.
    """

    def __init__(self, rtmidi: Any, api: int, server: tuple[int, int] | None) -> None:
        self.server = server
        self.ports: set[Closable] = set()
        self._rtmidi = rtmidi
        self._api = api
        self._listers = {"input": self.make("input"), "output": self.make("output")}

    @property
    def is_over(self) -> bool:
        """True when the JACK server that it was made with has ended: all that belongs to it is dead."""
        return self.server is not None and self.server != _jack_server()

    def make(self, direction: Direction) -> Any:
        """Return a fresh rtmidi object, with no port open yet."""
        if direction == "output":
            return self._rtmidi.MidiOut(self._api, _CLIENT)
        made = self._rtmidi.MidiIn(self._api, _CLIENT, _QUEUE)
        made.ignore_types(sysex=False, timing=False, active_sense=False)
        return made

    def names(self, direction: Direction) -> list[str]:
        """Return the names of the ports of other programs and devices."""
        return [name for name in self._listers[direction].get_ports() if not _OUR_END.match(name)]

    def close(self) -> None:
        """Close all ports."""
        for port in list(self.ports):
            port.forget()
        for lister in self._listers.values():
            lister.delete()
        self._listers.clear()


class Desk:
    """One thread for all that lists, opens and closes ports, with the system in use.

    One, since macOS tells of devices that come and go only to the thread that first asked for MIDI.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._system: System | None = None

    def call(self, work: Callable[[System], T]) -> T:
        """Return what `work` returns, or raise what it raises.

        Raises NotInstalled without python-rtmidi; PortError on a machine without MIDI, and when it does not answer.
        """
        return self.run(lambda: work(self._current()))

    def end(self) -> None:
        """Close all that is open, at the end of the program: a port left open can hang it."""
        try:
            self.run(self._close, patience=2.0)
        except PortError as error:
            print(error, file=sys.stderr)  # nobody else is left to tell

    def run(self, work: Callable[[], T], patience: float = _PATIENCE) -> T:
        """Return what `work` returns, or raise what it raises; PortError when it takes longer than `patience`."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="midi ports", daemon=True)
                self._thread.start()
                atexit.register(self.end)
        future: Future[T] = Future()
        self._jobs.put((future, work))
        try:
            return future.result(patience)
        except TimeoutError as error:
            raise PortError(f"the MIDI system did not answer for {patience:g} s.",
                            "Unplug the MIDI devices, or restart the program that serves them.") from error

    def _run(self) -> None:
        while True:
            future, work = self._jobs.get()
            try:
                future.set_result(work())
            except BaseException as error:  # told to the one who asked
                future.set_exception(error)

    def _current(self) -> System:
        if self._system is not None and self._system.is_over:
            self._close()  # before anything new is made: deleting the old later crashes libjack
        if self._system is None:
            self._system = _make_system()
        return self._system

    def _close(self) -> None:
        system, self._system = self._system, None
        if system is not None:
            system.close()


DESK = Desk()


def _make_system() -> System:
    try:
        import rtmidi
    except ImportError as error:
        raise NotInstalled("python-rtmidi", "midi") from error
    api, server = _choose(rtmidi)
    try:
        return System(rtmidi, api, server)
    except OSError as error:  # as rtmidi's own errors are
        raise PortError(f"this machine has no MIDI: {error}", "Restart the program that serves MIDI.") from error


def _choose(rtmidi: Any) -> tuple[int, tuple[int, int] | None]:
    """Return rtmidi's number of the system to use, and which JACK server, if it is JACK.

    LIVEART_MIDI_API, "alsa" or "jack", decides where there are several.
    """
    wanted = os.environ.get("LIVEART_MIDI_API", "")
    if wanted not in ("", "alsa", "jack"):
        raise UsageError(f'LIVEART_MIDI_API is "{wanted}".', "It can be alsa or jack.")
    compiled = rtmidi.get_compiled_api()
    native = [api for api in compiled if api in (rtmidi.API_MACOSX_CORE, rtmidi.API_WINDOWS_MM)]
    if rtmidi.API_LINUX_ALSA in compiled and Path("/dev/snd/seq").exists():
        native.append(rtmidi.API_LINUX_ALSA)
    if native and wanted != "jack":
        return native[0], None
    server = _jack_server()
    if rtmidi.API_UNIX_JACK in compiled and server is not None and wanted != "alsa":
        return rtmidi.API_UNIX_JACK, server
    raise _no_midi()


def _no_midi() -> LiveartError:
    return PortError("this machine has no MIDI: no ALSA sequencer (/dev/snd/seq), and no JACK server that runs.",
                     "Load the kernel module snd-seq, or start JACK.")


def _jack_server() -> tuple[int, int] | None:
    """Return what tells one run of the JACK server from the next; None when it does not run.

    Looking for its socket is quick and silent; asking libjack writes lines of complaint to the terminal.
    """
    if not hasattr(os, "getuid"):
        return None
    name = f"jack_{os.environ.get('JACK_DEFAULT_SERVER', 'default')}_{os.getuid()}_0"
    for folder in ("/dev/shm", "/tmp"):
        try:
            found = os.stat(f"{folder}/{name}")
        except OSError:
            continue
        return found.st_ino, found.st_mtime_ns
    return None

"""Announces a show on the network, so that other programs find it by itself: the one file that imports zeroconf.

Two services under one name: `_oscjson._tcp` for the OSCQuery tree on the panel's port, `_osc._udp` for the port where
OSC arrives; clients differ on which they look for. DNS-SD is RFC 6763, multicast DNS RFC 6762.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import itertools
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from liveart.errors import LiveartError, PortError
from liveart.panel.door import is_loopback

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

OSCQUERY, OSC = "_oscjson._tcp.local.", "_osc._udp.local."
ANYWHERE = ("", "0.0.0.0", "::")
LISTEN = 1.3  # s to hear which names are taken: who has just told its name does not say it again within a second
LOOK = 0.05  # s
PATIENCE = 3.0  # s that the thread may take to say goodbye


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its kind, and the host and port on which the show bound it."""

    kind: str
    host: str
    port: int


class Announcement:
    """Says that this show is here, from `start` to `close`, in a thread of its own: nobody waits for it.

    A service that is bound to loopback is announced on loopback only, one that is bound to one network on that. The
    name gets a number when another show has it already. `tell` is called with a sentence when it can't be done.
    """

    def __init__(self, panel: tuple[str, int], osc: tuple[str, int], tell: Callable[[str], None],
                 name: str = "liveart") -> None:
        self.name = name
        self._services = (Service(OSCQUERY, *panel), Service(OSC, *osc))
        self._tell = tell
        self._ending = threading.Event()
        self._announced = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self._ending.clear()
        self._thread = threading.Thread(target=self._run, name="announcement", daemon=True)
        self._thread.start()

    def wait(self, timeout: float) -> bool:
        """Return whether it was announced (or given up) within `timeout` seconds."""
        return self._announced.wait(timeout)

    def close(self) -> None:
        """Say goodbye; may be called twice."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(PATIENCE)
            if self._thread.is_alive():
                self._tell("the announcement on the network did not end; it is left behind.")
            self._thread = None

    def _run(self) -> None:
        with contextlib.ExitStack() as lines:
            try:
                self._announce(lines)
            except LiveartError as error:
                self._tell(f"other programs can't find this show by themselves: {error}")
            except Exception as error:  # whatever a network does, the show does not depend on it
                self._tell(f"other programs can't find this show by themselves: {type(error).__name__}: {error}. "
                           "Type in its address there.")
            self._announced.set()
            self._ending.wait()

    def _announce(self, lines: contextlib.ExitStack) -> None:
        wheres = ["" if service.host in ANYWHERE else _address(service.host) for service in self._services]
        opened = {where: _open(where) for where in dict.fromkeys(wheres)}
        for line in opened.values():
            lines.callback(line.close)  # which says goodbye for all that was registered
        self.name = _free_name(self.name, self._names(opened.values()))
        self._register([(opened[where], _info(self.name, service, where))
                        for service, where in zip(self._services, wheres, strict=True)])

    def _register(self, wanted: Sequence[tuple[Zeroconf, ServiceInfo]]) -> None:
        """Register all at the same time; given up as soon as the show ends."""
        tasks = []
        for line, info in wanted:
            assert line.loop is not None
            tasks.append(asyncio.run_coroutine_threadsafe(line.async_register_service(info, allow_name_change=True),
                                                          line.loop))
        while not all(task.done() for task in tasks):
            if self._ending.wait(LOOK):
                for task in tasks:
                    task.cancel()
                return
        for task in tasks:
            task.result()
        self.name = wanted[0][1].name.removesuffix(f".{wanted[0][1].type}")  # another may have taken it meanwhile

    def _names(self, lines: Iterable[Zeroconf]) -> set[str]:
        """Return the names that others have.

        zeroconf's own check asks for an answer to one socket, and between programs of one machine that may be
        another's; so the question is asked here for an answer to all.
        """
        from zeroconf import DNSQuestionType, ServiceBrowser, ServiceStateChange

        found: set[str] = set()

        def heard(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
            found.add(name.removesuffix(f".{service_type}"))

        browsers = [ServiceBrowser(line, [OSCQUERY, OSC], handlers=[heard], question_type=DNSQuestionType.QM)
                    for line in lines]
        self._ending.wait(LISTEN)
        for browser in browsers:
            browser.cancel()
        return found


def _free_name(name: str, taken: set[str]) -> str:
    """Return `name`, or `name-2`, `name-3` … when it is taken."""
    names = (f"{name}-{number}" if number > 1 else name for number in itertools.count(1))
    return next(free for free in names if free not in taken)


def _open(where: str) -> Zeroconf:
    """Return a multicast line on the network of one address, or on all but loopback for "".

    Raises PortError without zeroconf, and OSError where multicast is not allowed.
    """
    try:
        from zeroconf import IPVersion, Zeroconf
    except ImportError as error:
        raise PortError("zeroconf is not installed.", "Install it with: pip install zeroconf") from error
    places: Any = [where] if where else _own_addresses()
    return Zeroconf(interfaces=places, ip_version=IPVersion.V6Only if ":" in where else IPVersion.V4Only)


def _info(name: str, service: Service, where: str) -> ServiceInfo:
    from zeroconf import ServiceInfo

    host = socket.gethostname().partition(".")[0] or "liveart"
    # Host names can't be shared between loopback and a network: each has addresses of its own.
    server = f"{host}-{'local' if is_loopback(where) else 'liveart'}.local."
    return ServiceInfo(service.kind, f"{name}.{service.kind}", port=service.port, server=server,
                       parsed_addresses=[where] if where else _own_addresses(), properties={"txtvers": "1"})


def _address(host: str) -> str:
    """Return the numbers of a host name; "localhost" is the old address, as senders mean it."""
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(host))
    found = socket.getaddrinfo(host, None)
    return str(min(found, key=lambda entry: entry[0] != socket.AF_INET)[4][0])


def _own_addresses() -> list[str]:
    """Return this machine's IPv4 addresses on its networks; loopback alone when it has no other."""
    import ifaddr  # comes with zeroconf

    found = [str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    return [address for address in found if not is_loopback(address)] or ["127.0.0.1"]

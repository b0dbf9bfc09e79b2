"""Who may come in: host names, origins and the token. Plain functions, no network."""

from __future__ import annotations

import hmac
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from liveart.errors import UsageError

SHORTEST_TOKEN = 8


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is turned away: an HTTP status and a sentence."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Door:
    """Judges requests to a panel that listens on `address`.

    On loopback a web site could reach the panel through a name of its own that points to 127.0.0.1 (DNS
    rebinding), so only loopback names are let in. Elsewhere the token keeps strangers out. A page of another
    site is refused in both cases, by its Origin.

    Raises UsageError for a token that is too short to be one.
    """

    address: str
    token: str | None = None

    def __post_init__(self) -> None:
        if self.token is not None and len(self.token) < SHORTEST_TOKEN:
            raise UsageError(f"the panel's token has {len(self.token)} characters.",
                             f"Give it {SHORTEST_TOKEN} or more, or none: then one is made.")

    def judge(self, host: str, origin: str | None, tokens: tuple[str | None, ...]) -> Refusal | None:
        """Return why a request is refused; None lets it in. `tokens` are all that the request shows."""
        if is_loopback(self.address) and not is_loopback(host_name(host)):
            return Refusal(403, f'the panel does not answer to the name "{host}". Open it as localhost.')
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return Refusal(403, f"pages of {origin} may not use this panel.")
        if self.token is not None and not any(self._fits(token) for token in tokens):
            return Refusal(401, "the panel asks for its token. Open the address that liveart printed.")
        return None

    def _fits(self, token: str | None) -> bool:
        # Constant time, so that a token can't be guessed letter by letter.
        return token is not None and hmac.compare_digest(token.encode(), (self.token or "").encode())


def is_loopback(name: str) -> bool:
    """Return True for localhost and the loopback addresses of IPv4 and IPv6."""
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def host_name(host: str) -> str:
    """Return the name in a Host header: `[::1]:8321` gives `::1`; "" when it can't be read."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def reachable(address: str) -> str:
    """Return what to write in a URL for a bound address; for "all interfaces", this machine's own address."""
    if address not in ("", "0.0.0.0", "::"):
        return f"[{address}]" if ":" in address else address
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address; UDP sends nothing on connect
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"  # no network at all

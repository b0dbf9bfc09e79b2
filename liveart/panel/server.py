"""Panel: the web server of the instrument, on an event loop of its own in one thread of the conductor."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import threading
from concurrent.futures import Future

from liveart.errors import PortError
from liveart.panel.door import Door, is_loopback, reachable
from liveart.panel.host import PanelHost

LOG = logging.getLogger(__name__)
PATIENCE = 5.0  # seconds that the thread may take to end


class Panel:
    """Serves the page, its streams and the OSCQuery tree. Port 0 lets the system choose one.

    On anything but loopback a token is required; one is made when none is given.
    """

    def __init__(self, host: PanelHost, address: str = "127.0.0.1", port: int = 8321,
                 token: str | None = None) -> None:
        if token is None and not is_loopback(address):
            token = secrets.token_urlsafe(12)
        self.port = port
        self._host = host
        self._door = Door(address, token)
        self._thread: threading.Thread | None = None
        self._end: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    @property
    def url(self) -> str:
        """The address to open, with the token in it when one is asked for."""
        query = f"?token={self._door.token}" if self._door.token is not None else ""
        return f"http://{reachable(self._door.address)}:{self.port}/{query}"

    def start(self) -> None:
        """Begin to serve; returns when the port is open. Raises PortError when it can't be had."""
        self._end = Future()
        self._thread = threading.Thread(target=self._run, name="panel", daemon=True)
        self._thread.start()
        try:
            self._end.result()
        except OSError as error:
            self._thread.join()
            self._thread = None
            raise PortError(f"the panel can't use port {self.port} of {self._door.address or 'all interfaces'}: "
                            f"{error.strerror or error}.", "Choose another with --panel-port.") from error

    def stop(self) -> None:
        """Close every page and end the thread; may be called twice."""
        if self._thread is None:
            return
        loop, ending = self._end.result()
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(ending.set)
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            LOG.warning("the panel's thread did not end within %g s; it is left behind.", PATIENCE)
        self._thread = None

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        try:
            # Imported here: reading aiohttp takes a while, and the conductor has better things to do meanwhile.
            from aiohttp import web

            from liveart.panel.routes import Routes
            application = Routes(self._host, self._door).application()
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
            await runner.setup()
        except Exception as error:
            self._end.set_exception(error)
            return
        ending = asyncio.Event()
        try:
            await web.TCPSite(runner, self._door.address or None, self.port).start()
            self.port = runner.addresses[0][1]
            self._end.set_result((asyncio.get_running_loop(), ending))
            await ending.wait()
        except OSError as error:
            self._end.set_exception(error)
        finally:
            await runner.cleanup()

"""Pure Data follows a Link peer and tells liveart: run by test_host_puredata.py in a network of its own; writes JSON.

usage: python pd_link_scene.py FOLDER      where the patches are copied to
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from hosts import stage
from link_scene import NETWORK, Other
from osc_peer import wait_for
from test_host_puredata import pd

TEMPO = 111.0


def scene(folder: Path) -> dict[str, Any]:
    """Return the tempo that liveart was told, and the beats with their times."""
    other = Other(TEMPO)
    time.sleep(1.5)  # of two Link sessions less than half a second apart in age, chance says which one's tempo stays
    try:
        with stage() as show, pd(folder, show.port, more=("-lib", "abl_link~", "liveart-link.pd")):
            has_tempo = wait_for(lambda: any(abs(tempo - TEMPO) < 0.01
                                             for tempo in show.values("/liveart/clock/tempo")))
            time.sleep(1.0)  # the beats after the jump to the session's
            began = len(show.events)
            wait_for(lambda: len(show.events) - began > 6)
            beats = [(event.value, event.time) for event in show.events[began:]
                     if event.address == "/liveart/clock/beat"]
    finally:
        other.close()
    return {"has_tempo": has_tempo, "beats": beats}


if __name__ == "__main__":
    for line in NETWORK:
        subprocess.run(line.split(), check=True)
    print(json.dumps(scene(Path(sys.argv[1]))))

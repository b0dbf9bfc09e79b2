"""Builds liveart's network in TouchDesigner: a component with a parameter for each address of the running show.

  1. Start liveart:   liveart play --output ndi     (or --output shm:stage, on the same machine)
  2. Drag this file from its folder into a network: TouchDesigner makes a Text DAT of it, which knows where it lies.
  3. Right-click the Text DAT, "Run Script". A component "liveart" appears beside it.

Run it again when the show has other players: the component is made anew, and takes the new addresses.
What the parameters do lies in control.py, beside this file; the picture by shared memory in shm_in.py.
"""
# ruff: noqa: F821  TouchDesigner gives op, parent, me and the types of operators to every script.

import json
import os
import platform
import re
import urllib.request

HOST = "127.0.0.1"
PANEL_PORT = 8321  # where liveart tells its addresses, by OSCQuery
TOKEN = ""  # the panel's, when it is open to a network
HEAR_PORT = 9001  # where it tells changes
WORDS = ("/liveart/ping", "/liveart/listen", "/liveart/cue")  # nothing to press: a port or a number belongs to them
NDI_NAME = platform.node().upper() + " (liveart)"  # of liveart on this machine; else choose it in the NDI In TOP


def build(where, folder):
    """Make the component in `where`; return it."""
    nodes, osc_port = addresses()
    old = where.op("liveart")
    if old is not None:
        old.destroy()
    made = where.create(baseCOMP, "liveart")
    made.nodeX, made.nodeY = me.nodeX + 200, me.nodeY
    add_parameters(made, nodes)
    add_osc(made, osc_port, folder)
    add_picture(made, folder)
    made.op("control").module.listen()
    return made


def addresses():
    """Return the leaves of the show's OSCQuery tree, and the port where its OSC arrives."""
    try:
        return list(leaves(ask("/"))), ask("/?HOST_INFO")["OSC_PORT"]
    except OSError as error:
        raise RuntimeError(f"liveart does not answer at {HOST}:{PANEL_PORT} ({error}). "
                           "Start it, then run this again.") from error


def ask(path):
    """Return liveart's answer to an OSCQuery request."""
    headers = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else {}
    request = urllib.request.Request(f"http://{HOST}:{PANEL_PORT}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=3) as answer:
        return json.load(answer)


def leaves(node):
    """Yield the nodes that have a value or are triggers, in the order of the tree."""
    if "VALUE" in node or (node.get("TYPE") == "I" and node["FULL_PATH"] not in WORDS):
        yield node
    for child in node.get("CONTENTS", {}).values():
        yield from leaves(child)


def add_parameters(made, nodes):
    """Give the component a page for each player, a parameter for each address, and a table of both names."""
    pages = {}
    table = made.create(tableDAT, "addresses")
    table.clear()
    table.appendRow(["par", "address", "type"])
    for node in nodes:
        parts = node["FULL_PATH"].split("/")[2:]
        title = parts[0].capitalize() if len(parts) > 1 else "Show"
        if title not in pages:
            pages[title] = made.appendCustomPage(title)
        name = "".join(re.sub(r"[^a-z0-9]", "", part.lower()) for part in parts).capitalize()
        add_parameter(pages[title], name, parts[-1], node)
        table.appendRow([name, node["FULL_PATH"], node["TYPE"]])


def add_parameter(page, name, label, node):
    """Add one parameter of the kind that an address takes."""
    kind, limits = node["TYPE"], (node.get("RANGE") or [{}])[0]
    if kind == "I":
        page.appendPulse(name, label=label)
        return
    if kind in "TF":
        made = page.appendToggle(name, label=label)[0]
    elif kind == "s":
        made = page.appendMenu(name, label=label)[0]
        made.menuNames = made.menuLabels = limits.get("VALS", [])
    else:
        made = (page.appendInt if kind == "i" else page.appendFloat)(name, label=label)[0]
        if "MIN" in limits and "MAX" in limits:
            made.normMin, made.normMax = limits["MIN"], limits["MAX"]
            made.min, made.max, made.clampMin, made.clampMax = limits["MIN"], limits["MAX"], True, True
    if node.get("VALUE"):
        made.val = made.default = node["VALUE"][0]


def add_osc(made, port, folder):
    """OSC out and in, and what ties the parameters to them."""
    control = made.create(textDAT, "control")
    control.text = read(folder, "control.py")
    out = made.create(oscoutDAT, "out")
    out.par.netaddress, out.par.port = HOST, port
    heard = made.create(oscinDAT, "heard")
    heard.par.port = HEAR_PORT
    heard.par.maxlines = 100
    heard.par.callbacks = control
    hands = made.create(parameterexecuteDAT, "hands")
    hands.text = "def onValueChange(par, prev):\n    op('control').module.send(par)\n\n" \
                 "def onPulse(par):\n    op('control').module.send(par)\n"
    hands.par.op = made
    hands.par.pars = "*"
    hands.par.custom, hands.par.builtin = True, False
    hands.par.valuechange, hands.par.onpulse = True, True
    hands.par.active = True
    for place, node in enumerate((control, out, heard, hands)):
        node.nodeX, node.nodeY = 0, -120 * place


def add_picture(made, folder):
    """The picture by NDI and by shared memory; the switch takes the one that is wired first."""
    ndi = made.create(ndiinTOP, "ndi")
    ndi.par.name = NDI_NAME
    callbacks = made.create(textDAT, "shm_callbacks")
    callbacks.text = read(folder, "shm_in.py")
    shm = made.create(scriptTOP, "shm")
    shm.par.callbacks = callbacks
    shm.par.setuppars.pulse()
    every = made.create(executeDAT, "each_frame")
    every.text = "def onFrameStart(frame):\n    op('shm').cook(force=True)\n"
    every.par.framestart, every.par.active = True, False  # switch it on to take the picture by shared memory
    choice = made.create(switchTOP, "choice")
    choice.inputConnectors[0].connect(ndi)
    choice.inputConnectors[1].connect(shm)
    choice.par.index = 0
    picture = made.create(outTOP, "picture")
    picture.inputConnectors[0].connect(choice)
    for place, node in enumerate((ndi, shm, callbacks, every, choice, picture)):
        node.nodeX, node.nodeY = 260 + 160 * (place // 4), -120 * (place % 4)


def read(folder, name):
    """Return the text of a file beside this one."""
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


print("liveart:", build(parent(), os.path.dirname(os.path.abspath(me.par.file.eval()))).path)

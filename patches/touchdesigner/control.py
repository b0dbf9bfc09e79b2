"""What ties the parameters of the component "liveart" to OSC: build.py puts this text into its DAT "control".

A parameter that moves is sent; what liveart tells is shown on its parameter and not sent back. The two names of each
are in the DAT "addresses". Also the callbacks of the OSC In DAT "heard".
"""
# ruff: noqa: F821  TouchDesigner gives op and parent to every script.

HEARD = {}  # the last value that came for a parameter: setting it here must not send it there again


def listen():
    """Ask liveart for all values and every change."""
    op("out").sendOSC("/liveart/listen", [int(op("heard").par.port.eval())])


def send(par):
    """Send a parameter that was moved, or pulsed."""
    row = op("addresses").row(par.name)
    if row is None:
        return
    address, kind = row[1].val, row[2].val
    value = 1 if kind == "I" else int(par.eval()) if kind in "TFi" else par.eval()
    if kind != "I" and HEARD.pop(par.name, None) == value:
        return
    op("out").sendOSC(address, [value])


def onReceiveOSC(dat, rowIndex, message, bytes, timeStamp, address, args, peer):
    """Show what liveart tells; its troubles go to the textport."""
    if address == "/liveart/error":
        print("liveart:", *args)
        return
    cell = op("addresses").findCell(address, cols=["address"], valuePattern=False)
    if cell is None or not args:
        return
    name = op("addresses")[cell.row, "par"].val
    kind = op("addresses")[cell.row, "type"].val
    if kind == "I":
        return  # a trigger has no value to show
    par = getattr(parent().par, name)
    value = int(args[0]) if kind in "TFi" else args[0]
    if par.eval() != value:
        HEARD[name] = value
        par.val = value

from pythonosc.udp_client import SimpleUDPClient

from liveart import Sink


class Lamp(Sink):
    """Sends the picture's mean colour to a lamp that speaks OSC."""

    def __init__(self, host="127.0.0.1", port=7700):
        super().__init__(f"lamp {host}:{port}")
        self.where = host, port

    def open(self, stage):
        self.client = SimpleUDPClient(*self.where)

    def send(self, picture):
        self.client.send_message("/lamp/rgb", [float(part) / 255 for part in picture.pixels.mean(axis=(0, 1))])

    def close(self):
        self.client.close()

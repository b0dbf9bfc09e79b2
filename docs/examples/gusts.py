from liveart import Source


class Gusts(Source):
    """Every few beats the journey hurries for one beat."""

    def __init__(self, target="/liveart/journey/speed", calm=0.1, gust=1.5, beats=16):
        self.target, self.calm, self.gust, self.beats = target, calm, gust, beats
        self.last = None

    def tick(self, now):
        speed = self.gust if now.beat % self.beats < 1 else self.calm
        if speed != self.last:
            self.last = speed
            yield self.target, speed

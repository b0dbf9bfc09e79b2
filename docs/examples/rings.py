import numpy as np

from liveart import Generator, Param


class Rings(Generator):
    latent = 2
    params = (Param("count", 6.0, 1.0, 20.0, glide=0.3, help="how many rings"),)

    def make(self, now, z, params):
        y, x = np.mgrid[-1:1:160j, -1:1:160j]
        away = np.hypot(x - z[0] / 3, y - z[1] / 3)[..., None]
        wave = 0.5 + 0.5 * np.cos(away * params["count"] * 6 - now.beat * 2 + [0.0, 0.8, 1.6])
        return wave**2 / (1 + 2 * away)

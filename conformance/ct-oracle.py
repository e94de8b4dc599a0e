"""Agatston score, fat, and lung density of a raw float32 volume with numpy and scipy, for comparison."""
import json
import sys

import numpy
from scipy import ndimage

path, ni, nj, nk, di, dj, dk = sys.argv[1], *[float(v) for v in sys.argv[2:]]
v = numpy.fromfile(path, dtype="<f4").reshape((int(nk), int(nj), int(ni)))
area = di * dj
score = volume = 0.0
for plane in v:
    labels, count = ndimage.label(plane >= 130, structure=numpy.ones((3, 3)))
    for n in range(1, count + 1):
        inside = labels == n
        size = inside.sum() * area
        if size < 1:
            continue
        peak = plane[inside].max()
        score += size * (1 + (peak >= 200) + (peak >= 300) + (peak >= 400))
        volume += size * dk
muscle = v[(v >= -29) & (v <= 150)].astype(float)
print(json.dumps({
    "agatston": score * dk / 3,
    "calciumMm3": volume,
    "muscleMl": muscle.size * area * dk / 1000,
    "muscleHu": muscle.mean(),
    "laa": 100.0 * (v < -950).mean(),
    "perc15": float(numpy.percentile(v, 15, method="inverted_cdf")),
    "mass": float(numpy.clip((v.astype(float) + 1000) / 1000, 0, None).sum() * area * dk / 1000),
}))

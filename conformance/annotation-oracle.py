"""Makes annotation-cases.json: masks from numbers, and what SimpleITK, SciPy and NumPy say of them.

Run once, by hand: python3 annotation-oracle.py > annotation-cases.json   (needs numpy, scipy, SimpleITK)
The masks are drawn by the same arithmetic in annotation.conformance.ts; the counts of voxels prove it.
"""

import json
import sys

import numpy as np
import scipy
import SimpleITK as sitk
from scipy import ndimage as nd
from scipy.stats import f as fdist

rng = np.random.default_rng(20260401)


def hashed(n, seed):
    at = np.arange(n, dtype=np.uint32)
    x = (at * np.uint32(2654435761) + np.uint32(seed) * np.uint32(40503)).astype(np.uint32)
    x ^= x >> np.uint32(15)
    x = (x * np.uint32(2246822519)).astype(np.uint32)
    x ^= x >> np.uint32(13)
    return x


def mask(size, spacing, reader):
    n0, n1, n2 = size
    i, j, k = np.meshgrid(np.arange(n0), np.arange(n1), np.arange(n2), indexing="ij")
    m = np.zeros(size, bool)
    for b in reader["balls"]:
        c, r = b["centre"], b["radiusMm"]
        m |= ((i - c[0]) * spacing[0]) ** 2 + ((j - c[1]) * spacing[1]) ** 2 + ((k - c[2]) * spacing[2]) ** 2 <= r * r
    if reader["flip"] > 0:
        h = hashed(n0 * n1 * n2, reader["seed"]).reshape(size, order="F")
        m ^= h < np.uint32(reader["flip"] * 2**32)
    return m


surf = lambda m: m & ~nd.binary_erosion(m, nd.generate_binary_structure(3, 1), border_value=0)


def pair(a, b, sp):
    both = int((a & b).sum())
    n = a.size
    po = (a == b).mean()
    pe = a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())
    out = {
        "dice": 2 * both / int(a.sum() + b.sum()),
        "jaccard": both / int((a | b).sum()),
        "kappa": float((po - pe) / (1 - pe)),
    }
    A = sitk.GetImageFromArray(a.astype(np.uint8))
    B = sitk.GetImageFromArray(b.astype(np.uint8))
    lo = sitk.LabelOverlapMeasuresImageFilter()
    lo.Execute(A, B)
    assert (
        abs(lo.GetDiceCoefficient() - out["dice"]) < 1e-12 and abs(lo.GetJaccardCoefficient() - out["jaccard"]) < 1e-12
    )
    sa, sb = surf(a), surf(b)
    da = nd.distance_transform_edt(~sb, sampling=sp)[sa]
    db = nd.distance_transform_edt(~sa, sampling=sp)[sb]
    out["meanMm"] = float((da.sum() + db.sum()) / (len(da) + len(db)))
    out["hausdorff95Mm"] = float(max(np.percentile(da, 95), np.percentile(db, 95)))
    out["hausdorffMm"] = float(max(da.max(), db.max()))
    return out


def staple(ms):
    s = sitk.STAPLEImageFilter()
    s.SetForegroundValue(1)
    s.SetMaximumIterations(10000)
    w = sitk.GetArrayFromImage(s.Execute([sitk.GetImageFromArray(m.astype(np.uint8)) for m in ms]))
    return {
        "sensitivity": list(s.GetSensitivity()),
        "specificity": list(s.GetSpecificity()),
        "voxels": int((w >= 0.5).sum()),
    }


cases = []


def r(x):
    return float(np.round(x, 2))


for n in range(24):
    size = [int(x) for x in rng.integers(12, 48, 3)]
    if n % 8 == 7:
        size[2] = 1
    sp = [r(x) for x in rng.uniform(0.4, 4, 3)]
    if n % 6 == 0:
        sp = [1.0, 1.0, 1.0]
    ext = np.array(size) * np.array(sp)
    centre = [r(rng.uniform(0.3, 0.7) * s) for s in size]
    rad = r(rng.uniform(0.15, 0.45) * (ext[:2].min() if size[2] == 1 else ext.min()))
    readers = []
    for q in range(int(rng.integers(2, 6))):
        balls = [
            {
                "centre": [r(c + rng.normal() * 0.04 * s) for c, s in zip(centre, size)],
                "radiusMm": r(rad * rng.uniform(0.8, 1.2)),
            }
        ]
        if rng.uniform() < 0.4:
            balls.append({"centre": [r(rng.uniform(0, s - 1)) for s in size], "radiusMm": r(rad * 0.3)})
        if size[2] == 1:
            for b in balls:
                b["centre"][2] = 0.0
        readers.append(
            {
                "balls": balls,
                "flip": float([0, 0, 0.002, 0.02][int(rng.integers(4))]),
                "seed": int(rng.integers(1, 60000)),
            }
        )
    if n == 5:
        readers[1] = {"balls": [{"centre": [0.0, 0.0, 0.0], "radiusMm": 0.1}], "flip": 0.0, "seed": 1}
    if n == 9:
        readers[0]["balls"][0]["radiusMm"] = r(rad * 2.5)
    ms = [mask(size, sp, q) for q in readers]
    st = staple(ms)
    cases.append(
        {
            "size": size,
            "spacingMm": sp,
            "readers": readers,
            "voxels": [int(m.sum()) for m in ms],
            "pairs": [{"of": [a, b], **pair(ms[a], ms[b], sp)} for a in range(len(ms)) for b in range(a + 1, len(ms))],
            "majority": int((2 * sum(m.astype(int) for m in ms) > len(ms)).sum()),
            "staple": {k: st[k] for k in ("sensitivity", "specificity", "voxels")},
        }
    )


def icc(t):
    n, k = t.shape
    g = t.mean()
    msr = k * ((t.mean(1) - g) ** 2).sum() / (n - 1)
    msc = n * ((t.mean(0) - g) ** 2).sum() / (k - 1)
    mse = ((t - t.mean(1, keepdims=True) - t.mean(0, keepdims=True) + g) ** 2).sum() / ((n - 1) * (k - 1))
    v = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)
    a = k * v / (n * (1 - v))
    b = 1 + k * v * (n - 1) / (n * (1 - v))
    df = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
    F1 = fdist.ppf(0.975, n - 1, df)
    F2 = fdist.ppf(0.975, df, n - 1)
    return [
        v,
        n * (msr - F1 * mse) / (F1 * (k * msc + (k * n - k - n) * mse) + n * msr),
        n * (F2 * msr - mse) / (k * msc + (k * n - k - n) * mse + n * F2 * msr),
    ]


tables = []
for n, k, noise in [(5, 2, 1), (8, 3, 3), (12, 2, 0.2), (30, 4, 6), (40, 2, 2), (6, 5, 10)]:
    t = np.round(rng.normal(20, 6, (n, 1)) + rng.normal(0, 1, (1, k)) + rng.normal(0, noise, (n, k)), 1)
    tables.append({"table": t.tolist(), "icc": [float(x) for x in icc(t)]})
json.dump(
    {
        "source": f"SimpleITK {sitk.Version_VersionString()} (STAPLE, overlap), SciPy {scipy.__version__} (distance_transform_edt, binary_erosion, F distribution), NumPy {np.__version__} (percentile)",
        "seed": 20260401,
        "cases": cases,
        "tables": tables,
    },
    sys.stdout,
    separators=(",", ":"),
)

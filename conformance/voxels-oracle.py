"""Resampling, distances, components and morphology of made volumes with scipy.ndimage.

    python voxels-oracle.py > voxels-scipy.json

Made with scipy 1.x; the volumes are those of voxels.conformance.ts. Arrays are i fastest: shape (k, j, i).
"""
import json
import numpy as np
from scipy import ndimage


def scatter(count, seed):
    state, out = seed, np.empty(count)
    for at in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        out[at] = (state >> 10) % 1000
    return out


def compact(values):
    return [float(f'{v:.11g}') for v in np.asarray(values).ravel()]


def bits(mask):
    return np.packbits(np.asarray(mask).ravel().astype(np.uint8)).tobytes().hex()


out = {'id': 'voxels-scipy', 'source': 'scipy.ndimage', 'licence': 'BSD-3-Clause'}
ni, nj, nk = 11, 9, 7
volume = scatter(ni * nj * nk, 5).reshape(nk, nj, ni)
# Index of the source for an index of the target (i, j, k): oblique, sheared, scaled.
affine = np.array([[0.81, 0.23, -0.11, 0.4], [-0.19, 0.92, 0.13, 0.9], [0.07, -0.15, 0.71, 0.6]])
turned = affine[::-1, :3][:, ::-1]
out['affine'] = affine.tolist()
for name, order in [('cubic', 3), ('trilinear', 1)]:
    out[name] = compact(ndimage.affine_transform(volume, turned, affine[::-1, 3], output_shape=(8, 9, 10), order=order, mode='mirror'))
single = scatter(ni * nj, 8).reshape(1, nj, ni)
out['cubicSlice'] = compact(ndimage.affine_transform(single[0], turned[1:, 1:], affine[1::-1, 3], output_shape=(9, 10), order=3, mode='mirror'))

ni, nj, nk = 23, 19, 15
sparse = (scatter(ni * nj * nk, 3) < 12).reshape(nk, nj, ni)
out['distance'] = {}
for spacing in [[1, 1, 1], [0.7, 1.3, 2.9], [4, 0.5, 1]]:
    d = ndimage.distance_transform_edt(~sparse, sampling=spacing[::-1])
    out['distance'][' '.join(map(str, spacing))] = compact(d.ravel()[::7])
dense = (scatter(ni * nj * nk, 7) < 230).reshape(nk, nj, ni)
out['components'] = {}
for rank, name in [(1, 6), (2, 18), (3, 26)]:
    labels, count = ndimage.label(dense, ndimage.generate_binary_structure(3, rank))
    sizes = np.bincount(labels.ravel())[1:]
    largest = int(np.argmax(sizes)) + 1
    out['components'][name] = {'count': int(count), 'sizes': [int(v) for v in sizes], 'largest': bits(labels == largest)}
blobs = ndimage.gaussian_filter(scatter(ni * nj * nk, 9).reshape(nk, nj, ni), 1.5) > 500
out['blobs'] = bits(blobs)
out['morphology'] = {}
for radius in [1, 1.5, 2, 3]:
    r = int(radius)
    z, y, x = np.mgrid[-r:r + 1, -r:r + 1, -r:r + 1]
    ball = x * x + y * y + z * z <= radius * radius
    out['morphology'][radius] = {
        'dilated': bits(ndimage.binary_dilation(blobs, ball)),
        'eroded': bits(ndimage.binary_erosion(blobs, ball, border_value=1)),
    }
print(json.dumps(out).replace('], "', '],\n"').replace('}, "', '},\n"'))

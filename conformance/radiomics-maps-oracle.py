"""Feature maps of PyRadiomics (voxel-based extraction) on a part of its brain1 test image, a few voxels of each map.

    python radiomics-maps-oracle.py FOLDER > radiomics-maps-pyradiomics.json

FOLDER holds brain1_image.nrrd and brain1_label.nrrd. Made with PyRadiomics 3.1.4 (fork bhklab), numpy 1.26.
"""
import json, logging, os, sys
import numpy as np
import SimpleITK as sitk
import radiomics
from radiomics import featureextractor

np.float = float
radiomics.logger.setLevel(logging.CRITICAL)
folder = sys.argv[1]
image = sitk.ReadImage(os.path.join(folder, 'brain1_image.nrrd'))
label = sitk.ReadImage(os.path.join(folder, 'brain1_label.nrrd'))
whole = sitk.GetArrayFromImage(label) == 1
k, j, i = (int(v) for v in np.median(np.argwhere(whole), axis=0))
# A block at the edge of the region: windows there are cut by it.
i0 = int(np.where(whole[k, j])[0].min()) - 2
part = np.zeros(whole.shape, np.uint8)
block = [[i0, i0 + 12], [j - 5, j + 6], [k - 2, k + 3]]
part[block[2][0]:block[2][1], block[1][0]:block[1][1], block[0][0]:block[0][1]] = 1
part &= whole.astype(np.uint8)
mask = sitk.GetImageFromArray(part)
mask.CopyInformation(label)
places = np.argwhere(part)
chosen = [[int(v) for v in p[::-1]] for p in places[:: max(1, len(places) // 14)]]
cases = {
    'radius 1': dict(binWidth=25, kernelRadius=1),
    'radius 2': dict(binWidth=25, kernelRadius=2),
    'whole image': dict(binWidth=25, kernelRadius=1, maskedKernel=False),
    'slices': dict(binCount=16, kernelRadius=2, force2D=True),
}
out = {}
for name, settings in cases.items():
    e = featureextractor.RadiomicsFeatureExtractor(additionalInfo=False, initValue=float('nan'), **settings)
    e.disableAllFeatures()
    for family in ['firstorder', 'glcm', 'glrlm', 'glszm', 'gldm', 'ngtdm']:
        e.enableFeatureClassByName(family)
    maps = e.execute(image, mask, voxelBased=True)
    found = {}
    for feature, made in maps.items():
        if not feature.startswith('original_'):
            continue
        values = []
        for place in chosen:
            point = image.TransformIndexToPhysicalPoint(place)
            at = made.TransformPhysicalPointToIndex(point)
            value = float(made[at])
            values.append(value if np.isfinite(value) else None)
        found[feature.replace('original_', '')] = [None if v is None else float(f'{v:.12g}') for v in values]
    out[name] = {'settings': settings, 'features': found}
print(json.dumps({
    'id': 'radiomics-maps-pyradiomics',
    'title': 'Feature maps of PyRadiomics at some voxels of a part of its brain1 image',
    'source': 'PyRadiomics 3.1.4 (fork bhklab) on its own test image; https://github.com/AIM-Harvard/pyradiomics',
    'licence': 'BSD-3-Clause',
    'block': block, 'regionVoxels': int(part.sum()), 'voxels': chosen, 'cases': out}, indent=None).replace('"radius', '\n"radius').replace('}, "', '},\n"').replace('], "', '],\n"'))

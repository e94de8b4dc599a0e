/**
 * `npm run bench -- maps`: radiomics feature maps on one and two threads in turn, beside PyRadiomics' voxel-based extraction
 * (of a smaller region, extrapolated by voxels) where a Python with it is named by IDIOGRAPH_BENCH_PYTHON.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageHandle } from '../src/dossier/image.ts';
import { RadiomicsConfig } from '../src/imaging/radiomics/config.ts';
import { chooseMaps } from '../src/imaging/radiomics/maps/chooseMaps.ts';
import { featureMaps } from '../src/imaging/radiomics/maps/featureMaps.ts';
import { type FeatureName, featureNames, namesFile } from '../src/imaging/radiomics/names.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';
import { boxed } from '../src/voxels/mask.ts';
import { inTurn } from './inTurn.ts';

const size = [80, 80, 40] as const;
const [ni, nj, nk] = size;
let state = 12345;
const values = Float32Array.from({ length: ni * nj * nk }, (_, at) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.trunc(200 * Math.sin((at % ni) / 17) * Math.cos(Math.floor(at / ni) / 23) + (state >>> 16) / 400);
});

function ball(radius: number): Uint8Array {
  return Uint8Array.from(values, (_, at) => {
    const off = [(at % ni) - 40, (Math.floor(at / ni) % nj) - 40, Math.floor(at / (ni * nj)) - 20];
    return off.reduce((sum, one) => sum + one * one, 0) <= radius * radius ? 1 : 0;
  });
}

const image: ImageHandle = {
  id: 'made',
  grid: { shape: [ni, nj, nk, 1], affineRas: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] },
  unit: '1',
  metadata: {},
  readSlab: async (kFrom, kTo) => values.slice(ni * nj * kFrom, ni * nj * kTo),
  readVolume: async () => values.slice(),
};
const config = RadiomicsConfig.parse({
  profile: 'pyradiomics',
  aggregations: ['3D_avg'],
  discretise: { method: 'fixed-bin-size', width: 25, alignedToZero: true },
});
const names = featureNames(loadKnowledge(namesFile).data as { features: FeatureName[] });
const peer = `
import sys, json, logging, resource
import numpy as np, SimpleITK as sitk, radiomics
from radiomics import featureextractor
np.float = float
radiomics.logger.setLevel(logging.CRITICAL)
folder, family = sys.argv[1], sys.argv[2]
read = lambda name, kind: sitk.GetImageFromArray(np.fromfile(folder + '/' + name, kind).reshape(${nk}, ${nj}, ${ni}))
e = featureextractor.RadiomicsFeatureExtractor(binWidth=25, additionalInfo=False)
e.disableAllFeatures()
e.enableFeatureClassByName(family)
if family == 'glcm': e.enabledFeatures = {'glcm': [n for n in ${JSON.stringify('NAMES')}.split(',')]}
use = lambda: (lambda r: r.ru_utime + r.ru_stime)(resource.getrusage(resource.RUSAGE_SELF))
start = use()
e.execute(read('image', np.float32), read('mask', np.uint8), voxelBased=True)
print(json.dumps(use() - start))
`;

const large = boxed(ball(17), image.grid);
const few = ball(8);
const fewVoxels = few.reduce((sum, one) => sum + one, 0);
const python = process.env.IDIOGRAPH_BENCH_PYTHON;
const folder = mkdtempSync(join(tmpdir(), 'idiograph-bench-'));
try {
  writeFileSync(join(folder, 'image'), new Uint8Array(values.buffer));
  writeFileSync(join(folder, 'mask'), few);
  for (const family of ['firstorder', 'glcm', 'glrlm', 'glszm', 'gldm', 'ngtdm']) {
    // Its maximal correlation coefficient fails where a window has an empty direction.
    const choices = chooseMaps([family], config, names, '1').filter(({ name }) => !name.endsWith('MCC'));
    const { one, says } = await inTurn(
      async (threads) => void (await featureMaps(image, large, config, choices, { threads })),
      3,
    );
    console.log(`${family}, ${choices.length} maps of ${large.voxels} voxels: ${one.cpu.toFixed(2)} CPU s; ${says}`);
    if (python === undefined) continue;
    const wanted = choices.map(({ name }) => name.split('_').at(-1)).join(',');
    const cpu = Number(execFileSync(python, ['-c', peer.replace('NAMES', wanted), folder, family]).toString());
    const all = (cpu / fewVoxels) * large.voxels;
    console.log(
      `  PyRadiomics: ${cpu.toFixed(2)} CPU s for ${fewVoxels} voxels, ${all.toFixed(1)} s for all; ratio ${(all / one.cpu).toFixed(0)}`,
    );
  }
  if (python === undefined) console.log('peer left out: IDIOGRAPH_BENCH_PYTHON names no Python with PyRadiomics');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * `npm run bench -- radiomics`: CPU time of the PyRadiomics profile on made volumes, beside PyRadiomics on the same bytes
 * where a Python with it is named by IDIOGRAPH_BENCH_PYTHON. Each case runs in a process of its own; a small one several
 * times in it, for what a region costs once the code is optimised.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageHandle } from '../src/dossier/image.ts';
import { RadiomicsConfig } from '../src/imaging/radiomics/config.ts';
import { type FeatureName, featureNames, namesFile } from '../src/imaging/radiomics/names.ts';
import { prepareRegion } from '../src/imaging/radiomics/prepare.ts';
import { pyradiomicsFeatures } from '../src/imaging/radiomics/pyradiomics.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';
import { boxed } from '../src/voxels/mask.ts';

interface Case {
  name: string;
  size: [number, number, number];
  /** Semi-axes of the region in voxels; none: all of the volume. */
  radii?: [number, number, number];
  shape: boolean;
  texture: boolean;
  times?: number;
}

const cases: Case[] = [
  { name: 'lesion', size: [64, 64, 32], radii: [10, 10, 8], shape: true, texture: true, times: 12 },
  { name: 'ellipsoid', size: [512, 512, 64], radii: [60, 50, 21], shape: true, texture: true },
  { name: 'large ellipsoid, shape', size: [512, 512, 64], radii: [220, 180, 30], shape: true, texture: false },
  { name: 'block', size: [512, 512, 64], shape: false, texture: true },
];

/** Smooth structure with noise, whole numbers, the same on every machine. */
function madeVolume([ni, nj, nk]: Case['size']): Int16Array {
  const values = new Int16Array(ni * nj * nk);
  let state = 12345;
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        values[at] = 200 * Math.sin(i / 17) * Math.cos(j / 23) + 60 * Math.sin(k / 5) + (state >>> 16) / 400;
      }
  return values;
}

function madeMask({ size: [ni, nj, nk], radii }: Case): Uint8Array {
  const mask = new Uint8Array(ni * nj * nk).fill(radii ? 0 : 1);
  if (!radii) return mask;
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        const off = [i - (ni - 1) / 2, j - (nj - 1) / 2, k - (nk - 1) / 2];
        if (off.reduce((sum, value, axis) => sum + (value / radii[axis]!) ** 2, 0) <= 1) mask[at] = 1;
      }
  return mask;
}

const peer = `
import sys, json, logging, resource
import numpy as np, SimpleITK as sitk, radiomics
from radiomics import featureextractor
radiomics.logger.setLevel(logging.ERROR)
folder, nk, nj, ni, shape, texture, times = sys.argv[1], *map(int, sys.argv[2:8])
image = sitk.GetImageFromArray(np.fromfile(folder + '/image', np.int16).reshape(nk, nj, ni))
mask = sitk.GetImageFromArray(np.fromfile(folder + '/mask', np.uint8).reshape(nk, nj, ni))
e = featureextractor.RadiomicsFeatureExtractor(binWidth=25)
e.disableAllFeatures()
for name in (['shape'] if shape else []) + (['firstorder', 'glcm', 'glrlm', 'glszm', 'gldm', 'ngtdm'] if texture else []):
    e.enableFeatureClassByName(name)
use = lambda: (lambda r: r.ru_utime + r.ru_stime)(resource.getrusage(resource.RUSAGE_SELF))
spent = []
for _ in range(times):
    start = use()
    values = e.execute(image, mask)
    spent.append(use() - start)
print(json.dumps({'cpu': spent[0], 'least': min(spent), 'mb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
  'values': {k.replace('original_', ''): float(v) for k, v in values.items() if k.startswith('original_')}}))
`;

interface Result {
  /** CPU seconds of the first time, and of the one that took least. */
  cpu: number;
  least: number;
  mb: number;
  values: Record<string, number>;
}

async function ours(one: Case): Promise<Result> {
  const stored = madeVolume(one.size);
  const [ni, nj] = one.size;
  const image: ImageHandle = {
    id: 'made',
    grid: { shape: [...one.size, 1], affineRas: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] },
    unit: '1',
    metadata: {},
    readSlab: async (kFrom, kTo) => Float32Array.from(stored.subarray(ni * nj * kFrom, ni * nj * kTo)),
    readVolume: async () => Float32Array.from(stored),
  };
  const mask = boxed(madeMask(one), image.grid);
  const config = RadiomicsConfig.parse({
    profile: 'pyradiomics',
    discretise: { method: 'fixed-bin-size', width: 25, alignedToZero: true },
    families: [
      ...(one.shape ? ['morphology'] : []),
      ...(one.texture ? ['statistics', 'histogram', 'glcm', 'glrlm', 'glszm', 'ngtdm', 'ngldm'] : []),
    ],
    aggregations: ['3D_avg'],
  });
  const names = featureNames(loadKnowledge(namesFile).data as { features: FeatureName[] });
  const spent: number[] = [];
  let values: { name: string; value?: number | undefined }[] = [];
  for (let time = 0; time < (one.times ?? 1); time++) {
    const before = process.cpuUsage();
    const prepared = await prepareRegion(image, mask, config);
    values = pyradiomicsFeatures(prepared, config, names.pyradiomics);
    const { user, system } = process.cpuUsage(before);
    spent.push((user + system) / 1e6);
  }
  return {
    cpu: spent[0]!,
    least: Math.min(...spent),
    mb: process.resourceUsage().maxRSS / 1024,
    values: Object.fromEntries(values.map(({ name, value }) => [name, value ?? Number.NaN])),
  };
}

function theirs(one: Case, python: string): Result {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-bench-'));
  try {
    writeFileSync(join(folder, 'image'), new Uint8Array(madeVolume(one.size).buffer));
    writeFileSync(join(folder, 'mask'), madeMask(one));
    const [ni, nj, nk] = one.size;
    const args = [folder, nk, nj, ni, Number(one.shape), Number(one.texture), one.times ?? 1].map(String);
    return JSON.parse(execFileSync(python, ['-c', peer, ...args], { maxBuffer: 2 ** 24 }).toString()) as Result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const asked = process.argv[2] === '--case' ? cases.find(({ name }) => name === process.argv[3]) : undefined;
if (asked) console.log(JSON.stringify(await ours(asked)));
else {
  const python = process.env.IDIOGRAPH_BENCH_PYTHON;
  if (python === undefined) console.log('peer left out: IDIOGRAPH_BENCH_PYTHON names no Python with PyRadiomics');
  for (const one of cases) {
    const own = JSON.parse(
      execFileSync(process.execPath, [import.meta.filename, '--case', one.name], { maxBuffer: 2 ** 24 }).toString(),
    ) as Result;
    const again = one.times === undefined ? '' : `, ${(1000 * own.least).toFixed(0)} CPU ms once warm`;
    console.log(`${one.name}: ${own.cpu.toFixed(2)} CPU s${again}, ${own.mb.toFixed(0)} MB`);
    if (python === undefined) continue;
    const other = theirs(one, python);
    const worst = Object.entries(other.values).map(
      ([name, value]) => [Math.abs((own.values[name] ?? Number.NaN) / value - 1), name] as const,
    );
    worst.sort(([a], [b]) => b - a);
    console.log(
      `  PyRadiomics: ${other.least.toFixed(2)} CPU s, ${other.mb.toFixed(0)} MB; ratio ${(other.least / own.least).toFixed(1)}; ${worst.length} values, largest relative difference ${worst[0]?.[0].toExponential(1)} (${worst[0]?.[1]})`,
    );
  }
}

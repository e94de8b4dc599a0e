import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { ImageHandle } from '../src/dossier/image.ts';
import { RadiomicsConfig } from '../src/imaging/radiomics/config.ts';
import { extractFeatures } from '../src/imaging/radiomics/extract.ts';
import { Filter, filtered } from '../src/imaging/radiomics/filter.ts';
import { prepareRegion } from '../src/imaging/radiomics/prepare.ts';
import { openNifti } from '../src/intake/nifti/open.ts';
import { spacingMm } from '../src/voxels/affine.ts';
import { boxed } from '../src/voxels/mask.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

async function openImage(path: string): Promise<ImageHandle> {
  const bytes = readFileSync(path);
  return openNifti({ id: 'image', blob: '', path }, { bytes: async () => bytes });
}

const laws = (kernels: string, boundary: 'zero' | 'mirror', isFlat = false) =>
  [
    { type: 'laws', kernels, boundary, isFlat },
    { type: 'laws', kernels, boundary, isFlat, pooling: 'max' },
    { type: 'laws', kernels, boundary, isFlat, pooling: 'max', energyDistance: 7 },
  ] as const;
const [a1, a2, a3] = laws('E5L5S5', 'zero');
const [b1, b2, b3] = laws('E3W5R5', 'mirror');
const [c1, c2, c3] = laws('L5S5', 'mirror', true);
const wideGabor = { type: 'gabor', sigmaMm: 10, lambdaMm: 4, gamma: 0.5, boundary: 'zero' } as const;
const longGabor = { type: 'gabor', sigmaMm: 20, lambdaMm: 8, gamma: 2.5, boundary: 'mirror' } as const;

/** Map -> phantom and filter, from the IBSI 2 manual, table of phase 1. */
const maps: Record<string, [phantom: string, filter: z.input<typeof Filter>]> = {
  '1_a_1': ['checkerboard', { type: 'mean', support: 15, boundary: 'zero' }],
  '1_a_2': ['checkerboard', { type: 'mean', support: 15, boundary: 'nearest' }],
  '1_a_3': ['checkerboard', { type: 'mean', support: 15, boundary: 'periodic' }],
  '1_a_4': ['checkerboard', { type: 'mean', support: 15, boundary: 'mirror' }],
  '1_b_1': ['impulse', { type: 'mean', support: 15, boundary: 'zero', isFlat: true }],
  '2_a': ['impulse', { type: 'log', sigmaMm: 3, boundary: 'zero' }],
  '2_b': ['checkerboard', { type: 'log', sigmaMm: 5, boundary: 'mirror' }],
  '2_c': ['checkerboard', { type: 'log', sigmaMm: 5, boundary: 'mirror', isFlat: true }],
  '3_a_1': ['impulse', a1],
  '3_a_2': ['impulse', a2],
  '3_a_3': ['impulse', a3],
  '3_b_1': ['checkerboard', b1],
  '3_b_2': ['checkerboard', b2],
  '3_b_3': ['checkerboard', b3],
  '3_c_1': ['checkerboard', c1],
  '3_c_2': ['checkerboard', c2],
  '3_c_3': ['checkerboard', c3],
  '4_a_1': ['impulse', { ...wideGabor, thetaDeg: 60, isFlat: true }],
  '4_a_2': ['impulse', { ...wideGabor, stepDeg: 45 }],
  '4_b_1': ['sphere', { ...longGabor, thetaDeg: 225, isFlat: true }],
  '4_b_2': ['sphere', { ...longGabor, stepDeg: 22.5 }],
  '5_a_1': ['impulse', { type: 'wavelet', family: 'db2', passes: 'LHL', boundary: 'zero' }],
  '5_a_2': ['impulse', { type: 'wavelet', family: 'db2', passes: 'LHL', boundary: 'zero', pooling: 'mean' }],
};

const set = 'radiology/radiomics/ibsi2';

const responseMaps: Conformance = {
  id: 'radiomics-ibsi2-maps',
  method: 'IBSI 2 filters: response maps (voxels/filters)',
  oracle: 'IBSI 2 consensus response maps (CC BY 4.0)',
  errorIs: 'largest difference of a voxel, as a share of the range of the map',
  needs: [set],
  async run() {
    const folder = sharedData(set)!;
    const cases: Case[] = [];
    for (const [name, [phantom, settings]] of Object.entries(maps)) {
      const image = await openImage(join(folder, 'phantoms', `${phantom}.nii.gz`));
      const size = image.grid.shape.slice(0, 3) as unknown as [number, number, number];
      const filter = Filter.parse(settings);
      const ours = await filtered(await image.readVolume(), size, spacingMm(image.grid.affineRas), filter);
      const map = await openImage(join(folder, 'response_maps', `${name}-ValidCRM.nii.gz`));
      const theirs = await map.readVolume();
      let [low, high, worst] = [Infinity, -Infinity, 0];
      for (const [at, value] of theirs.entries()) {
        low = Math.min(low, value);
        high = Math.max(high, value);
        worst = Math.max(worst, Math.abs(ours[at]! - value));
      }
      cases.push({ name, error: worst / (high - low), tolerance: 0.01 });
    }
    return cases;
  },
};

const mirrored = { boundary: 'mirror' } as const;
const features: Record<string, (isFlat: boolean) => z.input<typeof Filter> | undefined> = {
  '1': () => undefined,
  '2': (isFlat) => ({ type: 'mean', support: 5, isFlat, ...mirrored }),
  '3': (isFlat) => ({ type: 'log', sigmaMm: 1.5, isFlat, ...mirrored }),
  '4': (isFlat) => ({
    type: 'laws',
    kernels: isFlat ? 'L5E5' : 'L5E5E5',
    pooling: 'max',
    energyDistance: 7,
    isFlat,
    ...mirrored,
  }),
  '5': (isFlat) => ({ type: 'gabor', sigmaMm: 5, lambdaMm: 2, gamma: 1.5, stepDeg: 22.5, isFlat, ...mirrored }),
};

const featureValues: Conformance = {
  id: 'radiomics-ibsi2-features',
  method: 'IBSI 2 filters: first-order features of the response maps (imaging.radiomics)',
  oracle:
    'IBSI 2 reference values, configurations A and B of the CT phantom (values CC0, phantom CC BY-NC, not shipped)',
  errorIs: 'relative',
  needs: [set, 'radiology/radiomics/ibsi1/ct_phantom_NC'],
  async run() {
    const rows = readFileSync(join(sharedData(set)!, 'reference_values.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1);
    const phantom = sharedData('radiology/radiomics/ibsi1/ct_phantom_NC')!;
    const image = await openImage(join(phantom, 'phantom.nii.gz'));
    const drawn = await openImage(join(phantom, 'mask.nii.gz'));
    const mask = boxed(
      Uint8Array.from(await drawn.readVolume(), (value) => (value > 0 ? 1 : 0)),
      image.grid,
    );
    const computed = new Map<string, Map<string, number | undefined>>();
    for (const [name, filterOf] of Object.entries(features))
      for (const dimension of ['A', 'B']) {
        const isFlat = dimension === 'A';
        const config = RadiomicsConfig.parse({
          ...(!isFlat && { interpolate: { spacingMm: 1, image: 'cubic', round: true } }),
          resegment: { range: [-1000, 400] },
          discretise: { method: 'fixed-bin-number', bins: 32 },
          families: ['statistics'],
          filter: filterOf(isFlat),
        });
        const prepared = await prepareRegion(image, mask, config);
        const values = extractFeatures(prepared, config).map(({ tag, value }) => [tag, value] as const);
        computed.set(`${name}.${dimension}`, new Map(values));
      }
    return rows.map((row): Case => {
      const [id, , tag, expected, tolerance] = row.split(';') as [string, string, string, string, string];
      const ours = computed.get(id)?.get(tag) ?? Number.NaN;
      const scale = Math.abs(Number(expected)) || 1;
      const error = Math.abs(ours - Number(expected)) / scale;
      return {
        name: `${id} ${tag}`,
        error,
        tolerance: Number(tolerance) / scale + 1e-9,
        note: `${ours} for ${expected}`,
      };
    });
  },
};

export default [responseMaps, featureValues];

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RadiomicsConfig } from '../src/imaging/radiomics/config.ts';
import { chooseMaps } from '../src/imaging/radiomics/maps/chooseMaps.ts';
import { featureMaps } from '../src/imaging/radiomics/maps/featureMaps.ts';
import { type FeatureName, featureNames, namesFile } from '../src/imaging/radiomics/names.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';
import { boxed } from '../src/voxels/mask.ts';
import type { Case, Conformance } from './method.ts';
import { openNrrd } from './nrrd.ts';
import { sharedData } from './shared.ts';

const set = 'radiology/radiomics/pyradiomics';

/** Written by radiomics-maps-oracle.py: null where PyRadiomics has no number. */
interface Oracle {
  /** Of the label, the part that is the region: first and last + 1 along i, j, k. */
  block: [number, number][];
  regionVoxels: number;
  voxels: [number, number, number][];
  cases: Record<
    string,
    {
      settings: {
        binWidth?: number;
        binCount?: number;
        kernelRadius: number;
        maskedKernel?: boolean;
        force2D?: boolean;
      };
      features: Record<string, (number | null)[]>;
    }
  >;
}

export default {
  id: 'radiomics-maps',
  method: 'Feature maps, PyRadiomics profile (idiograph radiomics --maps)',
  oracle: 'PyRadiomics 3.1.4, voxel-based extraction, run once on a part of its brain1 image (BSD-3)',
  errorIs: 'relative',
  needs: [set],
  async run() {
    const oracle = JSON.parse(
      readFileSync(join(import.meta.dirname, 'radiomics-maps-pyradiomics.json'), 'utf8'),
    ) as Oracle;
    const [image, label] = ['brain1_image.nrrd', 'brain1_label.nrrd'].map((name) =>
      openNrrd(join(sharedData(set)!, name)),
    ) as [ReturnType<typeof openNrrd>, ReturnType<typeof openNrrd>];
    const [ni, nj, nk] = image.grid.shape;
    const drawn = await label.readVolume();
    const part = new Uint8Array(ni * nj * nk);
    const [[i0, i1], [j0, j1], [k0, k1]] = oracle.block as [[number, number], [number, number], [number, number]];
    for (let k = k0; k < k1; k++)
      for (let j = j0; j < j1; j++)
        for (let i = i0; i < i1; i++) {
          const at = (k * nj + j) * ni + i;
          part[at] = drawn[at] === 1 ? 1 : 0;
        }
    const mask = boxed(part, image.grid);
    const names = featureNames(loadKnowledge(namesFile).data as { features: FeatureName[] });
    const found: Case[] = [
      { name: 'voxels of the region', error: Math.abs(mask.voxels / oracle.regionVoxels - 1), tolerance: 0 },
    ];
    for (const [name, { settings, features }] of Object.entries(oracle.cases)) {
      const { binWidth, binCount, kernelRadius, maskedKernel, force2D } = settings;
      const config = RadiomicsConfig.parse({
        profile: 'pyradiomics',
        aggregations: [force2D ? '2_5D_avg' : '3D_avg'],
        discretise:
          binCount === undefined
            ? { method: 'fixed-bin-size', width: binWidth, alignedToZero: true }
            : { method: 'fixed-bin-number', bins: binCount },
        maps: { kernelRadius, ...(maskedKernel !== undefined && { maskedKernel }) },
      });
      const choices = chooseMaps(Object.keys(features), config, names, '1');
      const made = await featureMaps(image, mask, config, choices);
      const rows = oracle.voxels.map(([i, j, k]) => made.voxels.indexOf((k * nj + j) * ni + i));
      for (const [feature, values] of Object.entries(features)) {
        const map = choices.findIndex((one) => one.name === `original_${feature}`);
        let [error, note] = [map < 0 ? Number.POSITIVE_INFINITY : 0, ''];
        let compared = 0;
        for (const [at, expected] of values.entries()) {
          if (expected === null) continue;
          compared++;
          const ours = made.values[rows[at]! * choices.length + map]!;
          // PyRadiomics adds 2e-16 within logarithms: where nothing is expected the difference itself counts.
          const off = Math.abs(ours - expected) / (Math.abs(expected) < 1e-9 ? 1 : Math.abs(expected));
          if (off <= error) continue;
          [error, note] = [Number.isNaN(off) ? Number.POSITIVE_INFINITY : off, `${ours} for ${expected}`];
        }
        if (compared > 0) found.push({ name: `${name}: ${feature}`, error, tolerance: 1e-6, note });
      }
    }
    return found;
  },
} satisfies Conformance;

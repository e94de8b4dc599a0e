import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { z } from 'zod';
import type { ImageHandle } from '../src/dossier/image.ts';
import { RadiomicsConfig } from '../src/imaging/radiomics/config.ts';
import { type FeatureName, featureNames, namesFile } from '../src/imaging/radiomics/names.ts';
import { prepareRegion } from '../src/imaging/radiomics/prepare.ts';
import { pyradiomicsFeatures } from '../src/imaging/radiomics/pyradiomics.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';
import { boxed } from '../src/voxels/mask.ts';
import type { Case, Conformance } from './method.ts';
import { openNrrd } from './nrrd.ts';
import { sharedData } from './shared.ts';

const set = 'radiology/radiomics/pyradiomics';
const base: Pick<z.input<typeof RadiomicsConfig>, 'profile' | 'aggregations'> = {
  profile: 'pyradiomics',
  aggregations: ['3D_avg'],
};
const aligned = (width: number) => ({ method: 'fixed-bin-size', width, alignedToZero: true }) as const;
/** Settings as the baseline files state them. */
const cases: Record<string, z.input<typeof RadiomicsConfig>> = {
  brain1: { ...base, discretise: aligned(25), energyShift: 2000 },
  brain1_2d: { ...base, aggregations: ['2_5D_avg'], discretise: aligned(25) },
  brain1_FBN: { ...base, discretise: { method: 'fixed-bin-number', bins: 64 } },
  brain1_flatRegion: { ...base, discretise: aligned(5000), resegment: { range: [0, null] } },
  brain1_normalization: { ...base, discretise: aligned(5), normalise: { scale: 100 } },
  brain1_resampling: {
    ...base,
    discretise: aligned(25),
    interpolate: { spacingMm: 2, alignment: 'corner', image: 'cubic', mask: 'nearest', round: 'towards-zero' },
  },
  brain1_resegmentation: { ...base, discretise: aligned(25), resegment: { outlierSd: 3 } },
};

const { features } = loadKnowledge(namesFile).data as { features: FeatureName[] };

/** The values of one image under PyRadiomics' names. */
async function valuesOf(
  names: readonly [string, string],
  settings: z.input<typeof RadiomicsConfig>,
): Promise<Map<string, number | undefined>> {
  const folder = sharedData(set)!;
  const [image, label] = names.map((name) => openNrrd(join(folder, name))) as [ImageHandle, ImageHandle];
  const mask = boxed(
    Uint8Array.from(await label.readVolume(), (value) => (value === 1 ? 1 : 0)),
    image.grid,
  );
  const config = RadiomicsConfig.parse(settings);
  const prepared = await prepareRegion(image, mask, config);
  const named = pyradiomicsFeatures(prepared, config, featureNames({ features }).pyradiomics);
  return new Map(named.map(({ name, value }) => [name, value]));
}

function compared(name: string, ours: number | undefined, expected: number): Case {
  const difference = ours === undefined ? Number.POSITIVE_INFINITY : Math.abs(ours - expected);
  // Where nothing is expected the difference itself counts: PyRadiomics adds 2e-16 within logarithms.
  const error = Math.abs(expected) < 1e-9 ? difference : difference / Math.abs(expected);
  return { name, error, tolerance: 1e-6, note: `${ours} for ${expected}` };
}

const brain1 = ['brain1_image.nrrd', 'brain1_label.nrrd'] as const;
const prostate = ['prostate_phantom_subvolume.nrrd', 'prostate_phantom_subvolume-label.nrrd'] as const;

const baselines: Conformance = {
  id: 'radiomics-pyradiomics',
  method: 'PyRadiomics profile (imaging.radiomics)',
  oracle: 'PyRadiomics baselines of brain1 and its variants (BSD-3)',
  errorIs: 'relative',
  needs: [set],
  async run() {
    const folder = sharedData(set)!;
    const found: Case[] = [];
    const computed = new Map<string, Map<string, number | undefined>>();
    for (const family of ['firstorder', 'glcm', 'glrlm', 'glszm', 'gldm', 'ngtdm']) {
      const [header, ...rows] = parse(readFileSync(join(folder, 'baseline', `baseline_${family}.csv`))) as string[][];
      for (const [name, settings] of Object.entries(cases)) {
        const column = header!.indexOf(name);
        if (column < 0) continue;
        let values = computed.get(name);
        if (!values) {
          values = await valuesOf(brain1, settings);
          computed.set(name, values);
        }
        for (const row of rows) {
          if (!row[0]!.startsWith('original_') || row[column] === '') continue;
          const feature = row[0]!.replace('original_', '');
          found.push(compared(`${name} ${feature}`, values.get(feature), Number(row[column])));
        }
      }
    }
    return found;
  },
};

/** What no baseline file holds, run anew once and kept beside this file. */
const fresh: Conformance = {
  id: 'radiomics-pyradiomics-fresh',
  method: 'PyRadiomics profile: shape of brain1, all of the prostate phantom (imaging.radiomics)',
  oracle: 'PyRadiomics 3.1.4, run once (BSD-3)',
  errorIs: 'relative',
  needs: [set],
  async run() {
    const file = join(import.meta.dirname, 'radiomics-pyradiomics-fresh.json');
    const expected = JSON.parse(readFileSync(file, 'utf8')) as Record<'brain1' | 'prostate', Record<string, number>>;
    const found: Case[] = [];
    for (const [name, files] of [
      ['brain1', brain1],
      ['prostate', prostate],
    ] as const) {
      const values = await valuesOf(files, { ...base, discretise: aligned(25) });
      for (const [feature, value] of Object.entries(expected[name]))
        found.push(compared(`${name} ${feature}`, values.get(feature), value));
    }
    return found;
  },
};

export default [baselines, fresh];

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageHandle } from '../src/dossier/image.ts';
import { RadiomicsConfig } from '../src/imaging/radiomics/config.ts';
import { extractFeatures } from '../src/imaging/radiomics/extract.ts';
import { prepareRegion } from '../src/imaging/radiomics/prepare.ts';
import { openNifti } from '../src/intake/nifti/open.ts';
import { boxed, type RegionMask } from '../src/voxels/mask.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

/** A row of IBSI's tables. */
interface Reference {
  tag: string;
  value: number;
  tolerance: number;
}

/** Rows with a value; those without consensus have none. */
function references(path: string): Reference[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(';'))
    .filter(([value]) => value !== '')
    .map(([value, tolerance, tag]) => ({ tag: tag!.trim(), value: Number(value), tolerance: Number(tolerance) }));
}

/** IBSI's rule: the value, rounded to three digits, within the tolerance. */
function compared(rows: readonly Reference[], values: ReadonlyMap<string, number | undefined>): Case[] {
  return rows.map(({ tag, value, tolerance }) => {
    const ours = values.get(tag);
    const rounded = ours === undefined ? Number.NaN : Number(ours.toPrecision(3));
    const error = ours === undefined ? 1 : Math.abs(rounded - value);
    return { name: tag, error, tolerance: tolerance + 1e-9 * Math.abs(value), note: `${ours} for ${value}` };
  });
}

async function openImage(path: string): Promise<ImageHandle> {
  const bytes = readFileSync(path);
  return openNifti({ id: 'image', blob: '', path }, { bytes: async () => bytes });
}

async function openMask(path: string): Promise<RegionMask> {
  const image = await openImage(path);
  return boxed(
    Uint8Array.from(await image.readVolume(), (value) => (value > 0 ? 1 : 0)),
    image.grid,
  );
}

const set = 'radiology/radiomics/ibsi1';

const digitalPhantom: Conformance = {
  id: 'radiomics-ibsi1-digital',
  method: 'All IBSI 1 features without image processing (imaging.radiomics)',
  oracle: 'IBSI 1 digital phantom and its reference values (CC BY 4.0)',
  errorIs: 'units of the feature, of the value rounded to 3 digits',
  needs: [`${set}/digital_phantom`, `${set}/reference_values`],
  async run() {
    const folder = sharedData(`${set}/digital_phantom`)!;
    const config = RadiomicsConfig.parse({
      discretise: { method: 'none' },
      aggregations: ['2D_avg', '2D_comb', '2_5D_avg', '2_5D_comb', '3D_avg', '3D_comb'],
    });
    const image = await openImage(join(folder, 'phantom.nii.gz'));
    const prepared = await prepareRegion(image, await openMask(join(folder, 'mask.nii.gz')), config);
    const values = new Map(extractFeatures(prepared, config).map(({ tag, value }) => [tag, value]));
    return compared(references(join(sharedData(`${set}/reference_values`)!, 'ibsi_1_dig_phantom.csv')), values);
  },
};

export default [digitalPhantom];

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { ImageHandle, RegionShape } from '../src/dossier/image.ts';
import { type Aggregation, type Discretisation, RadiomicsConfig } from '../src/imaging/radiomics/config.ts';
import { extractFeatures } from '../src/imaging/radiomics/extract.ts';
import { prepareRegion, regionValues } from '../src/imaging/radiomics/prepare.ts';
import { openDicomImage } from '../src/intake/dicom/openImage.ts';
import { openDicomRegion } from '../src/intake/dicom/regions.ts';
import { openNifti } from '../src/intake/nifti/open.ts';
import { boundingBox, boxSize } from '../src/voxels/box.ts';
import { boxed, type RegionMask } from '../src/voxels/mask.ts';
import { regionMask } from '../src/voxels/regionMask.ts';
import { filesUnder, importDicom } from './dicomFolder.ts';
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

/**
 * IBSI's rule: the value, rounded to three digits, within the tolerance. Numbers of voxels and the like are written with
 * more digits: then to as many.
 */
function compared(rows: readonly Reference[], values: ReadonlyMap<string, number | undefined>): Case[] {
  return rows.map(({ tag, value, tolerance }) => {
    const ours = values.get(tag);
    const digits = Math.max(
      3,
      String(value)
        .replace(/e.*|^[-0.]+|\./g, '')
        .replace(/0+$/, '').length,
    );
    const error = ours === undefined ? Infinity : Math.abs(Number(ours.toPrecision(digits)) - value);
    const scale = Math.abs(value) || 1;
    return { name: tag, error: error / scale, tolerance: tolerance / scale + 1e-9, note: `${ours} for ${value}` };
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

/** The only series of a folder with the regions drawn on it. */
async function openDicom(folder: string): Promise<{ image: ImageHandle; regions: Map<string, RegionShape> }> {
  const imported = await importDicom(filesUnder(folder));
  const sources = imported.drafts.map((draft) => ({ draft, source: imported.source(draft) }));
  const series = sources.find(({ source }) => source.format === 'dicom-series')!;
  const regions = new Map<string, RegionShape>();
  for (const { draft, source } of sources)
    for (const [index, region] of draft.regions.entries()) {
      const record = {
        kind: 'region' as const,
        id: `region-${index}`,
        subject: 'subject-1',
        source: source.id,
        ...region,
      };
      regions.set(region.label, await openDicomRegion(record, source, imported.blobs));
    }
  return { image: await openDicomImage(series.source, imported.blobs), regions };
}

const set = 'radiology/radiomics/ibsi1';

const digitalPhantom: Conformance = {
  id: 'radiomics-ibsi1-digital',
  method: 'All IBSI 1 features without image processing (imaging.radiomics)',
  oracle: 'IBSI 1 digital phantom and its reference values (CC BY 4.0)',
  errorIs: 'relative, of the value rounded to 3 digits',
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

/** Configurations of the CT phantom (IBSI reference manual 5.2). CT values are whole numbers, also after interpolation. */
const flat: Aggregation[] = ['2D_avg', '2D_comb', '2_5D_avg', '2_5D_comb'];
const solid: Aggregation[] = ['3D_avg', '3D_comb'];
const fixedNumber: Discretisation = { method: 'fixed-bin-number', bins: 32 };
const fixedSize: Discretisation = { method: 'fixed-bin-size', width: 25 };
const configurations: Record<string, z.input<typeof RadiomicsConfig>> = {
  a: { resegment: { range: [-500, 400] }, discretise: fixedSize, aggregations: flat },
  b: {
    interpolate: { spacingMm: [2, 2, null], image: 'linear', round: true },
    resegment: { range: [-500, 400] },
    discretise: fixedNumber,
    aggregations: flat,
  },
  c: {
    interpolate: { spacingMm: 2, image: 'linear', round: true },
    resegment: { range: [-1000, 400] },
    discretise: fixedSize,
    volumeHistogram: { method: 'fixed-bin-size', width: 2.5 },
    aggregations: solid,
  },
  d: {
    interpolate: { spacingMm: 2, image: 'linear', round: true },
    resegment: { outlierSd: 3 },
    discretise: fixedNumber,
    aggregations: solid,
  },
  e: {
    interpolate: { spacingMm: 2, image: 'cubic', round: true },
    resegment: { range: [-1000, 400], outlierSd: 3 },
    discretise: fixedNumber,
    volumeHistogram: { method: 'fixed-bin-number', bins: 1000 },
    aggregations: solid,
  },
};

/** What IBSI asks of image and masks before and after each step. */
async function diagnostics(
  image: ImageHandle,
  mask: RegionMask,
  config: RadiomicsConfig,
): Promise<Map<string, number | undefined>> {
  const values = new Map<string, number | undefined>();
  const put = (tag: string, triple: readonly number[], ending: string): void => {
    for (const [at, axis] of ['x', 'y', 'z'].entries()) values.set(`${tag}_${axis}_${ending}`, triple[at]);
  };
  const { resegment: _, ...unsegmented } = config;
  const steps = [
    ['init', { ...unsegmented, interpolate: undefined }],
    ['interp', unsegmented],
    ['reseg', config],
  ] as const;
  for (const [step, how] of steps) {
    const whole = await prepareRegion(image, mask, how, { whole: true });
    if (step !== 'reseg') {
      put('img_dim', whole.gridSize, `${step}_img`);
      put('vox_dim', whole.spacingMm, `${step}_img`);
      moments(whole.values, `int_${step}_img`);
    }
    for (const [kind, inside] of [
      ['int', whole.intensity],
      ['morph', whole.morphology],
    ] as const) {
      put(`${kind}_mask_dim`, whole.gridSize, `${step}_roi`);
      put(`${kind}_mask_bb_dim`, boxSize(boundingBox(inside, whole.size, (bit) => bit === 1)!), `${step}_roi`);
      values.set(
        `${kind}_mask_vox_count_${step}_roi`,
        inside.reduce((sum, bit) => sum + bit, 0),
      );
    }
    moments(regionValues(whole), `int_${step}_roi`, 'int_mask_');
  }
  function moments(all: Float32Array, ending: string, prefix = ''): void {
    let [sum, low, high] = [0, Infinity, -Infinity];
    for (const value of all) {
      sum += value;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    values.set(`${prefix}mean_${ending}`, sum / all.length);
    values.set(`${prefix}min_${ending}`, low);
    values.set(`${prefix}max_${ending}`, high);
  }
  return values;
}

/** Configurations whose values IBSI publishes and the shared data do not hold: re-tabulated beside this file. */
const own = JSON.parse(readFileSync(join(import.meta.dirname, 'radiomics-ibsi1-references.json'), 'utf8')) as Record<
  string,
  Record<string, [number, number]>
>;

function referencesOf(configuration: string): Reference[] {
  const rows = own[configuration];
  if (rows) return Object.entries(rows).map(([tag, [value, tolerance]]) => ({ tag, value, tolerance }));
  return references(join(sharedData(`${set}/reference_values`)!, `ibsi_1_chest_config_${configuration}.csv`));
}

const ctPhantom: Conformance[] = Object.entries(configurations).map(([name, settings]) => ({
  id: `radiomics-ibsi1-${name}`,
  method: `IBSI 1 image processing and features, configuration ${name.toUpperCase()}, region from RTSTRUCT (imaging.radiomics)`,
  oracle: 'IBSI 1 CT phantom (CC BY-NC, not shipped) and its reference values (CC BY 4.0)',
  errorIs: 'relative, of the value rounded to 3 digits',
  needs: [`${set}/ct_phantom_NC`, `${set}/reference_values`],
  async run() {
    const config = RadiomicsConfig.parse(settings);
    const { image, regions } = await openDicom(join(sharedData(`${set}/ct_phantom_NC`)!, 'dicom'));
    const { mask } = regionMask(regions.get('GTV-1')!, image.grid);
    const values = await diagnostics(image, mask, config);
    const prepared = await prepareRegion(image, mask, config);
    for (const { tag, value } of extractFeatures(prepared, config)) values.set(tag, value);
    return compared(referencesOf(name), values);
  },
}));

export default [digitalPhantom, ...ctPhantom];

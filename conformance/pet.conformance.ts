import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Grid } from '../src/dossier/grid.ts';
import type { ImageHandle, RegionShape } from '../src/dossier/image.ts';
import { bodySurfaceCm2, leanMassJamesKg, leanMassJanmahasatianKg } from '../src/imaging/pet/normalisation.ts';
import type { Nuclide } from '../src/imaging/pet/nuclides.ts';
import { type Peaks, peaksOf } from '../src/imaging/pet/peak.ts';
import { type PetHeader, petHeader } from '../src/imaging/pet/petHeader.ts';
import { normalised, suvBodyWeightScale, suvFactor } from '../src/imaging/pet/suv.ts';
import { openDicomImage } from '../src/intake/dicom/openImage.ts';
import { openDicomRegion } from '../src/intake/dicom/regions.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';
import { boxed, isInside, type RegionMask } from '../src/voxels/mask.ts';
import { maskValues, statisticsOf } from '../src/voxels/maskStatistics.ts';
import { regionMask } from '../src/voxels/regionMask.ts';
import { filesUnder, importDicom, untar } from './dicomFolder.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const { nuclides } = loadKnowledge('imaging/nuclides.json').data as { nuclides: Nuclide[] };
const relative = (value: number, expected: number): number => Math.abs(value / expected - 1);
const verdict = (name: string, passed: boolean, note?: string): Case => ({
  name,
  error: passed ? 0 : 1,
  tolerance: 0,
  ...(note && { note }),
});

interface Opened {
  image: ImageHandle;
  regions: Map<string, RegionShape>;
}

/** The only series of a folder with the regions drawn on it. */
async function open(folder: string): Promise<Opened> {
  const imported = await importDicom(filesUnder(folder));
  const sources = imported.drafts.map((draft) => ({ draft, source: imported.source(draft) }));
  const series = sources.find(({ source }) => source.format === 'dicom-series')!;
  const regions = new Map<string, RegionShape>();
  for (const { draft, source } of sources)
    for (const [index, region] of draft.regions.entries())
      regions.set(
        region.label,
        await openDicomRegion(
          { kind: 'region', id: `region-${index}`, subject: 'subject-1', source: source.id, ...region },
          source,
          imported.blobs,
        ),
      );
  return { image: await openDicomImage(series.source, imported.blobs), regions };
}

async function inFolder<T>(archive: string, run: (folder: string) => Promise<T>): Promise<T> {
  const { folder, remove } = untar(sharedData(archive)!);
  try {
    return await run(folder);
  } finally {
    remove();
  }
}

function scaleOf(header: PetHeader): number {
  const scale = suvBodyWeightScale(header, nuclides);
  if ('refused' in scale) throw new Error(scale.refused.message);
  return scale.factor;
}

/** calculate-suv keeps injection and private elements at the top of its records; DICOM keeps them in a sequence. */
function headerOfPeer(instances: Record<string, unknown>[]): PetHeader {
  const [first] = instances as [Record<string, unknown>];
  const philips = (first.PhilipsPETPrivateGroup ?? {}) as Record<string, unknown>;
  return petHeader({
    ...first,
    AcquisitionTime: instances.map(({ AcquisitionTime }) => AcquisitionTime),
    RadiopharmaceuticalInformationSequence: [first],
    '(7053,1000)': philips.SUVScaleFactor,
    '(7053,1009)': philips.ActivityConcentrationScaleFactor,
  });
}

interface PeerExpectation {
  suvbw_factor_of_first_instance: Record<string, number>;
  unit_cases: {
    weight_kg?: number;
    size_m?: number;
    sex?: 'M' | 'F';
    dose_Bq?: number;
    half_life_s?: number;
    decay_s?: number;
    units?: string;
    philips_suv_factor?: number;
    philips_activity_factor?: number;
    expected?: Record<string, number>;
    expected_g?: Record<string, number>;
  }[];
}

const suvFactors: Conformance = {
  id: 'pet-suv-factor',
  method: 'SUVbw factor and body measures (imaging.pet.suv)',
  oracle: 'cornerstonejs/calculate-suv header sets and unit cases (MIT)',
  errorIs: 'relative',
  needs: ['radiology/pet/suv'],
  async run() {
    const folder = sharedData('radiology/pet/suv')!;
    const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const expected = read('expected.json') as PeerExpectation;
    const cases: Case[] = Object.entries(expected.suvbw_factor_of_first_instance).map(([name, factor]) => {
      const instances = read(`${name}-instances.json`) as Record<string, unknown>[];
      return { name, error: relative(scaleOf(headerOfPeer(instances)), factor), tolerance: 1e-6 };
    });
    for (const [index, unit] of expected.unit_cases.entries())
      for (const [quantity, value, ours] of unitCase(unit))
        cases.push({ name: `unit case ${index + 1} ${quantity}`, error: relative(ours, value), tolerance: 1e-6 });
    return cases;
  },
};

function unitCase(unit: PeerExpectation['unit_cases'][number]): [string, number, number][] {
  const kg = unit.weight_kg ?? Number.NaN;
  const m = unit.size_m ?? Number.NaN;
  const sex = unit.sex === 'F' ? 'female' : 'male';
  const grams: Record<string, number> = {
    lbm_james: 1000 * leanMassJamesKg(kg, m, sex),
    lbm_james120: 1000 * leanMassJamesKg(kg, m, sex, 120),
    lbm_janmahasatian: 1000 * leanMassJanmahasatianKg(kg, m, sex),
    bsa_dubois_cm2: bodySurfaceCm2(kg, m),
  };
  // The cases' doses of 100 Bq are no doses for people: they test the formula below the guards.
  const perUnit = unit.units === 'CNTS' ? (unit.philips_activity_factor ?? Number.NaN) : 1;
  const byDose = perUnit * suvFactor(kg, unit.dose_Bq ?? Number.NaN, unit.decay_s ?? 0, unit.half_life_s ?? 1);
  const direct = unit.units === 'GML' || (unit.philips_suv_factor ?? 0) > 0;
  const bw = direct
    ? scaleOf(
        petHeader({ Units: unit.units, CorrectedImage: ['ATTN', 'DECY'], '(7053,1000)': unit.philips_suv_factor }),
      )
    : byDose;
  const other = (normalisation: Parameters<typeof normalised>[0]): number => {
    const result = normalised(normalisation, { weightKg: kg, heightM: m, sex });
    return 'refused' in result ? Number.NaN : bw * result.factors[0]!.factor;
  };
  const suvs: Record<string, () => number> = {
    suvbw: () => bw,
    suvbsa: () => other('bsa'),
    suvlbm_james: () => other('lbm-james-120'),
    suvlbm_janmahasatian: () => other('lbm-janmahasatian'),
  };
  return [
    ...Object.entries(unit.expected ?? {}).map(([name, value]): [string, number, number] => [
      name,
      value,
      suvs[name]!(),
    ]),
    ...Object.entries(unit.expected_g ?? {}).map(([name, value]): [string, number, number] => [
      name,
      value,
      grams[name]!,
    ]),
  ];
}

const regions: Conformance = {
  id: 'pet-regions',
  method: 'SUVbw in RTSTRUCT regions (imaging.pet.suv)',
  oracle: 'IBSI/MIRP values on STS_001 (7.9107, 2.5551) and STS_002 (21.68, 7.37, 54.3 mL), TCIA CC BY 3.0',
  errorIs: 'relative',
  needs: ['imaging/pet-sts001/fdg-pet-raw.tar.gz', 'imaging/petct-mr-sts002/ibsi-sts002.tar.gz'],
  async run() {
    const cases: Case[] = [];
    await inFolder('imaging/pet-sts001/fdg-pet-raw.tar.gz', async (folder) => {
      const { image, regions } = await open(folder);
      const { factor, max, mean, voxels, millilitres } = await measure(image, regions.get('GTV_Mass')!);
      cases.push(
        verdict('STS_001 GTV_Mass 5,095 voxels', voxels === 5095, `${voxels}`),
        { name: 'STS_001 factor', error: relative(factor, 2.42903e-4), tolerance: 1e-5 },
        { name: 'STS_001 SUVmax', error: relative(max, 7.9107), tolerance: 1e-5 },
        { name: 'STS_001 SUVmean', error: relative(mean, 2.5552), tolerance: 2e-5 },
        { name: 'STS_001 volume', error: relative(millilitres, 366.1), tolerance: 2e-4 },
        verdict('STS_001 is not the value without decay', Math.abs(max - 5.9475) > 1),
      );
    });
    await inFolder('imaging/petct-mr-sts002/ibsi-sts002.tar.gz', async (folder) => {
      const { image, regions } = await open(join(folder, 'ibsi_validation', 'dicom', 'STS_002', 'PET'));
      const { factor, max, mean, millilitres } = await measure(image, regions.get('GTV_Mass_PET')!);
      cases.push(
        { name: 'STS_002 SUVmax', error: relative(max, 21.68), tolerance: 3e-4 },
        { name: 'STS_002 SUVmean', error: relative(mean, 7.37), tolerance: 7e-4 },
        { name: 'STS_002 volume', error: relative(millilitres, 54.3), tolerance: 1e-3 },
        verdict('STS_002 is uptake already', factor === 1),
      );
    });
    return cases;
  },
};

async function measure(image: ImageHandle, shape: RegionShape) {
  const factor = scaleOf(petHeader(image.metadata));
  const { mask } = regionMask(shape, image.grid);
  const statistics = statisticsOf(await maskValues(image, mask))!;
  const [a, b, c] = [0, 1, 2].map((axis) =>
    Math.hypot(...[0, 4, 8].map((row) => image.grid.affineRas[row + axis]!)),
  ) as [number, number, number];
  return {
    factor,
    mask,
    voxels: mask.voxels,
    max: statistics.maximum * factor,
    mean: statistics.mean * factor,
    millilitres: (mask.voxels * a * b * c) / 1000,
  };
}

const rasteriser: Conformance = {
  id: 'rtstruct-voxels',
  method: 'RTSTRUCT contours to voxels (voxels/rasterise)',
  oracle: 'IBSI 1 CT phantom mask (CC BY-NC, not shipped); MIRP masks of STS_002 (CC BY 3.0); plastimatch 1.9',
  errorIs: 'voxels',
  needs: [
    'radiology/radiomics/ibsi1/ct_phantom_NC',
    'imaging/pet-sts001/fdg-pet-raw.tar.gz',
    'imaging/petct-mr-sts002/ibsi-sts002.tar.gz',
  ],
  commands: ['plastimatch'],
  async run() {
    const phantom = sharedData('radiology/radiomics/ibsi1/ct_phantom_NC')!;
    const { image, regions } = await open(join(phantom, 'dicom'));
    const { mask, issues } = regionMask(regions.get('GTV-1')!, image.grid);
    const cases: Case[] = [
      { name: 'IBSI CT phantom, 125,256 voxels', error: Math.abs(mask.voxels - 125_256), tolerance: 0 },
      {
        name: 'IBSI CT phantom, unlike the NIfTI mask',
        error: differing(mask, niftiMask(join(phantom, 'mask.nii.gz'))),
        tolerance: 0,
      },
      verdict('IBSI CT phantom without issues', issues.length === 0),
    ];
    await inFolder('imaging/pet-sts001/fdg-pet-raw.tar.gz', async (folder) => {
      const dicom = join(folder, 'sts_images_raw', 'STS_001', 'FDG_PET');
      const { image, regions } = await open(dicom);
      for (const name of ['GTV_Mass', 'GTV_Edema'])
        cases.push({
          name: `STS_001 ${name}, unlike plastimatch`,
          error: differing(regionMask(regions.get(name)!, image.grid).mask, plastimatchMask(dicom, name)),
          tolerance: 0,
        });
    });
    await inFolder('imaging/petct-mr-sts002/ibsi-sts002.tar.gz', async (folder) => {
      for (const modality of ['CT', 'MR_T1', 'PET']) {
        const { image, regions } = await open(join(folder, 'ibsi_validation', 'dicom', 'STS_002', modality));
        const { mask } = regionMask(regions.get(`GTV_Mass_${modality}`)!, image.grid);
        const nifti = niftiMask(join(folder, 'ibsi_validation', 'nifti', 'STS_002', `${modality}_mask.nii.gz`));
        cases.push({ name: `STS_002 ${modality}, unlike MIRP's mask`, error: differing(mask, nifti), tolerance: 0 });
      }
    });
    return cases;
  },
};

const peaks: Conformance = {
  id: 'intensity-peak',
  method: 'Local and global intensity peak, 1 cm³ sphere (imaging.pet.suv)',
  oracle: 'IBSI 1 reference values: digital phantom; CT phantom, configuration A, within its tolerance',
  errorIs: 'units beyond 3 digits',
  needs: ['radiology/radiomics/ibsi1/ct_phantom_NC', 'radiology/radiomics/ibsi1/digital_phantom'],
  async run() {
    const { image, regions } = await open(join(sharedData('radiology/radiomics/ibsi1/ct_phantom_NC')!, 'dicom'));
    const { mask } = regionMask(regions.get('GTV-1')!, image.grid);
    // Configuration A re-segments the region to -500..400 HU.
    const values = await maskValues(image, mask);
    const inside = mask.inside.slice();
    let at = 0;
    for (let bit = 0; bit < inside.length; bit++) {
      if (inside[bit] === 0) continue;
      const value = values[at++]!;
      if (value < -500 || value > 400) inside[bit] = 0;
    }
    const digital = await digitalPhantomPeaks(sharedData('radiology/radiomics/ibsi1/digital_phantom')!);
    const found = (await peaksOf(image, { ...mask, inside, voxels: inside.reduce((sum, bit) => sum + bit, 0) }))!;
    return [
      {
        name: 'digital phantom, local',
        error: Math.abs(Number(digital.local.value.toPrecision(3)) - 2.6),
        tolerance: 1e-9,
      },
      {
        name: 'digital phantom, global',
        error: Math.abs(Number(digital.global.value.toPrecision(3)) - 3.1),
        tolerance: 1e-9,
      },
      {
        name: 'configuration A, local',
        error: Math.abs(Math.round(found.local.value) - -277),
        tolerance: 10,
        note: `${found.local.value}`,
      },
      {
        name: 'configuration A, global',
        error: Math.abs(Math.round(found.global.value) - 189),
        tolerance: 5,
        note: `${found.global.value}`,
      },
    ];
  },
};

async function digitalPhantomPeaks(folder: string): Promise<Peaks> {
  const grid: Grid = { shape: [5, 4, 4, 1], affineRas: [-2, 0, 0, 0, 0, -2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1] };
  const read = (name: string): Int16Array => {
    const bytes = gunzipSync(readFileSync(join(folder, name)));
    return new Int16Array(new Uint8Array(bytes.subarray(bytes.readFloatLE(108))).buffer);
  };
  const values = Float32Array.from(read('phantom.nii.gz'));
  const image: ImageHandle = {
    id: 'digital-phantom',
    grid,
    unit: '1',
    metadata: {},
    readSlab: async (kFrom, kTo) => values.slice(20 * kFrom, 20 * kTo),
    readVolume: async () => values,
  };
  return (await peaksOf(image, boxed(Uint8Array.from(read('mask.nii.gz')), grid)))!;
}

interface NiftiMask {
  on(i: number, j: number, k: number): boolean;
  shape: [number, number, number];
}

/** A NIfTI-1 mask on the grid that the DICOM series has too, read without our own reader. */
function niftiMask(path: string): NiftiMask {
  const bytes = gunzipSync(readFileSync(path));
  const shape: [number, number, number] = [bytes.readInt16LE(42), bytes.readInt16LE(44), bytes.readInt16LE(46)];
  const width = bytes.readInt16LE(72) / 8;
  const start = bytes.readFloatLE(108);
  return {
    shape,
    on: (i, j, k) => {
      const at = start + ((k * shape[1] + j) * shape[0] + i) * width;
      return bytes.subarray(at, at + width).some((byte) => byte !== 0);
    },
  };
}

/** plastimatch's own mask of one region of a DICOM folder, on the grid of its series. */
function plastimatchMask(folder: string, region: string): NiftiMask {
  const out = mkdtempSync(join(tmpdir(), 'idiograph-plastimatch-'));
  try {
    execFileSync(
      'plastimatch',
      [
        'convert',
        '--input',
        join(folder, 'mask'),
        '--referenced-ct',
        join(folder, 'image'),
        '--output-prefix',
        out,
        '--prefix-format',
        'nii.gz',
      ],
      { stdio: 'ignore' },
    );
    const name = filesUnder(out).find((path) => path.endsWith(`${region}.nii.gz`))!;
    return niftiMask(name);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function differing(mask: RegionMask, other: NiftiMask): number {
  const [ni, nj, nk] = other.shape;
  if (mask.grid.shape[0] !== ni || mask.grid.shape[1] !== nj || mask.grid.shape[2] !== nk)
    return Number.POSITIVE_INFINITY;
  let count = 0;
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++) if (isInside(mask, i, j, k) !== other.on(i, j, k)) count++;
  return count;
}

export default [suvFactors, regions, rasteriser, peaks];

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Grid } from '../src/dossier/grid.ts';
import type { ImageHandle } from '../src/dossier/image.ts';
import { correlation, kindOfAppended } from '../src/imaging/diffusion/appended.ts';
import { axisChanges, describeChange, fibreCoherence, isUnchanged } from '../src/imaging/diffusion/coherence.ts';
import { fslToRas, gradientTable, rasToAxes } from '../src/imaging/diffusion/gradients.ts';
import { ivimFitter } from '../src/imaging/diffusion/ivimKernel.ts';
import { type DiffusionData, loadDiffusion } from '../src/imaging/diffusion/load.ts';
import { fitDecay, fitKurtosis, fitTensor, type Maps } from '../src/imaging/diffusion/models.ts';
import { openDicomImage } from '../src/intake/dicom/openImage.ts';
import { determinant, type Vector } from '../src/voxels/affine.ts';
import { filesUnder, type Imported, importDicom, untar } from './dicomFolder.ts';
import type { Case, Conformance } from './method.ts';
import { openNiftiFiles } from './niftiFiles.ts';
import { sharedData } from './shared.ts';

const relative = (value: number, expected: number): number => Math.abs(value / expected - 1);
const verdict = (name: string, passed: boolean, note?: string): Case => ({
  name,
  error: passed ? 0 : 1,
  tolerance: 0,
  ...(note !== undefined && { note }),
});
const dti = 'brain/dti';
const xa30 = 'imaging/patient-xa30';
const philips = 'imaging/dwi-philips-vanderbilt';
const uih = 'imaging/dwi-uih';
const ivim = 'radiology/diffusion/ivim';

async function dipyCrop(stem: string, file: string): Promise<DiffusionData> {
  const { image, metadata } = await openNiftiFiles(sharedData(dti)!, file, [`${stem}.bval`, `${stem}.bvec`]);
  const [ni, nj, nk] = image.grid.shape;
  const { table } = gradientTable(metadata, image.grid);
  return loadDiffusion(image, table!, { mask: new Uint8Array(ni * nj * nk).fill(1), floor: 1e-4 });
}

const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]!;
  return sum / values.length;
};

interface Expected {
  FA_mean: number;
  MD_mean: number;
  AD_mean: number;
  RD_mean: number;
  FA_5_5_5: number;
}

const crops = [
  ['small_64D', 'small_64D.nii'],
  ['small_101D', 'small_101D.nii.gz'],
] as const;

async function tensorCases(): Promise<Case[]> {
  const expected = JSON.parse(readFileSync(join(sharedData(dti)!, 'expected_dipy_1.6.0.json'), 'utf8')) as Record<
    string,
    Record<'OLS' | 'WLS', Expected>
  >;
  const own = JSON.parse(readFileSync(join(import.meta.dirname, 'diffusion-dipy.json'), 'utf8')) as {
    sets: Record<string, Record<string, Record<string, number>>>;
  };
  const cases: Case[] = [];
  for (const [stem, file] of crops) {
    const data = await dipyCrop(stem, file);
    const [ni, nj, nk] = data.grid.shape;
    // The voxel of the expected file: 5, or the middle of an axis that is shorter.
    const middle = [ni, nj, nk].map((length) => Math.min(5, Math.floor(length / 2)));
    const at = middle[0]! + ni * (middle[1]! + nj * middle[2]!);
    for (const method of ['OLS', 'WLS'] as const) {
      const maps = await fitTensor(data, method === 'OLS' ? 'ols' : 'wls');
      const of = expected[file]![method];
      for (const [map, key] of [
        ['fa', 'FA_mean'],
        ['md', 'MD_mean'],
        ['ad', 'AD_mean'],
        ['rd', 'RD_mean'],
      ] as const)
        cases.push({ name: `${stem} ${method} ${key}`, error: relative(mean(maps[map]!), of[key]), tolerance: 1e-6 });
      cases.push({
        name: `${stem} ${method} FA of voxel ${middle}`,
        error: relative(maps['fa']![at]!, of.FA_5_5_5),
        tolerance: 1e-6,
      });
    }
    const nlls = await fitTensor(data, 'nlls');
    for (const map of ['fa', 'md'] as const)
      cases.push({
        name: `${stem} NLLS mean ${map}`,
        error: relative(mean(nlls[map]!), own.sets[file]!['NLLS']![map]!),
        tolerance: 5e-6,
        note: "the peer's search ends at 1e-8 of the sum of squares",
      });
    const kurtosis = own.sets[file]!['DKI'];
    if (kurtosis === undefined) continue;
    const maps = await fitKurtosis(data, 'wls');
    for (const map of ['ak', 'rk', 'fa', 'md', 'mk'] as const)
      cases.push({
        name: `${stem} DKI mean ${map}`,
        error: relative(mean(maps[map]!), kurtosis[map]!),
        tolerance: map === 'mk' ? 2e-4 : 1e-6,
        ...(map === 'mk' && { note: 'the peer merges eigenvalues nearer than 2.5 % before its closed form' }),
      });
  }
  return cases;
}

/** One archive of DICOM, opened for the length of `run`. */
async function withDicom<T>(archive: string, run: (imported: Imported) => Promise<T>): Promise<T> {
  const { folder, remove } = untar(sharedData(archive)!);
  try {
    return await run(await importDicom(filesUnder(folder)));
  } finally {
    remove();
  }
}

async function seriesOf(imported: Imported, passes: (of: { contrast: string; type: string }) => boolean) {
  for (const draft of imported.drafts) {
    const source = imported.source(draft);
    const layout = source.metadata['layout'] as { shape: number[] } | undefined;
    const type = [source.metadata['ImageType']].flat().join(' ');
    if (
      layout === undefined ||
      !passes({ contrast: `${source.contrast}${layout.shape[3]! > 5 ? ' series' : ''}`, type })
    )
      continue;
    return { source, image: await openDicomImage(source, imported.blobs) };
  }
  throw new Error('the series is not in the archive');
}

async function loaded(image: ImageHandle, metadata: Readonly<Record<string, unknown>>): Promise<DiffusionData> {
  return loadDiffusion(image, gradientTable(metadata, image.grid).table!);
}

/** Every change of axes, made to true eigenvectors, must be found and named. */
function flipCases(name: string, { grid, voxels }: DiffusionData, { fa, vector }: Maps): Case[] {
  const size = fa!.length;
  const { affineRas } = grid;
  const given = fibreCoherence(grid, fa!, vector!, voxels);
  const cases = [verdict(`${name}: the table as it came is the most coherent`, isUnchanged(given.best))];
  let found = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const change of axisChanges.slice(1)) {
    const changed = new Float32Array(3 * size);
    for (const at of voxels) {
      const axes = rasToAxes([vector![at]!, vector![size + at]!, vector![2 * size + at]!], affineRas);
      const moved = [0, 1, 2].map((axis) => change.signs[axis]! * axes[change.order[axis]!]!) as unknown as Vector;
      // Back to the patient by the rotation of the affine, without FSL's turn.
      const sign = determinant(affineRas) > 0 ? -1 : 1;
      const back = fslToRas([sign * moved[0], moved[1], moved[2]], affineRas);
      for (let axis = 0; axis < 3; axis++) changed[axis * size + at] = back[axis]!;
    }
    const coherence = fibreCoherence(grid, fa!, changed, voxels);
    const isFound = !isUnchanged(coherence.best) && Math.abs(coherence.highest / given.given - 1) < 1e-9;
    if (isFound) found++;
    else cases.push(verdict(`${name}: ${describeChange(change)} is found`, false));
    smallest = Math.min(smallest, coherence.highest / coherence.given);
  }
  cases.push(
    verdict(`${name}: all ${axisChanges.length - 1} changes of axes are found`, found === axisChanges.length - 1),
  );
  cases.push(verdict(`${name}: each is at least 1.05 times less coherent`, smallest >= 1.05, smallest.toFixed(3)));
  return cases;
}

async function siemensCases(): Promise<Case[]> {
  return withDicom(`${xa30}/xa30-enhanced.tar.gz`, async (imported) => {
    const { source, image } = await seriesOf(imported, ({ contrast }) => contrast === 'dwi series');
    const fa = await (
      await seriesOf(imported, ({ contrast, type }) => contrast === 'fa' && type.endsWith('FA'))
    ).image.readVolume();
    const adc = await (await seriesOf(imported, ({ contrast }) => contrast === 'adc')).image.readVolume();
    const data = await loaded(image, source.metadata);
    const maps = await fitTensor(data, 'ols');
    const decay = await fitDecay(data, 'wls');
    const bright = Array.from(data.voxels).filter((at) => data.unweighted[at]! > 300 && fa[at]! > 0);
    const of = (map: ArrayLike<number>, scale = 1) => Float64Array.from(bright, (at) => map[at]! / scale);
    const [ours, theirs] = [of(maps['fa']!), of(fa, 1000)];
    const median = (values: Float64Array): number => values.sort()[values.length >> 1]!;
    const cases: Case[] = [
      { name: `FA, 1 - r over ${bright.length} voxels`, error: 1 - correlation(ours, theirs), tolerance: 1e-4 },
      {
        name: 'FA, median difference',
        error: median(ours.map((value, at) => Math.abs(value - theirs[at]!))),
        tolerance: 0.002,
      },
    ];
    for (const [name, map] of [
      ['MD of the tensor', maps['md']!],
      ['ADC of the decay', decay['adc']!],
    ] as const) {
      const ratio = Float64Array.from(bright, (at) => map[at]! / (adc[at]! * 1e-6));
      cases.push({ name: `${name} / scanner's ADC, median`, error: Math.abs(median(ratio) - 1), tolerance: 2e-3 });
    }
    cases.push(...flipCases('XA30', data, await fitTensor(data, 'wls')));
    const nifti = await openNiftiFiles(sharedData(`${xa30}/dcm2niix`)!, 'dwi_xa30_pa_10.nii.gz', [
      'dwi_xa30_pa_10.bval',
      'dwi_xa30_pa_10.bvec',
    ]);
    return [...cases, ...frameCases('XA30', data.table.ras, nifti.metadata, nifti.image.grid)];
  });
}

/** Directions of the DICOM header against those that dcm2niix wrote, both in the patient. */
function frameCases(name: string, ras: readonly Vector[], metadata: Record<string, unknown>, grid: Grid): Case[] {
  const { table } = gradientTable(metadata, grid);
  let worst = 0;
  for (const [at, vector] of ras.entries())
    for (let axis = 0; axis < 3; axis++) worst = Math.max(worst, Math.abs(vector[axis]! - table!.ras[at]![axis]!));
  return [{ name: `${name}: directions from DICOM and from dcm2niix's bvec`, error: worst, tolerance: 2e-3 }];
}

async function philipsCases(): Promise<Case[]> {
  return withDicom(`${philips}/dicom.tar.gz`, async (imported) => {
    const { source, image } = await seriesOf(imported, ({ contrast }) => contrast === 'dwi series');
    const appended = (await seriesOf(imported, ({ contrast }) => contrast === 'trace')).image;
    const data = await loaded(image, source.metadata);
    const last = await appended.readVolume();
    // As the scanner sent it: the appended volume as one more time point without entry in the table.
    const [ni, nj, nk, nt] = image.grid.shape;
    const whole: ImageHandle = {
      ...image,
      grid: { ...image.grid, shape: [ni, nj, nk, nt + 1] },
      readVolume: async (t = 0) => (t === nt ? last : image.readVolume(t)),
    };
    const { table, issues } = gradientTable(source.metadata, whole.grid);
    const joined = await loadDiffusion(whole, table!);
    const { adc } = await fitDecay(joined, 'wls');
    const { kind, r } = kindOfAppended(joined, adc!, nt);
    const ratios = Float64Array.from(data.voxels, (at) => {
      const trace = data.unweighted[at]! * Math.exp(-2000 * adc![at]!);
      return last[at]! / trace;
    }).sort();
    const nifti = await openNiftiFiles(sharedData(philips)!, 'dwi_vanderbilt_601.nii.gz', [
      'dwi_vanderbilt_601.bval',
      'dwi_vanderbilt_601.bvec',
    ]);
    return [
      verdict(
        'one volume more than b-values is named',
        issues.some(({ code }) => code === 'gradients-one-short'),
      ),
      verdict('the appended volume is known for a trace', kind === 'trace', `r ${r.toFixed(4)}`),
      {
        name: "scanner's trace / S0 exp(-b ADC), median",
        error: Math.abs(ratios[ratios.length >> 1]! - 1),
        tolerance: 0.02,
      },
      ...flipCases('Philips', data, await fitTensor(data, 'wls')),
      ...frameCases('Philips', data.table.ras, nifti.metadata, nifti.image.grid),
    ];
  });
}

async function uihCases(): Promise<Case[]> {
  const stem = 'dti_tra_dir16_AP_9_134431';
  const { image, metadata } = await openNiftiFiles(sharedData(uih)!, `${stem}.nii.gz`, [
    `${stem}.bval`,
    `${stem}.bvec`,
  ]);
  const data = await loaded(image, metadata);
  return flipCases('UIH', data, await fitTensor(data, 'wls'));
}

interface Tissue {
  D: number;
  f: number;
  Dp: number;
  data: number[];
}

async function ivimCases(): Promise<Case[]> {
  const cases: Case[] = [];
  for (const file of ['generic.json', 'generic_brain.json']) {
    const { config, ...tissues } = JSON.parse(readFileSync(join(sharedData(ivim)!, file), 'utf8')) as {
      config: { bvalues: number[] };
    } & Record<string, Tissue>;
    const b = config.bvalues;
    const full = ivimFitter(
      b,
      b.map(() => 1),
      'full',
    );
    for (const [name, of] of Object.entries(tissues as Record<string, Tissue>)) {
      const exact = full(Float64Array.from(b, (x) => of.f * Math.exp(-x * of.Dp) + (1 - of.f) * Math.exp(-x * of.D)));
      cases.push({ name: `${name}, exact signal: D`, error: relative(exact.d / 1000, of.D), tolerance: 1e-6 });
      cases.push({ name: `${name}, exact signal: f`, error: Math.abs(exact.f - of.f), tolerance: 1e-6 });
      const fitted = full(Float64Array.from(of.data));
      cases.push({ name: `${name}, signal of the file: D`, error: relative(fitted.d / 1000, of.D), tolerance: 0.05 });
      cases.push({ name: `${name}, signal of the file: f`, error: Math.abs(fitted.f - of.f), tolerance: 0.03 });
    }
  }
  return [...cases, ...noiseCases()];
}

/** Errors under noise beside the algorithms of the collection: root mean square over 300 repeats, median over tissues. */
function noiseCases(): Case[] {
  const { config } = JSON.parse(readFileSync(join(sharedData(ivim)!, 'generic.json'), 'utf8')) as {
    config: { bvalues: number[] };
  };
  const [head, ...lines] = readFileSync(join(sharedData(ivim)!, 'reference_output.csv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')));
  const rows = lines.map((cells) => Object.fromEntries(head!.map((key, at) => [key, cells[at]!])));
  const b = config.bvalues;
  const fitSignal = ivimFitter(
    b,
    b.map(() => 1),
    'full',
  );
  let state = 7;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const cases: Case[] = [];
  for (const snr of [50, 100, 200]) {
    const errors = new Map<string, Record<'f' | 'D', number[]>>();
    const note = (algorithm: string, key: 'f' | 'D', error: number): void => {
      const of = errors.get(algorithm) ?? { f: [], D: [] };
      of[key].push(error);
      errors.set(algorithm, of);
    };
    let [given, held, fits] = [0, 0, 0];
    for (const region of new Set(rows.map((row) => row['Region']!))) {
      const theirs = rows.filter((row) => row['Region'] === region && Number(row['SNR']) === snr);
      const truth = { f: Number(theirs[0]!['f']), D: Number(theirs[0]!['D']), Dp: Number(theirs[0]!['Dp']) };
      // Blood has no tissue diffusion to find.
      if (truth.f > 0.6) continue;
      for (const row of theirs)
        for (const key of ['f', 'D'] as const)
          note(row['Algorithm']!, key, Math.hypot(Number(row[`${key}_mu`]) - truth[key], Number(row[`${key}_std`])));
      const square = { f: 0, D: 0 };
      for (let turn = 0; turn < 300; turn++) {
        const signal = Float64Array.from(b, (x) =>
          Math.hypot(
            truth.f * Math.exp(-x * truth.Dp) + (1 - truth.f) * Math.exp(-x * truth.D) + normal() / snr,
            normal() / snr,
          ),
        );
        const found = fitSignal(signal);
        fits++;
        square.f += (found.f - truth.f) ** 2 / 300;
        square.D += (found.d / 1000 - truth.D) ** 2 / 300;
        if (found.dStarInterval === undefined) continue;
        given++;
        if (found.dStarInterval[0] / 1000 <= truth.Dp && truth.Dp <= found.dStarInterval[1] / 1000) held++;
      }
      for (const key of ['f', 'D'] as const) note('ours', key, Math.sqrt(square[key]));
    }
    for (const key of ['f', 'D'] as const) {
      const medians = [...errors].map(
        ([name, of]) => [name, of[key].sort((x, y) => x - y)[of[key].length >> 1]!] as const,
      );
      medians.sort(([, x], [, y]) => x - y);
      const rank = medians.findIndex(([name]) => name === 'ours');
      const middle = medians[medians.length >> 1]![1];
      cases.push({
        name: `SNR ${snr}: error of ${key} / that of the middle algorithm`,
        error: medians[rank]![1] / middle,
        tolerance: 1.1,
        note: `rank ${rank + 1} of ${medians.length}`,
      });
    }
    cases.push({
      name: `SNR ${snr}: share of D* intervals that miss the truth`,
      error: 1 - held / given,
      tolerance: 0.1,
      note: `given in ${Math.round((100 * given) / fits)} % of the fits`,
    });
  }
  return cases;
}

const conformances: Conformance[] = [
  {
    id: 'diffusion-tensor',
    method: 'diffusion tensor (OLS, WLS, NLLS) and kurtosis',
    oracle: 'DIPY 1.6.0 (BSD-3-Clause) on its 64 and 101 direction crops',
    errorIs: 'relative',
    needs: [dti],
    run: tensorCases,
  },
  {
    id: 'diffusion-siemens',
    method: 'tensor and ADC from enhanced DICOM, axes of the gradient table',
    oracle: "the scanner's own FA and ADC maps (Siemens XA30), dcm2niix's bvec; dcm_qa data, BSD-2-Clause",
    errorIs: 'relative, absolute for FA',
    needs: [xa30],
    run: siemensCases,
  },
  {
    id: 'diffusion-philips',
    method: 'volume appended by the scanner, axes of the gradient table',
    oracle: "the scanner's own trace (Philips), dcm2niix's bvec; dcm_qa data, BSD-2-Clause",
    errorIs: 'relative',
    needs: [philips],
    run: philipsCases,
  },
  {
    id: 'diffusion-uih',
    method: 'axes of the gradient table from NIfTI',
    oracle: 'continuity of fibres in UIH data, BSD-2-Clause',
    errorIs: 'verdict',
    needs: [uih],
    run: uihCases,
  },
  {
    id: 'diffusion-ivim',
    method: 'IVIM, bounded least squares with a grid of starts',
    oracle: 'OSIPI IVIM code collection: true values and 27 algorithms under noise, Apache-2.0',
    errorIs: 'relative for D, absolute for f',
    needs: [ivim],
    run: ivimCases,
  },
];
export default conformances;

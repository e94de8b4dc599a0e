import { describe, expect, it } from 'vitest';
import { sharedFloat32 } from '../../voxels/parallel.ts';
import { readParcelNames } from './atlas.ts';
import { circuitScores } from './circuits.ts';
import { censor, cleaner } from './clean.ts';
import { chooseConfounds } from './confoundTable.ts';
import { connectomeOf, networkMeans, splitHalf } from './connectome.ts';
import { dvars, medianTsnr } from './framewise.ts';
import { individualNetworks } from './individualNetworks.ts';
import { type BoldRun, loadBold } from './load.ts';
import { readPath, runKey } from './preprocessed.ts';
import { scoreSignature } from './signature.ts';
import { connectomeModelScore, readConnectomeModel } from './signatureModel.ts';
import { correctSliceTiming, sincWeights, volumeTiming } from './sliceTiming.ts';
import { normal, testBold, testGrid } from './testRun.ts';

const parcels = ['Vis_1', 'Vis_2', 'Default_PFC_1', 'Default_Par_1', 'Default_pCunPCC_1'].map((name, at) => ({
  label: at + 1,
  name: `7Networks_LH_${name}`,
  network: name.split('_')[0]!,
}));

function twoNetworks(volumes: number, seed: number): Float64Array[] {
  const next = normal(seed);
  const own = [0, 1].map(() => Float64Array.from({ length: volumes }, next));
  return parcels.map(({ network }) => own[network === 'Vis' ? 0 : 1]!.map((value) => value + 0.5 * next()));
}

describe('connectome', () => {
  it('tells networks apart, and how well it repeats', () => {
    const series = twoNetworks(400, 3);
    const connectome = connectomeOf(parcels, series);
    const means = networkMeans(connectome);
    const mean = (a: string, b: string) => means.find((one) => one.a === a && one.b === b)!.z;
    // Shared variance 1 of 1.25: r .8.
    expect(Math.tanh(mean('Vis', 'Vis'))).toBeCloseTo(0.8, 1);
    expect(Math.abs(mean('Vis', 'Default'))).toBeLessThan(0.1);
    expect(splitHalf(parcels, series).r).toBeGreaterThan(0.95);
    const scores = circuitScores(connectome, {
      circuits: [{ id: 'd', title: 'd', nodes: ['Default_PFC', 'Default_Par', 'Default_p'] }],
    });
    expect(scores[0]!.edges).toBe(3);
    expect(scores[0]!.score).toBeCloseTo(mean('Default', 'Default'), 12);
  });

  it('gives voxels to the network that they follow', () => {
    const volumes = 300;
    const next = normal(5);
    const own = [0, 1, 2].map(() => Float64Array.from({ length: volumes }, next));
    const size = 60;
    const data = sharedFloat32(size * volumes);
    for (let t = 0; t < volumes; t++) for (let at = 0; at < size; at++) data[t * size + at] = own[at % 3]![t]! + next();
    const clean = cleaner({
      repetitionTimeS: 2,
      confounds: [],
      keep: new Uint8Array(volumes).fill(1),
      bandHz: undefined,
    });
    const voxels = Int32Array.from({ length: size }, (_, at) => at);
    const truth = Uint8Array.from({ length: size }, (_, at) => (at % 3) + 1);
    const found = individualNetworks({ data, size, volumes, voxels }, clean, ['a', 'b', 'c'], own, truth);
    expect(found.withAtlas).toBe(1);
    expect(found.agreement).toBe(1);
    expect(Math.min(...found.confidence)).toBeGreaterThan(0.2);
  });
});

describe('a simulated person whose borders are not those of the atlas', () => {
  // A line of voxels: networks of 40 each in the atlas, the person's borders 8 voxels further on.
  const [size, volumes, each, moved] = [160, 240, 40, 8];
  const atlasOf = (at: number) => Math.floor(at / each);
  const truthOf = (at: number) => atlasOf(Math.max(0, at - moved));
  const next = normal(21);
  const own = [0, 1, 2, 3].map(() => Float64Array.from({ length: volumes }, next));
  const data = sharedFloat32(size * volumes);
  for (let t = 0; t < volumes; t++)
    for (let at = 0; at < size; at++) data[t * size + at] = own[truthOf(at)]![t]! + 2 * next();
  const clean = cleaner({
    ...{ repetitionTimeS: 2, confounds: [], keep: new Uint8Array(volumes).fill(1), bandHz: undefined },
  });
  const mean = [0, 1, 2, 3].map((network) =>
    clean.clean(
      Float64Array.from({ length: volumes }, (_, t) => {
        let sum = 0;
        for (let at = 0; at < size; at++) if (atlasOf(at) === network) sum += data[t * size + at]!;
        return sum / each;
      }),
    ),
  );
  const voxels = Int32Array.from({ length: size }, (_, at) => at);
  const parcels = Uint8Array.from({ length: size }, (_, at) => atlasOf(at) + 1);
  const found = individualNetworks({ data, size, volumes, voxels }, clean, ['a', 'b', 'c', 'd'], mean, parcels);
  const right = (at: number) => found.labels[at] === truthOf(at) + 1;
  it('gets the borders of the person, not those of the atlas', () => {
    const share = voxels.reduce((sum, at) => sum + (right(at) ? 1 : 0), 0) / size;
    const ofAtlas = voxels.reduce((sum, at) => sum + (atlasOf(at) === truthOf(at) ? 1 : 0), 0) / size;
    expect(ofAtlas).toBeCloseTo(0.85, 2);
    expect(share).toBeGreaterThan(0.97);
  });
  it('is surer where it is right, and says less of a voxel without signal', () => {
    const silent = data.slice();
    for (let t = 0; t < volumes; t++) for (let at = 0; at < 20; at++) silent[t * size + at] = next();
    const shared = sharedFloat32(silent.length);
    shared.set(silent);
    const { confidence } = individualNetworks(
      { data: shared, size, volumes, voxels },
      clean,
      ['a', 'b', 'c', 'd'],
      mean,
      parcels,
    );
    const middle = (values: Float32Array) => values.toSorted()[values.length >> 1]!;
    expect(middle(confidence.slice(0, 20))).toBeLessThan(0.6 * middle(confidence.slice(20)));
  });
});

describe('cleaning', () => {
  it('leaves nothing of confounds and of the stop band, whatever is censored', () => {
    const volumes = 200;
    const next = normal(9);
    const confound = Float64Array.from({ length: volumes }, next);
    const keep = Uint8Array.from({ length: volumes }, (_, t) => (t % 17 === 0 ? 0 : 1));
    const clean = cleaner({ repetitionTimeS: 2, confounds: [confound], keep, bandHz: [0.01, 0.08] });
    const slow = Float64Array.from(
      { length: volumes },
      (_, t) => Math.cos((Math.PI / volumes) * (t + 0.5) * 3) + 2 * confound[t]!,
    );
    expect(Math.max(...clean.clean(slow).map(Math.abs))).toBeLessThan(1e-9);
    const inBand = Float64Array.from({ length: volumes }, (_, t) => Math.cos((Math.PI / volumes) * (t + 0.5) * 40));
    expect(clean.clean(inBand).reduce((sum, one) => sum + one * one, 0)).toBeGreaterThan(50);
    expect(clean.degreesOfFreedom).toBe(clean.volumes - clean.regressors);
  });
  it('censors what moves, and short stretches between', () => {
    expect([...censor([0, 0, 0, 0.9, 0, 0, 0.9, 0, 0, 0], 0.5)]).toEqual([1, 1, 1, 0, 0, 0, 0, 1, 1, 1]);
  });
  it('weighs neighbours in time so that a constant stays', () => {
    for (const shift of [-0.5, 0, 0.3])
      expect(sincWeights(shift).reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
    expect([...sincWeights(0)][4]).toBe(1);
  });
});

describe('a run that was cleaned', () => {
  it('finds its brain by change where the mean is none, and tells no signal over noise', async () => {
    const image = testBold({ volumes: 40, repetitionTimeS: 2, noise: 20 });
    const raw = await loadBold(image);
    const next = normal(13);
    const cleaned = {
      ...image,
      readVolume: async () => Float32Array.from(raw.mask, (inside) => (inside === 1 ? 10 : 0) * next()),
    };
    const run = await loadBold(cleaned);
    expect(run.aroundZero).toBe(true);
    expect(Array.from(run.voxels)).toEqual(Array.from(raw.voxels));
    expect(medianTsnr(run)).toBeUndefined();
    expect(Math.max(...dvars(run))).toBe(0);
    expect(raw.aroundZero).toBe(false);
  });
});

describe('slice timing', () => {
  const [volumes, slices, repetitionTimeS] = [60, 10, 2];
  const timesS = Array.from({ length: slices }, (_, k) => ((k * 7) % slices) * 0.2);
  const wave = (seconds: number) => 100 + Math.sin(2 * Math.PI * 0.05 * seconds);
  const data = sharedFloat32(slices * volumes);
  for (let t = 0; t < volumes; t++) for (let k = 0; k < slices; k++) data[t * slices + k] = wave(2 * t + timesS[k]!);
  const grid = { ...testGrid, shape: [1, 1, slices, 1] as [number, number, number, number] };
  const run = { grid, data, volumes, size: slices, repetitionTimeS } as BoldRun;
  it('brings every slice to the middle of the volume', () => {
    const { run: timed, issues } = correctSliceTiming(run, timesS);
    expect(issues).toEqual([]);
    for (let t = 6; t < volumes - 6; t++)
      for (let k = 0; k < slices; k++)
        expect(Math.abs(timed.data[t * slices + k]! - wave(2 * t + 1))).toBeLessThan(0.01);
  });
  it('says and leaves out times that cannot be those of the run', () => {
    for (const wrong of [timesS.slice(1), timesS.map((one) => one * 1000), timesS.map(() => Number.NaN)])
      expect(correctSliceTiming(run, wrong)).toMatchObject({ run, issues: [{ code: 'slice-timing-invalid' }] });
  });
  it('reads the sidecar', () => {
    expect(volumeTiming({ SliceTiming: [0, 1], SliceEncodingDirection: 'k-' })).toEqual({ sliceTimesS: [1, 0] });
    expect(volumeTiming({ SliceTiming: [0, 1], SliceEncodingDirection: 'j', StartTime: 0.9 })).toEqual({ startS: 0.9 });
    // A slice without a time was not taken at the start of the volume.
    expect(volumeTiming({ SliceTiming: [null, '', 0.5] })).toEqual({ sliceTimesS: [Number.NaN, Number.NaN, 0.5] });
  });
});

describe('what other programs prepared', () => {
  it('is read from its name', () => {
    expect(readPath('sub-1_task-rest_space-MNI152NLin6Asym_desc-preproc_bold.nii.gz')).toEqual({
      ...{ preprocessing: 'preprocessed', space: 'MNI152NLin6Asym', inTemplate: true },
    });
    expect(readPath('sub-1_task-rest_space-T1w_desc-denoised_bold.nii.gz')).toMatchObject({
      preprocessing: 'denoised',
      inTemplate: false,
    });
    expect(runKey('a/sub-1_task-x_run-2_events.tsv')).toBe('sub-1_task-x_run-2');
  });
  it('is refused when the table is that of another run', () => {
    const columns = [
      'trans_x',
      'trans_y',
      'trans_z',
      'rot_x',
      'rot_y',
      'rot_z',
      'framewise_displacement',
      'a_comp_cor_00',
    ];
    const row = Object.fromEntries(columns.map((name) => [name, '0.1']));
    const chosen = chooseConfounds(columns, [{ ...row, framewise_displacement: 'n/a' }, row], 2);
    expect(chosen.columns).toHaveLength(7);
    expect([...chosen.framewiseMm!]).toEqual([0, 0.1]);
    expect(() => chooseConfounds(columns, [row], 2)).toThrow(/1 rows/);
    expect(() => chooseConfounds(['x'], [row, row], 2)).toThrow(/no column/);
    expect(() => readParcelNames('a\nb c')).toThrow(/label/);
  });
});

describe('signatures', () => {
  const grid = {
    shape: [4, 4, 4, 1] as [number, number, number, number],
    affineRas: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1],
  };
  const values = Float32Array.from({ length: 64 }, (_, at) => 1 + Math.sin(at));
  const image = (change: object = {}) => ({ grid, values, metadata: { sform_code: 4 }, path: 'con.nii', ...change });
  it('is 1 with itself', () => {
    const { score } = scoreSignature(image(), image());
    expect(score!.cosine).toBeCloseTo(1, 6);
    expect(score!.dot).toBeCloseTo(
      values.reduce((sum, one) => sum + one * one, 0),
      3,
    );
  });
  it.each([
    [{ metadata: {} }, 'signature-wrong-space'],
    [{ metadata: { sform_code: 4, intent_code: 3 } }, 'signature-not-first-level'],
    [{ path: 'zstat1.nii.gz' }, 'signature-not-first-level'],
    [{ path: 'spmT_0001.nii' }, 'signature-not-first-level'],
    [{ path: 't.nii.gz' }, 'signature-not-first-level'],
    [{ path: 'study.gfeat/cope1.feat/cope.nii.gz' }, 'signature-not-first-level'],
    [{ path: 'group_con_0001.nii.gz' }, 'signature-not-first-level'],
    [{ values: values.map((one, at) => (at < 10 ? 0 : one)) }, 'signature-coverage'],
    [{ values: values.map(() => 2) }, 'signature-constant-map'],
  ])('refuses what is no effect of one person, %#', (change, code) => {
    const { score, issues } = scoreSignature(image(change), image());
    expect(score).toBeUndefined();
    expect(issues[0]!.code).toBe(code);
  });
  it('reads a connectome only when it was made alike', () => {
    const connectome = connectomeOf(parcels, twoNetworks(100, 4));
    const preprocessing = {
      atlas: 'x',
      input: 'none',
      bandHz: [0.01, 0.08],
      globalSignal: false,
      framewiseLimitMm: 0.5,
      measure: 'fisher-z',
    };
    const model = readConnectomeModel({
      ...{ kind: 'resting-connectome', name: 'm', source: 's', preprocessing, intercept: 1 },
      edges: [{ a: parcels[0]!.name, b: parcels[1]!.name, weight: 2 }],
    });
    const study = {
      connectome,
      model: { regressors: 0, degreesOfFreedom: 90, bandHz: [0.01, 0.08] as const, confounds: '' },
      settings: { atlas: 'x', globalSignal: false, framewiseLimitMm: 0.5 },
    };
    expect(connectomeModelScore(model, study, 'none').score).toBeCloseTo(1 + 2 * connectome.z[1]!, 12);
    const other = connectomeModelScore(
      model,
      { ...study, settings: { ...study.settings, globalSignal: true } },
      'none',
    );
    expect(other.score).toBeUndefined();
    expect(other.issues[0]!.code).toBe('signature-other-preprocessing');
    expect(() => readConnectomeModel({ kind: 'map' })).toThrow(/not valid/);
  });
});

import { describe, expect, it } from 'vitest';
import type { Dossier, RunContext } from '../../dossier/analysis.ts';
import type { ArtifactDraft } from '../../dossier/artifact.ts';
import { curveOfBytes } from '../../dossier/curveFigure.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import type { Issue } from '../../dossier/issue.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { convolved } from '../../kinetics/convolve.ts';
import { inputFunction } from '../../kinetics/input.ts';
import { degrees, perSecond, seconds } from '../../kinetics/units.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { axialGrid, imageOf } from '../../voxels/testImage.ts';
import { parker } from './aif.ts';
import { analyses } from './analyses.ts';
import { spoiledSignal } from './signal.ts';

const shape = [8, 8, 2] as [number, number, number];
const voxels = 128;
const grid = axialGrid(shape, [2, 2, 4]);
const timesS = Float64Array.from({ length: 60 }, (_, at) => 4 * at);
const blood = timesS.map((time) => (time < 24 ? 0 : parker(time - 24)));
const plasma = inputFunction(
  timesS,
  blood.map((value) => value / 0.58),
);
const sequence = { repetitionTime: seconds(0.005), flipAngle: degrees(20) };
const truth = { ktrans: 0.12, ve: 0.3, vp: 0.04, t1: 1.4 };

function source(id: string, change: Partial<Source>): Source {
  return {
    kind: 'source',
    id,
    subject: 's1',
    blob: '0'.repeat(64),
    format: 'dicom-series',
    locator: {},
    path: id,
    import: 'i',
    modality: 'MR',
    contrast: 'T1w',
    description: 'prostate dyn',
    acquiredAt: '2024-03-01T11:00:00Z',
    metadata: {},
    issues: [],
    ...change,
  };
}

const common = {
  RepetitionTime: 5,
  EchoTime: 2,
  MagneticFieldStrength: 3,
  FrameOfReferenceUID: '1.9',
  MRAcquisitionType: '3D',
};
const dynamic = source('src-dce', {
  metadata: {
    ...common,
    FlipAngle: 20,
    layout: { shape: [...shape, 60] },
    timePointsS: [...timesS],
    timePointSpreadS: 0,
    SeriesInstanceUID: '1.2',
  },
});
const angles = [3, 10, 25].map((angle) =>
  source(`src-fa${angle}`, { metadata: { ...common, FlipAngle: angle, layout: { shape: [...shape, 1] } } }),
);
const lesion: Region = {
  kind: 'region',
  id: 'region-1',
  subject: 's1',
  source: 'src-seg',
  number: 1,
  label: 'Prostate lesion',
  type: 'lesion',
  frameOfReference: '1.9',
  referencedSeries: '1.2',
  links: [],
};

/** Voxel 0 to 11 are artery, the rest tissue of the truth above. */
function dceImage(): ImageHandle {
  const [rate, k] = [truth.ktrans / 60, truth.ktrans / truth.ve / 60];
  const tissue = convolved(plasma, k).map((value, at) => rate * value + truth.vp * plasma.values[at]!);
  const values = new Float32Array(voxels * 60);
  for (let t = 0; t < 60; t++)
    for (let at = 0; at < voxels; at++) {
      const isArtery = at < 12;
      const r1 = isArtery ? 1 / 1.65 + 4.5 * blood[t]! : 1 / truth.t1 + 4.5 * tissue[t]!;
      values[t * voxels + at] = 1e4 * spoiledSignal(perSecond(r1), sequence);
    }
  return imageOf({ ...grid, shape: [...shape, 60] }, values);
}

function angleImage(angle: number): ImageHandle {
  const values = Float32Array.from(
    { length: voxels },
    (_, at) =>
      1e4 * spoiledSignal(perSecond(at < 12 ? 1 / 1.65 : 1 / truth.t1), { ...sequence, flipAngle: degrees(angle) }),
  );
  return imageOf({ ...grid, shape: [...shape, 1] }, values);
}

async function run(id: string, dossier: Dossier, images: Record<string, ImageHandle>) {
  const analysis = analyses.find((one) => one.id === id)!;
  const findings: FindingDraft[] = [];
  const artifacts: ArtifactDraft[] = [];
  const issues: Issue[] = [];
  const mask = Uint8Array.from({ length: voxels }, (_, at) => (at >= 64 && at < 96 ? 1 : 0));
  const context: RunContext = {
    dossier,
    signal: new AbortController().signal,
    emit: {
      finding: (draft) => void findings.push(draft),
      artifact: (draft) => `art-${artifacts.push(draft)}`,
      issue: (one) => void issues.push(one),
    },
    openImage: async (image) => images[image]!,
    openRegion: async () => ({ type: 'mask', grid, mask }),
    openVariants: () => Promise.reject(new Error('no variants')),
    openTable: () => Promise.reject(new Error('no tables')),
    knowledge: <T>(path: string) => loadKnowledge(path).data as T,
    pack: () => undefined,
    progress: () => undefined,
  };
  const { selections, missing } = analysis.select(dossier);
  for (const { inputs } of selections) await analysis.run(inputs, {}, context);
  for (const { measure } of findings) expect(analysis.makes).toContain(measure.code);
  for (const { role } of artifacts) expect(analysis.makes).toContain(role);
  return { findings, artifacts, issues, missing, selections };
}

describe('a dynamic series with flip angles and a region', () => {
  const dossier = dossierOf({ sources: [dynamic, ...angles], regions: [lesion] });
  const images = {
    'src-dce': dceImage(),
    'src-fa3': angleImage(3),
    'src-fa10': angleImage(10),
    'src-fa25': angleImage(25),
  };

  it('has the kinetics that made it, from its own artery and T1', async () => {
    const { findings, artifacts, missing } = await run('imaging.perfusion.dce', dossier, images);
    expect(missing).toEqual([]);
    const of = (code: string) => findings.find(({ measure }) => measure.code === code)!;
    for (const [code, value] of [
      ['ktrans-median', truth.ktrans],
      ['ve-median', truth.ve],
      ['vp-median', truth.vp],
    ] as const) {
      const found = of(code).value;
      expect(found.type === 'quantity' && found.value / value, code).toBeCloseTo(1, 2);
    }
    expect(of('ktrans-median').uncertainty).toMatchObject({
      type: 'smallest-real-change',
      source: expect.stringContaining('Peled 2019'),
    });
    expect(of('vp-median').issues.map(({ code }) => code)).toContain('repeatability-unknown');
    expect(of('ktrans-median').issues.map(({ code }) => code)).toContain('t1-without-b1');
    const roles = artifacts.map(({ role }) => role);
    expect(roles).toEqual(
      expect.arrayContaining(['ktrans-map', 'ktrans-se-map', 'r2-map', 't1-map', 'pe-map', 'perfusion-status']),
    );
    expect(artifacts.filter(({ type }) => type === 'picture')).toHaveLength(1);
    expect(new Set(artifacts.map(({ fileName }) => fileName)).size).toBe(artifacts.length);
  });

  it('keeps the curve of the region with its fit and input, and rests the number on it', async () => {
    const { findings, artifacts } = await run('imaging.perfusion.dce', dossier, images);
    const ktrans = findings.find(({ measure }) => measure.code === 'ktrans-median')!;
    const [curve, ...more] = artifacts.filter(({ role }) => role === 'curve-figure');
    expect(more).toEqual([]);
    const { says, panels } = curveOfBytes(curve!.bytes)!;
    const [measured, fit, input] = panels[0]!.series;
    expect([measured!.as, fit!.as, input!.as]).toEqual(['dots', 'line', 'dashes']);
    for (const [at, y] of fit!.y.entries()) expect(Math.abs(y - measured!.y[at]!)).toBeLessThan(0.02);
    expect(Math.max(...measured!.y)).toBeGreaterThan(0.1);
    expect(says).toMatch(/fit to the mean of 32 of 32 voxels: Ktrans .* R2 (0\.9|1\.000)/);
    const ground = ktrans.evidence!.find(({ place }) => place === 'mean curve')!;
    expect(ktrans.derivedFrom).toContain(ground.of);
    expect(ground.says).toBe(says);
  });

  it('gives the same bytes again', async () => {
    const bytes = async () =>
      (await run('imaging.perfusion.dce', dossier, images)).artifacts.map((one) =>
        Buffer.from(one.bytes).toString('base64'),
      );
    expect(await bytes()).toEqual(await bytes());
  });

  it('has enhancement alone without flip angles, and says what Ktrans would need', async () => {
    const alone = dossierOf({ sources: [dynamic], regions: [lesion] });
    const { findings, missing } = await run('imaging.perfusion.dce', alone, images);
    expect(missing.map(({ code }) => code)).toEqual(['no-t1-map']);
    expect(findings.map(({ measure }) => measure.code)).not.toContain('ktrans-median');
    expect(findings.map(({ measure }) => measure.code)).toContain('pe-median');
  });

  it('refuses two times in one phase', async () => {
    const bad = { ...dynamic, metadata: { ...dynamic.metadata, timePointSpreadS: 3 } };
    const { findings, artifacts } = await run('imaging.perfusion.dce', dossierOf({ sources: [bad] }), images);
    expect(findings.map(({ value }) => value)).toEqual([{ type: 'refused', reason: 'perfusion-two-times-in-phase' }]);
    expect(artifacts).toEqual([]);
  });

  it('leaves alone what is no such series', () => {
    const others = [
      { ...dynamic, contrast: 'dwi' },
      { ...dynamic, modality: 'CT' },
      { ...dynamic, metadata: { ...dynamic.metadata, timeAxis: 'FlipAngle' } },
      { ...dynamic, metadata: { ...dynamic.metadata, EchoTime: 30 } },
    ];
    for (const one of others)
      for (const { select } of analyses) expect(select(dossierOf({ sources: [one] })).selections).toEqual([]);
  });
});

describe('a labelled series without regions', () => {
  it('has one value for the whole, relative when the header does not tell enough', async () => {
    const roles = ['m0scan', 'label', 'control', 'label', 'control'];
    const values = Float32Array.from({ length: voxels * 5 }, (_, at) =>
      roles[Math.floor(at / voxels)] === 'label' ? 990 : 1000,
    );
    const series = source('src-asl', {
      contrast: 'asl',
      metadata: {
        ...common,
        aslContext: roles,
        ArterialSpinLabelingContrast: 'PSEUDOCONTINUOUS',
        layout: { shape: [...shape, 5] },
      },
    });
    const image = imageOf({ ...grid, shape: [...shape, 5] }, values);
    const relative = await run('imaging.perfusion.asl', dossierOf({ sources: [series] }), { 'src-asl': image });
    expect(relative.findings.map(({ measure }) => measure.code)).toEqual([
      'asl-fitted-share',
      'perfusion-weighted-median',
    ]);
    expect(relative.findings[1]!.issues.map(({ code }) => code)).toEqual([
      'asl-not-quantified',
      'repeatability-unknown',
    ]);
    const told = { ...series, metadata: { ...series.metadata, LabelingDuration: 1.8, PostLabelingDelay: 1.8 } };
    const absolute = await run('imaging.perfusion.asl', dossierOf({ sources: [told] }), { 'src-asl': image });
    expect(absolute.findings[1]).toMatchObject({ measure: { code: 'cbf-median' }, value: { unit: 'mL/(100.g)/min' } });
    expect(absolute.artifacts.map(({ role }) => role)).toEqual([
      'cbf-map',
      'cbf-se-map',
      'perfusion-status',
      'snapshot',
    ]);
  });
});

describe('a susceptibility series', () => {
  it('has volumes and flows in maps, and volumes by thresholds', async () => {
    const times = Float64Array.from({ length: 50 }, (_, at) => 1.5 * at);
    const bolus = (time: number): number => (time > 12 ? 0.9 * (time - 12) ** 3 * Math.exp(-(time - 12) / 1.5) : 0);
    const artery = inputFunction(times, times.map(bolus));
    const tissue = convolved(artery, 1 / 5).map((value) => 0.01 * value);
    const values = new Float32Array(voxels * 50);
    for (let t = 0; t < 50; t++)
      for (let at = 0; at < voxels; at++)
        values[t * voxels + at] = 800 * Math.exp(-0.03 * (at < 12 ? artery.values[t]! : tissue[t]!));
    const series = source('src-dsc', {
      contrast: 'bold',
      description: 'ep2d_perf',
      metadata: {
        EchoTime: 30,
        layout: { shape: [...shape, 50] },
        timePointsS: [...times],
        timePointSpreadS: 1.4,
        FrameOfReferenceUID: '1.9',
      },
    });
    const { findings, artifacts } = await run(
      'imaging.perfusion.dsc',
      dossierOf({ sources: [series], regions: [lesion] }),
      {
        'src-dsc': imageOf({ ...grid, shape: [...shape, 50] }, values),
      },
    );
    const of = (code: string): number => {
      const { value } = findings.find(({ measure }) => measure.code === code)!;
      return value.type === 'quantity' ? value.value : Number.NaN;
    };
    // Area of the residue 0.01 x 5 s, times 100 kH / rho.
    expect(of('dsc-cbv-median') / (0.05 * 100 * (0.55 / 0.75 / 1.04))).toBeCloseTo(1, 1);
    expect(of('dsc-mtt-median')).toBeGreaterThan(4);
    expect(of('dsc-core-volume')).toBe(0);
    expect(artifacts.map(({ role }) => role)).toEqual(
      expect.arrayContaining(['cbv-map', 'cbf-map', 'mtt-map', 'tmax-map', 'k2-map']),
    );
  });
});

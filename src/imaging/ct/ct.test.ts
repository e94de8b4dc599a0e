import { describe, expect, it } from 'vitest';
import type { Dossier, RunContext } from '../../dossier/analysis.ts';
import type { Entry } from '../../dossier/entry.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { boxed } from '../../voxels/mask.ts';
import { axialGrid, imageOf } from '../../voxels/testImage.ts';
import { analyses } from './analyses.ts';
import { scoreCalcium } from './calcium.ts';
import { checkScan, ctScan } from './conditions.ts';
import { inRange, lungDensity } from './densities.ts';
import { type CtKnowledge, ctFile, kindOfRegion } from './knowledge.ts';

const knowledge = loadKnowledge(ctFile).data as unknown as CtKnowledge;

describe('calcium', () => {
  const grid = axialGrid([10, 8, 2], [0.5, 0.5, 3]);
  const values = new Float32Array(160).fill(40);
  const set = (k: number, value: number, ...places: [number, number][]) => {
    for (const [i, j] of places) values[k * 80 + j * 10 + i] = value;
  };
  // 5 voxels x 0.25 mm2 at 250 HU, one of them at 410, joined at a corner: 1.25 mm2 x 4.
  set(0, 250, [1, 1], [2, 1], [1, 2], [2, 2]);
  set(0, 410, [3, 3]);
  // 3 voxels: 0.75 mm2, too small.
  set(0, 900, [7, 6], [8, 6], [8, 5]);
  // 4 voxels at the threshold itself: 1 mm2 x 1; one below it beside.
  set(1, 130, [5, 4], [6, 4], [5, 5], [6, 5]);
  set(1, 129.9, [7, 5]);
  const mask = boxed(new Uint8Array(160).fill(1), grid);

  it('weighs lesions slice by slice', () => {
    const found = scoreCalcium(mask, values, [0.5, 0.5, 3], knowledge.calcium);
    expect(found).toEqual({
      agatston: 1.25 * 4 + 1,
      volumeMm3: 9 * 0.75,
      meanHu: (4 * 250 + 410 + 4 * 130) / 9,
      lesions: 2,
    });
  });
  it('scales to slices of 3 mm, so that overlapping slices do not count twice', () => {
    expect(scoreCalcium(mask, values, [0.5, 0.5, 1.5], knowledge.calcium).agatston).toBe(3);
  });
  it('is zero without calcium', () => {
    const none = new Float32Array(160).fill(40);
    expect(scoreCalcium(mask, none, [0.5, 0.5, 3], knowledge.calcium)).toEqual({
      agatston: 0,
      volumeMm3: 0,
      meanHu: undefined,
      lesions: 0,
    });
  });
});

describe('densities', () => {
  it('counts both ends of a range', () => {
    expect(inRange(Float32Array.of(-30, -29, 150, 151), [-29, 150], 1000)).toEqual({
      voxels: 2,
      volumeMl: 2,
      meanHu: 60.5,
    });
  });
  it('describes a lung', () => {
    const values = Float32Array.from({ length: 100 }, (_, at) => -1000 + at * 2);
    const found = lungDensity(values, 1000, knowledge.lung);
    expect(found).toMatchObject({ volumeMl: 100, meanHu: -901, lowAttenuationPercent: 25, percentileHu: -972 });
    expect(found.massG).toBeCloseTo(9.9, 9);
    // Below air there is no negative mass.
    expect(lungDensity(Float32Array.of(-1024), 1000, knowledge.lung).massG).toBe(0);
  });
});

describe('conditions', () => {
  const scan = { KVP: 120, SliceThickness: 3, ConvolutionKernel: 'B35f', RescaleIntercept: -1024 };
  const codes = (metadata: Record<string, unknown>, of: Parameters<typeof checkScan>[1]) =>
    checkScan(ctScan(metadata), of).map(({ code, severity }) => `${severity} ${code}`);
  it.each([
    [{}, []],
    [{ KVP: 100 }, ['error ct-wrong-kv']],
    [{ KVP: undefined }, ['warning ct-kv-unknown']],
    [{ SliceThickness: 5 }, ['error ct-wrong-thickness']],
    [{ SliceThickness: undefined }, ['error ct-thickness-unknown']],
    [{ ContrastBolusAgent: 'Iomeprol 350' }, ['error ct-contrast']],
    [{ ContrastBolusAgent: 'NONE' }, []],
    [{ ConvolutionKernel: 'B70s' }, ['error ct-sharp-kernel']],
    [{ ConvolutionKernel: ['I70f', '3'] }, []],
    [{ RescaleIntercept: undefined }, ['error ct-not-calibrated']],
  ])('%o', (change, expected) => {
    const { sharpKernels } = knowledge.lung;
    expect(codes({ ...scan, ...change }, { kv: 120, thicknessMm: [2.5, 3], contrast: 'refuse', sharpKernels })).toEqual(
      expected,
    );
  });
  it('knows regions by words of their labels', () => {
    const kinds = ['Left Lung', 'L3 muscle', 'SAT', 'LAD', 'T12', 'Vertebra_L1', 'GTV', 'Saturn', 'L13'].map(
      (label) => kindOfRegion(label, knowledge)?.kind,
    );
    expect(kinds).toEqual([
      'lung',
      'tissue',
      'tissue',
      'calcium',
      'vertebra',
      'vertebra',
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('a dossier', () => {
  const grid = axialGrid([8, 8, 4], [1, 1, 3]);
  const source: Source = {
    ...{ kind: 'source', id: 'src-ct', subject: 's1', blob: '0'.repeat(64), format: 'dicom-series', locator: {} },
    ...{ path: 'ct', import: 'i', modality: 'CT', acquiredAt: '2026-03-01', issues: [] },
    metadata: {
      SeriesInstanceUID: '1.2.3',
      FrameOfReferenceUID: '1.2.9',
      RescaleIntercept: -1024,
      KVP: 120,
      SliceThickness: 3,
    },
  };
  const region = (number: number, label: string): Region => ({
    ...{ kind: 'region', id: `region-${number}`, subject: 's1', source: 'src-rt', number, label, type: 'organ' },
    ...{ frameOfReference: '1.2.9', referencedSeries: '1.2.3', links: [] },
  });
  const values = new Float32Array(256).fill(50);
  values.fill(300, 0, 8);

  async function run(dossier: Dossier): Promise<FindingDraft[]> {
    const findings: FindingDraft[] = [];
    const context: RunContext = {
      ...{ dossier, signal: new AbortController().signal },
      emit: { finding: (draft) => void findings.push(draft), artifact: () => 'art', issue: () => undefined },
      openImage: async () => imageOf(grid, values),
      openRegion: async () => ({ type: 'mask', grid, mask: new Uint8Array(256).fill(1) }),
      openVariants: () => Promise.reject(new Error('no variants')),
      openTable: () => Promise.reject(new Error('no tables')),
      knowledge: <T>(path: string) => loadKnowledge(path).data as T,
      pack: () => undefined,
      progress: () => undefined,
    };
    for (const { inputs } of analyses[0]!.select(dossier).selections) await analyses[0]!.run(inputs, {}, context);
    return findings;
  }
  const told = (findings: FindingDraft[]) =>
    findings.map(({ measure, value }) => [
      measure.code,
      value.type === 'quantity' ? value.value : value.type === 'refused' && value.reason,
    ]);

  it('measures what labels name, adds vessels up and gives no mass without a phantom', async () => {
    const regions = [region(1, 'LAD'), region(2, 'RCA'), region(3, 'L3 muscle'), region(4, 'GTV')];
    expect(told(await run(dossierOf({ sources: [source], regions })))).toEqual([
      ['ct-calcium-agatston', 24],
      ['ct-calcium-volume', 24],
      ['ct-calcium-mass', 'ct-mass-not-calibrated'],
      ['ct-calcium-agatston', 24],
      ['ct-calcium-volume', 24],
      ['ct-calcium-mass', 'ct-mass-not-calibrated'],
      ['ct-tissue-volume', 0.744],
      ['ct-tissue-area', 0.62],
      ['ct-tissue-density', 50],
      ['ct-calcium-agatston-total', 48],
    ]);
  });
  it('refuses with the reason where the scan is none of the method', async () => {
    const other = { ...source, metadata: { ...source.metadata, KVP: 100, ContrastBolusAgent: 'Omnipaque' } };
    const found = await run(
      dossierOf({ sources: [other], regions: [region(1, 'LAD'), region(2, 'LCX'), region(3, 'L1')] }),
    );
    expect(found.map(({ value }) => value.type)).toEqual(found.map(() => 'refused'));
    expect(told(found).at(-1)).toEqual(['ct-calcium-agatston-total', 'ct-total-incomplete']);
    expect(found[6]!.issues.map(({ code }) => code)).toContain('ct-wrong-kv');
  });
  it('adds up the vessels of each reader apart', async () => {
    const drawn = (id: string, label: string, author: string): Entry => ({
      ...{
        kind: 'entry',
        id,
        subject: 's1',
        type: 'annotation',
        author,
        role: 'clinician',
        at: '2026-03-02T10:00:00Z',
      },
      ...{ targets: ['src-ct'], content: { image: 'src-ct', region: label, voxels: 9 } },
    });
    const entries = [
      drawn('e1', 'LAD', 'a'),
      drawn('e2', 'RCA', 'a'),
      drawn('e3', 'LAD', 'b'),
      drawn('e4', 'GTV', 'b'),
    ];
    const found = await run(dossierOf({ sources: [source], entries }));
    expect(found.filter(({ measure }) => measure.code === 'ct-calcium-agatston').map(({ reader }) => reader)).toEqual([
      'a',
      'a',
      'b',
    ]);
    const totals = found.filter(({ measure }) => measure.code === 'ct-calcium-agatston-total');
    expect(totals.map(({ reader, value }) => [reader, value])).toEqual([
      ['a', { type: 'quantity', value: 48, unit: '1' }],
    ]);
  });
  it('selects no CT without such a region', () => {
    expect(analyses[0]!.select(dossierOf({ sources: [source], regions: [region(4, 'GTV')] })).selections).toEqual([]);
  });
});

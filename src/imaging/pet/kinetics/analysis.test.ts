import { describe, expect, it } from 'vitest';
import type { Dossier, RunContext } from '../../../dossier/analysis.ts';
import type { ArtifactDraft } from '../../../dossier/artifact.ts';
import { curveOfBytes } from '../../../dossier/curveFigure.ts';
import type { FindingDraft } from '../../../dossier/finding.ts';
import type { ImageHandle, RegionShape } from '../../../dossier/image.ts';
import type { Issue } from '../../../dossier/issue.ts';
import type { Region } from '../../../dossier/region.ts';
import type { Source } from '../../../dossier/source.ts';
import { convolved } from '../../../kinetics/convolve.ts';
import { inputFunction } from '../../../kinetics/input.ts';
import { loadKnowledge } from '../../../knowledge/load.ts';
import { axialGrid } from '../../../voxels/testImage.ts';
import { petKinetics } from './analysis.ts';

const durations = [...Array(10).fill(15), ...Array(8).fill(60), ...Array(12).fill(300)] as number[];
const starts = durations.map((_, at) => durations.slice(0, at).reduce((sum, one) => sum + one, 0));
const mids = Float64Array.from(starts, (start, at) => start + durations[at]! / 2);
const count = durations.length;
const grid = { ...axialGrid([8, 8, 4], [3, 3, 3]), shape: [8, 8, 4, count] as [number, number, number, number] };

/** Reference and tissue after SRTM on the frames: R1 1.1, k2 0.1 /min, BPND 2; blood and a tissue that traps it. */
const fine = Float64Array.from({ length: 4400 }, (_, at) => at);
const plasma = inputFunction(
  fine,
  fine.map((t) => 100 * (t / 30) * Math.exp(-t / 30) + 8 * (1 - Math.exp(-t / 60)) * Math.exp(-t / 5000)),
);
const at = (values: Float64Array): Float64Array => mids.map((time) => values[Math.round(time)]!);
const blood = at(plasma.values);
const referenceFine = convolved(plasma, 0.1 / 60).map((value) => (0.09 / 60) * value);
const bound = convolved(inputFunction(fine, referenceFine), 0.1 / 60 / 3);
const receptors = at(referenceFine.map((value, t) => 1.1 * value + (0.1 / 60) * (1 - 1.1 / 3) * bound[t]!));
const whole = convolved(plasma, 0);
const fast = convolved(plasma, 0.2 / 60);
// Irreversible: Ki 0.03 /min.
const trapped = at(whole.map((value, t) => (0.03 / 60) * value + (0.07 / 60) * fast[t]!));

const parts = ['Aorta', 'Cerebellum', 'Putamen', 'Tumour'];
const curves = [blood, at(referenceFine), receptors, trapped];

const image: ImageHandle = {
  ...{ id: 'src-pet', grid, unit: 'Bq/mL', metadata: {} },
  readSlab: async (kFrom, kTo, t = 0) => {
    const out = new Float32Array(64 * (kTo - kFrom));
    for (let k = kFrom; k < kTo; k++)
      for (let j = 2; j < 6; j++) for (let i = 2; i < 6; i++) out[(k - kFrom) * 64 + j * 8 + i] = curves[k]![t]!;
    return out;
  },
  readVolume: async (t = 0) => image.readSlab(0, 4, t),
};

function source(change: Record<string, unknown> = {}): Source {
  return {
    ...{
      kind: 'source',
      id: 'src-pet',
      subject: 's',
      blob: '0'.repeat(64),
      format: 'dicom-series',
      locator: {},
      path: 'pet',
    },
    ...{ import: 'i', modality: 'PT', acquiredAt: '2024-03-01T11:00:00', issues: [] },
    metadata: {
      ...{ SeriesInstanceUID: '1.2.3', SeriesType: ['DYNAMIC', 'IMAGE'], DecayCorrection: 'START' },
      ...{ CorrectedImage: ['ATTN', 'DECY'], SeriesDate: '20240301', SeriesTime: '110000' },
      FrameReferenceTime: [...mids].flatMap((mid) => Array(4).fill(1000 * mid) as number[]),
      ActualFrameDuration: durations.flatMap((one) => Array(4).fill(1000 * one) as number[]),
      layout: { shape: grid.shape },
      RadiopharmaceuticalInformationSequence: [
        {
          ...{ RadionuclideHalfLife: 6586.2, RadiopharmaceuticalStartTime: '110000', RadionuclideTotalDose: 3e8 },
          Radiopharmaceutical: 'FDG',
        },
      ],
      ...change,
    },
  } as unknown as Source;
}
const regions = parts.map(
  (label, number) =>
    ({
      kind: 'region',
      id: `region-${number}`,
      subject: 's',
      source: 'src-rt',
      number,
      label,
      type: 'roi',
      referencedSeries: '1.2.3',
      links: [],
    }) as Region,
);

async function run(change: Record<string, unknown> = {}, chosen = regions, samples?: readonly string[][]) {
  const [columns, ...rows] = samples ?? [];
  const table = { ...source(), id: 'src-blood', format: 'table', modality: 'TABLE', metadata: { columns } };
  const dossier = {
    sources: [source(change), ...(samples ? [table] : [])],
    regions: chosen,
    facts: [],
    artifacts: [],
    findings: [],
    entries: [],
  } as unknown as Dossier;
  const { selections, missing } = petKinetics.select(dossier);
  const findings: FindingDraft[] = [];
  const artifacts: ArtifactDraft[] = [];
  const issues: Issue[] = [];
  const context = {
    dossier,
    signal: new AbortController().signal,
    openTable: async () => ({
      ...{ id: 'src-blood', columns },
      async *rows() {
        for (const row of rows) yield Object.fromEntries(columns!.map((name, at) => [name, row[at]!]));
      },
    }),
    emit: {
      finding: (draft: FindingDraft) => findings.push(draft),
      artifact: (draft: ArtifactDraft) => `art-${artifacts.push(draft)}`,
      issue: (one: Issue) => issues.push(one),
    },
    openImage: async () => image,
    openRegion: async (id: string): Promise<RegionShape> => {
      const mask = new Uint8Array(256);
      const k = Number(id.split('-')[1]);
      for (let j = 2; j < 6; j++) for (let i = 2; i < 6; i++) mask[k * 64 + j * 8 + i] = 1;
      return { type: 'mask', grid: { ...grid, shape: [8, 8, 4, 1] }, mask };
    },
    knowledge: (path: string) => loadKnowledge(path).data,
    progress: () => {},
  } as unknown as RunContext;
  for (const { inputs } of selections) await petKinetics.run(inputs, {}, context);
  const value = (code: string, region: number): number => {
    const found = findings.find((one) => one.measure.code === code && one.region === `region-${region}`)!.value;
    return found.type === 'quantity' ? found.value : Number.NaN;
  };
  return { findings, artifacts, issues, missing, value };
}

describe('imaging.pet.kinetics', () => {
  it('gives back what a synthetic scan was made of, in regions', async () => {
    const { value, findings } = await run();
    expect(value('pet-patlak-ki', 3)).toBeCloseTo(0.03, 3);
    expect(value('pet-mrtm1-bp-nd', 2)).toBeCloseTo(2, 1);
    expect(value('pet-srtm-bp-nd', 2)).toBeCloseTo(2, 1);
    expect(value('pet-srtm-r1', 2)).toBeCloseTo(1.1, 1);
    const ki = findings.find((one) => one.measure.code === 'pet-patlak-ki')!;
    expect(ki.issues.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['pet-input-from-image', 'repeatability-unknown']),
    );
    expect(ki.evidence![0]!.says).toMatch(/t\* .* weights duration/);
    expect(findings.every(({ measure }) => petKinetics.makes.includes(measure.code))).toBe(true);
  });

  it('makes maps that say the same as the regions, with standard errors and fit quality', async () => {
    const { artifacts } = await run();
    const roles = artifacts.map(({ role }) => role);
    expect(roles).toEqual(
      expect.arrayContaining(['pet-ki-map', 'pet-ki-se-map', 'pet-r2-map', 'pet-bp-nd-map', 'snapshot']),
    );
    expect(roles.every((role) => petKinetics.makes.includes(role))).toBe(true);
    expect(new Set(artifacts.map(({ fileName }) => fileName)).size).toBe(artifacts.length);
  });

  it('keeps for each region its activity, what drives it, and the line of the plot', async () => {
    const { artifacts, value } = await run();
    const curves = artifacts.filter(({ role }) => role === 'curve-figure');
    expect(new Set(curves.map(({ fileName }) => fileName)).size).toBe(curves.length);
    const figures = curves.map(({ bytes }) => curveOfBytes(bytes)!);
    const byPlot = figures.find(({ title, panels }) => panels.length === 2 && title.startsWith(parts[3]!))!;
    const [course, plot] = byPlot.panels;
    expect(course!.series.map(({ as }) => as)).toEqual(['dots', 'dashes']);
    const line = plot!.series.find(({ as }) => as === 'line')!;
    const slope = (line.y.at(-1)! - line.y[0]!) / (line.x.at(-1)! - line.x[0]!);
    expect(slope).toBeCloseTo(value('pet-patlak-ki', 3), 4);
    const byReference = figures.find(({ panels: [one] }) => one!.series.some(({ name }) => name === 'fit, SRTM'))!;
    expect(byReference.panels[0]!.series.map(({ name }) => name)).toContain('fit, MRTM1');
    expect(byReference.says).toMatch(/BPND .* R2/);
  });

  it('corrects frames for decay that were not, and tells frames corrected to their own begin', async () => {
    const rate = Math.LN2 / 6586.2;
    const own = durations.flatMap((one) => Array(4).fill((rate * one) / (1 - Math.exp(-rate * one))) as number[]);
    const apart = await run({ DecayFactor: own });
    expect(apart.findings[0]!.issues.map(({ code }) => code)).toContain('pet-frames-corrected-apart');
    const none = await run({ DecayCorrection: 'NONE', CorrectedImage: ['ATTN'] });
    expect(none.findings[0]!.evidence!.some(({ says }) => says?.includes('corrected for decay here'))).toBe(true);
  });

  it('refuses gates, frames without times and uncorrected frames of an unknown half-life', async () => {
    const reasons = async (change: Record<string, unknown>) =>
      (await run(change)).findings.map(({ value }) => (value as { reason?: string }).reason);
    expect(await reasons({ SeriesType: ['GATED', 'IMAGE'] })).toEqual(['pet-gated-series']);
    expect(await reasons({ FrameReferenceTime: null, ActualFrameDuration: null })).toEqual(['pet-frames-without-time']);
    expect(await reasons({ DecayCorrection: 'NONE', RadiopharmaceuticalInformationSequence: [{}] })).toEqual([
      'pet-frames-not-decay-corrected',
    ]);
  });

  it('says what it lacks when no region is a vessel or a reference', async () => {
    const { missing, findings } = await run({}, regions.slice(3));
    expect(missing.map(({ code }) => code)).toEqual(['pet-no-input']);
    expect(findings).toEqual([]);
  });
});

describe('measured blood', () => {
  const [, , , tumour] = regions;
  const sampled = [0, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 2400, 3600, 4300];
  const dense = Array.from({ length: 440 }, (_, one) => 10 * one);
  const rowsOf = (times: readonly number[]) => times.map((t) => [String(t / 60), String(plasma.values[t]! / 1000)]);

  it('drives the tissue without a vessel in the image, in the unit that its header states', async () => {
    const { findings } = await run({}, [tumour!], [['t_min', 'Plasma [kBq/mL]'], ...rowsOf(dense)]);
    const ki = findings.find(({ measure: { code } }) => code === 'pet-patlak-ki')!;
    expect((ki.value as { value: number }).value).toBeCloseTo(0.03, 3);
    expect(ki.issues.map(({ code }) => code)).not.toContain('pet-input-from-image');
    expect(ki.derivedFrom).toContain('src-blood');
    expect(ki.evidence!.find(({ of }) => of === 'src-blood')!.says).toMatch(
      /input: 440 samples.*no correction for metabolites/,
    );
  });

  it.each([
    ['pet-blood-unit-unstated', [['t_min', 'Plasma'], ...rowsOf(sampled)]],
    ['pet-blood-no-number', [['t_min', 'Plasma [kBq/mL]'], ...rowsOf(sampled), ['90', 'x']]],
    ['pet-blood-times', [['t_min', 'Plasma [kBq/mL]'], ...rowsOf([...sampled].reverse())]],
    ['pet-blood-not-positive', [['t_s', 'Blood_Bq/mL'], ...sampled.map((t) => [String(t), '0'])]],
    [
      'pet-blood-fraction',
      [['t_s', 'Plasma (Bq/mL)', 'ParentFraction'], ...sampled.map((t) => [String(t), '5', '90'])],
    ],
  ])('says %s and fits nothing by it', async (code, samples) => {
    const { findings, issues } = await run({}, [tumour!], samples);
    expect(issues.map((one) => one.code)).toContain(code);
    expect(findings).toEqual([]);
  });
});

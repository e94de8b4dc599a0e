import { describe, expect, it } from 'vitest';
import type { Dossier, RunContext } from '../../dossier/analysis.ts';
import type { ArtifactDraft } from '../../dossier/artifact.ts';
import type { Fact } from '../../dossier/fact.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import type { RegionShape } from '../../dossier/image.ts';
import type { Issue } from '../../dossier/issue.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { axialGrid, imageOf } from '../../voxels/testImage.ts';
import { analyses } from './analyses.ts';

const [petSuv] = analyses;
const grid = axialGrid([20, 20, 12], [4, 4, 4]);

/** Uptake 1 everywhere, 9 in a cube of 5 voxels' edge, 10 in its middle; 70 kg, 350 MBq, corrected to the injection. */
const image = imageOf(grid, hotCube());
const region: RegionShape = {
  type: 'mask',
  grid,
  mask: hotCube().map((value) => (value > 5000 ? 1 : 0)) as unknown as Uint8Array,
};

function hotCube(): Float32Array {
  const values = new Float32Array(20 * 20 * 12).fill(5000);
  for (let k = 4; k <= 8; k++)
    for (let j = 6; j <= 10; j++) for (let i = 6; i <= 10; i++) values[(k * 20 + j) * 20 + i] = 45_000;
  values[(6 * 20 + 8) * 20 + 8] = 50_000;
  return values;
}

const metadata = {
  SeriesInstanceUID: '1.2.3',
  FrameOfReferenceUID: '1.2.9',
  Units: 'BQML',
  DecayCorrection: 'ADMIN',
  CorrectedImage: ['ATTN', 'DECY'],
  SeriesType: ['STATIC', 'IMAGE'],
  PatientWeight: 70,
  PatientSize: 1.75,
  PatientSex: 'F',
  SeriesDate: '20240301',
  RadiopharmaceuticalInformationSequence: [{ RadionuclideTotalDose: 350e6, Radiopharmaceutical: 'FDG' }],
};

function pet(change: Record<string, unknown> = {}, id = 'src-pet'): Source {
  return {
    kind: 'source',
    id,
    subject: 's',
    blob: '0'.repeat(64),
    format: 'dicom-series',
    locator: {},
    path: 'pet',
    import: 'i',
    modality: 'PT',
    acquiredAt: '2024-03-01T11:00:00',
    metadata: { ...metadata, ...change } as Source['metadata'],
    issues: [],
  };
}
function lesion(change: Partial<Region> = {}): Region {
  return {
    kind: 'region',
    id: 'region-1',
    subject: 's',
    source: 'src-rt',
    number: 1,
    label: 'Lesion',
    type: 'unknown',
    frameOfReference: '1.2.9',
    referencedSeries: '1.2.3',
    links: [],
    ...change,
  };
}
function observed(code: string, value: number, unit: string, at = '2024-03-01'): Fact {
  return {
    kind: 'fact',
    id: `fact-${code}`,
    subject: 's',
    source: 'src-ehr',
    place: 'here',
    type: 'observation',
    code: { system: 'LOINC', code, display: code },
    value: { type: 'quantity', value, unit },
    at,
    status: 'completed',
    isEvent: false,
    issues: [],
  };
}

async function run(parts: {
  sources?: Source[];
  regions?: Region[];
  facts?: Fact[];
}): Promise<{ findings: FindingDraft[]; pictures: ArtifactDraft[]; issues: Issue[]; missing: Issue[] }> {
  const dossier = {
    subject: {},
    sources: [pet()],
    regions: [lesion()],
    facts: [],
    entries: [],
    findings: [],
    artifacts: [],
    ...parts,
  } as unknown as Dossier;
  const { selections, missing } = petSuv!.select(dossier);
  const findings: FindingDraft[] = [];
  const issues: Issue[] = [];
  const pictures: ArtifactDraft[] = [];
  const context = {
    dossier,
    signal: new AbortController().signal,
    emit: {
      finding: (draft: FindingDraft) => findings.push(draft),
      issue: (one: Issue) => issues.push(one),
      artifact: (draft: ArtifactDraft) => `art-${pictures.push(draft)}`,
    },
    openImage: async () => image,
    openRegion: async () => region,
    knowledge: (path: string) => loadKnowledge(path).data,
    progress: () => {},
  } as unknown as RunContext;
  for (const { inputs, options } of selections) await petSuv!.run(inputs, options ?? {}, context);
  return { findings, pictures, issues, missing };
}
const valueIn = (findings: FindingDraft[], code: string): FindingDraft['value'] | undefined =>
  findings.find(({ measure }) => measure.code === code)?.value;
const codesOf = (findings: FindingDraft[], code: string): string[] =>
  findings.find(({ measure }) => measure.code === code)!.issues.map(({ code }) => code);

describe('imaging.pet.suv', () => {
  it('measures a region on the series that it was drawn on', async () => {
    const { findings, issues, missing } = await run({});
    expect([issues, missing]).toEqual([[], []]);
    expect(valueIn(findings, 'suv-max')).toEqual({ type: 'quantity', value: 10, unit: '{SUVbw}g/mL' });
    expect(valueIn(findings, 'suv-mean')).toMatchObject({ value: expect.closeTo((124 * 9 + 10) / 125, 12) });
    expect(valueIn(findings, 'suv-peak')).toMatchObject({ value: (18 * 9 + 10) / 19 });
    expect(valueIn(findings, 'region-volume')).toEqual({ type: 'quantity', value: 8, unit: 'mL' });
    expect(valueIn(findings, 'metabolic-tumour-volume-41-percent')).toMatchObject({ value: 8, unit: 'mL' });
    const glycolysis = valueIn(findings, 'total-lesion-glycolysis-suv-4');
    expect(glycolysis?.type === 'quantity' && glycolysis.value).toBeCloseTo(125 * 0.064 * ((124 * 9 + 10) / 125), 5);
    expect(findings.every(({ region, site, time }) => (region ?? site?.system) && time === '2024-03-01T11:00:00')).toBe(
      true,
    );
    expect(valueIn(findings, 'total-metabolic-tumour-volume-suv-4')).toMatchObject({ value: 8, unit: 'mL' });
    const without = ['snapshot', 'lesion-dissemination'];
    expect(new Set(findings.map(({ measure }) => measure.code))).toEqual(
      new Set(petSuv!.makes.filter((code) => !without.includes(code) && !code.includes('percist'))),
    );
  });

  it('takes limits from a liver, and no volume of it', async () => {
    const liver = lesion({ id: 'region-2', label: 'Liver', number: 2 });
    const { findings } = await run({ regions: [lesion(), liver] });
    const limit = valueIn(findings, 'percist-limit-liver');
    expect(limit?.type === 'quantity' && limit.value).toBeGreaterThan(13);
    const volumes = findings.filter(({ measure }) => measure.code.startsWith('metabolic-tumour-volume'));
    expect(new Set(volumes.map(({ region }) => region))).toEqual(new Set(['region-1']));
    expect(valueIn(findings, 'metabolic-tumour-volume-percist-liver')).toMatchObject({ value: 0 });
  });

  it('counts overlapping lesions once, which are no distance apart', async () => {
    const { findings } = await run({ regions: [lesion(), lesion({ id: 'region-2', number: 2, label: 'Node' })] });
    expect(valueIn(findings, 'total-metabolic-tumour-volume-suv-4')).toMatchObject({ value: 8 });
    expect(valueIn(findings, 'lesion-dissemination')).toBeUndefined();
  });

  it('says how much an SUVmax must change to be a change', async () => {
    const { findings } = await run({});
    const { uncertainty } = findings.find(({ measure }) => measure.code === 'suv-max')!;
    expect(uncertainty).toMatchObject({ type: 'smallest-real-change', level: 0.95 });
    expect([uncertainty!.low!, uncertainty!.high!].map((value) => value.toFixed(2))).toEqual(['7.18', '13.93']);
    expect(findings.find(({ measure }) => measure.code === 'suv-mean')!.uncertainty).toBeUndefined();
  });

  it('gives both lean masses without a sex and none without a height', async () => {
    const { findings: unknown } = await run({ sources: [pet({ PatientSex: 'O' })] });
    expect(valueIn(unknown, 'sul-peak')).toMatchObject({ type: 'set', members: [{}, {}] });
    expect(codesOf(unknown, 'sul-peak')).toContain('sul-sex-unknown');
    const { findings: small } = await run({ sources: [pet({ PatientSize: null })] });
    expect(valueIn(small, 'sul-peak')).toEqual({ type: 'refused', reason: 'sul-no-height' });
    expect(valueIn(small, 'suv-peak')).toMatchObject({ type: 'quantity' });
  });

  it('refuses uptake without a weight and keeps the volume', async () => {
    const { findings, issues } = await run({ sources: [pet({ PatientWeight: 0 })] });
    expect(issues.map(({ code }) => code)).toEqual(['suv-no-weight']);
    for (const code of ['suv-max', 'suv-mean', 'suv-peak'])
      expect(valueIn(findings, code)).toEqual({ type: 'refused', reason: 'suv-no-weight' });
    expect(valueIn(findings, 'region-volume')).toMatchObject({ value: 8 });
  });

  it('holds the header against the record', async () => {
    const { findings } = await run({ facts: [observed('29463-7', 180, '[lb_av]'), observed('8302-2', 150, 'cm')] });
    expect(codesOf(findings, 'suv-max')).toEqual(['body-weight-disagrees', 'body-height-disagrees']);
    expect(findings[0]!.derivedFrom).toEqual(['src-pet', 'region-1', 'fact-29463-7', 'fact-8302-2']);
    const { findings: old } = await run({ facts: [observed('29463-7', 90, 'kg', '2022-01-01')] });
    expect(codesOf(old, 'suv-max')).toEqual([]);
    const { findings: lent } = await run({
      sources: [pet({ PatientSize: null })],
      facts: [observed('8302-2', 1.75, 'm', '2020-01-01')],
    });
    expect(valueIn(lent, 'sul-max')).toMatchObject({ type: 'quantity' });
    expect(codesOf(lent, 'sul-max')).toEqual(['body-height-from-record']);
  });

  it('never puts two frames of reference together', async () => {
    const { findings, missing } = await run({
      regions: [lesion({ frameOfReference: '9.9', referencedSeries: '9.8' })],
    });
    expect(findings).toEqual([]);
    expect(missing.map(({ code }) => code)).toEqual(['region-frame-mismatch']);
    const { missing: alone } = await run({ regions: [] });
    expect(alone.map(({ code }) => code)).toEqual(['pet-no-region']);
    expect((await run({ sources: [] })).missing).toEqual([]);
  });

  it('reads a region of the same frame on the corrected series only', async () => {
    const raw = pet({ SeriesInstanceUID: '1.2.4', CorrectedImage: ['DECY'] }, 'src-raw');
    const { findings } = await run({ sources: [raw, pet()], regions: [lesion({ referencedSeries: '1.2.7' })] });
    expect(findings[0]!.derivedFrom[0]).toBe('src-pet');
    expect(codesOf(findings, 'suv-max')).toEqual(['region-drawn-on-other-series']);
  });

  it('names a region that contradicts its own series', async () => {
    const { findings } = await run({ regions: [lesion({ frameOfReference: '9.9' })] });
    expect(codesOf(findings, 'suv-max')).toEqual(['region-frame-mismatch']);
  });

  it('refuses a region that runs over missing slices, and not its neighbours', async () => {
    const layout = (gap: number) => ({
      shape: [20, 20, 12, 1],
      member: Array.from({ length: 12 }, (_, k) => (k === gap ? -1 : k)),
    });
    const { findings } = await run({ sources: [pet({ layout: layout(5) })] });
    expect(valueIn(findings, 'suv-max')).toEqual({ type: 'refused', reason: 'region-on-missing-slice' });
    expect(valueIn((await run({ sources: [pet({ layout: layout(9) })] })).findings, 'suv-max')).toMatchObject({
      value: 10,
    });
  });

  it('draws one picture, through the hottest region', async () => {
    const { pictures } = await run({});
    expect(pictures).toMatchObject([
      {
        role: 'snapshot',
        mediaType: 'image/png',
        fileName: 'pet-2024-03-01T110000.png',
        derivedFrom: ['src-pet', 'region-1'],
      },
    ]);
    expect(pictures[0]!.title).toContain('SUVmax of Lesion');
    expect([...pictures[0]!.bytes.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
    expect((await run({ sources: [pet({ PatientWeight: 0 })] })).pictures).toEqual([]);
  });
});

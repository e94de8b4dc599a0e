import { describe, expect, it } from 'vitest';
import type { Dossier, RunContext } from '../../dossier/analysis.ts';
import type { ArtifactDraft } from '../../dossier/artifact.ts';
import type { Entry } from '../../dossier/entry.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { axialGrid, imageOf } from '../../voxels/testImage.ts';
import { analyses } from './analyses.ts';
import { compactFeatures } from './compact.ts';
import { scatter } from './testRegion.ts';

const radiomics = analyses[0]!;
const grid = axialGrid([24, 24, 16], [2, 2, 2]);
const values = scatter(24 * 24 * 16, 120).map((value) => value - 20);

function ct(change: Partial<Source> = {}): Source {
  return {
    kind: 'source',
    id: 'src-ct',
    subject: 's1',
    blob: '0'.repeat(64),
    format: 'dicom-series',
    locator: {},
    path: 'ct',
    import: 'i',
    modality: 'CT',
    acquiredAt: '2024-03-01T11:00:00',
    metadata: { SeriesInstanceUID: '1.2.3', FrameOfReferenceUID: '1.2.9', RescaleIntercept: -1024 },
    issues: [],
    ...change,
  };
}

function lesion(change: Partial<Region> = {}): Region {
  return {
    kind: 'region',
    id: 'region-1',
    subject: 's1',
    source: 'src-rt',
    number: 1,
    label: '=Lesion',
    type: 'lesion',
    frameOfReference: '1.2.9',
    referencedSeries: '1.2.3',
    links: [],
    ...change,
  };
}

function cube(edge: number): Uint8Array {
  const mask = new Uint8Array(24 * 24 * 16);
  for (let k = 3; k < 3 + edge; k++)
    for (let j = 4; j < 4 + edge; j++) for (let i = 5; i < 5 + edge; i++) mask[(k * 24 + j) * 24 + i] = 1;
  return mask;
}

async function run(dossier: Dossier, mask: Uint8Array, changed: Record<string, unknown> = {}) {
  const findings: FindingDraft[] = [];
  const artifacts: ArtifactDraft[] = [];
  const context: RunContext = {
    dossier,
    signal: new AbortController().signal,
    emit: {
      finding: (draft) => void findings.push(draft),
      artifact: (draft) => `art-${artifacts.push(draft)}`,
      issue: () => undefined,
    },
    openImage: async () => ({ ...imageOf(grid, values), unit: "[hnsf'U]" }),
    openRegion: async () => ({ type: 'mask', grid, mask }),
    openVariants: () => Promise.reject(new Error('no variants')),
    openTable: () => Promise.reject(new Error('no tables')),
    knowledge: <T>(path: string) => ({ ...(loadKnowledge(path).data as object), ...changed }) as T,
    pack: () => undefined,
    progress: () => undefined,
  };
  for (const { inputs } of radiomics.select(dossier).selections) await radiomics.run(inputs, {}, context);
  return { findings, artifacts };
}

describe('radiomics of a dossier', () => {
  it('states a few values of a region and keeps all of them as a table', async () => {
    const { findings, artifacts } = await run(dossierOf({ sources: [ct()], regions: [lesion()] }), cube(8));
    expect(findings.map(({ measure }) => measure.code)).toEqual(compactFeatures.map(({ ibsi }) => `ibsi-${ibsi}`));
    for (const { value, region } of findings) expect([value.type, region]).toEqual(['quantity', 'region-1']);
    const volume = findings[0]!.value;
    expect(volume.type === 'quantity' && volume.value).toBeGreaterThan(0.95 * 4096);
    expect(volume.type === 'quantity' && volume.value).toBeLessThan(4096);
    const [picture, table] = artifacts;
    expect(picture).toMatchObject({ type: 'picture', role: 'snapshot', derivedFrom: ['src-ct', 'region-1'] });
    expect(picture!.title).toMatch(/^=Lesion: intensities, 512 voxels in \d+ levels of 25 HU; median \d/);
    expect(table).toMatchObject({
      type: 'table',
      role: 'radiomics-features',
      fileName: 'radiomics-ct-2024-03-01T110000.csv',
    });
    const lines = new TextDecoder().decode(table!.bytes).trim().split('\r\n');
    expect(lines).toHaveLength(1 + 174);
    expect(lines[1]).toMatch(/^region-1,'=Lesion,morph_volume,RNU0,Volume,morphology,,\d/);
  });

  it('lays feature maps over the series where the site asks for them', async () => {
    const dossier = dossierOf({ sources: [ct()], regions: [lesion()] });
    const { artifacts } = await run(dossier, cube(6), { featureMaps: ['stat_mean', 'cm_joint_entr'] });
    const maps = artifacts.filter(({ role }) => role === 'radiomics-map');
    expect(maps.map(({ title }) => title)).toEqual([
      'Mean round each voxel, =Lesion',
      'Joint entropy (3D_comb) round each voxel, =Lesion',
    ]);
    expect(maps[0]).toMatchObject({ type: 'image', grid: { shape: [24, 24, 16, 1] }, time: '2024-03-01T11:00:00' });
    await expect(run(dossier, cube(6), { featureMaps: ['nothing'] })).rejects.toThrow(
      'there is no feature map nothing',
    );
  });

  it('gives the same bytes again', async () => {
    const dossier = dossierOf({ sources: [ct()], regions: [lesion()] });
    expect(await run(dossier, cube(6))).toEqual(await run(dossier, cube(6)));
  });

  it('names what makes values doubtful', async () => {
    const uncalibrated = ct({ metadata: { SeriesInstanceUID: '1.2.3' } });
    const { findings } = await run(dossierOf({ sources: [uncalibrated], regions: [lesion()] }), cube(3));
    const codes = findings[0]!.issues.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['ct-not-calibrated', 'radiomics-tiny-region']));
  });

  it('refuses an empty region, and never measures across frames of reference', async () => {
    const { findings, artifacts } = await run(dossierOf({ sources: [ct()], regions: [lesion()] }), cube(0));
    expect(new Set(findings.map(({ value }) => value.type))).toEqual(new Set(['refused']));
    expect(artifacts).toEqual([]);
    const strange = dossierOf({ sources: [ct()], regions: [lesion({ referencedSeries: '9', frameOfReference: '9' })] });
    expect(radiomics.select(strange)).toMatchObject({ selections: [], missing: [{ code: 'region-frame-mismatch' }] });
  });

  it('says how much memory it may take', () => {
    const dossier = dossierOf({ sources: [ct()], regions: [lesion()] });
    const [selection] = radiomics.select(dossier).selections;
    expect(radiomics.peakMemoryMb(selection!, dossier)).toBeLessThan(700);
  });

  it('measures what a reader drew in the program, under the name of the reader', async () => {
    const entry: Entry = {
      ...{ kind: 'entry', id: 'entry-1', subject: 's1', type: 'annotation', author: 'reader-1', role: 'clinician' },
      ...{ at: '2026-03-01T10:00:00Z', targets: ['src-ct'] },
      content: { image: 'src-ct', region: 'lesion 1', voxels: 512 },
    };
    const { findings } = await run(dossierOf({ sources: [ct()], entries: [entry] }), cube(8));
    expect(findings).toHaveLength(compactFeatures.length);
    expect(findings[0]).toMatchObject({
      reader: 'reader-1',
      site: { code: 'lesion 1' },
      derivedFrom: ['src-ct', 'entry-1'],
    });
    expect(findings[0]!.region).toBeUndefined();
    expect(findings[0]!.issues.map(({ code }) => code)).not.toContain('region-drawn-on-other-series');
    const empty = { ...entry, content: { image: 'src-ct', region: 'lesion 1', voxels: 0 } };
    expect(radiomics.select(dossierOf({ sources: [ct()], entries: [empty] })).selections).toEqual([]);
  });
});

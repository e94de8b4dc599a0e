import { describe, expect, it } from 'vitest';
import type { Dossier } from '../../dossier/analysis.ts';
import type { Artifact } from '../../dossier/artifact.ts';
import type { Entry } from '../../dossier/entry.ts';
import type { RegionShape } from '../../dossier/image.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { runAll } from '../../knowledge/testing.ts';
import { imageOf } from '../../voxels/testImage.ts';
import { analyses } from './analyses.ts';
import { gaussian, testSeries } from './testSeries.ts';

const [diffusion, regional] = analyses;
const series = testSeries(gaussian(1.2, 0.7, 0.5), { noise: 5 });
const source: Source = {
  ...{ kind: 'source', id: 'src-1', subject: 's1', blob: 'b', format: 'dicom-series', locator: { series: '1.2' } },
  ...{ path: 'dwi', import: 'i', modality: 'MR', contrast: 'dwi', description: 'head dwi', acquiredAt: '2026-01-02' },
  metadata: { ...series.metadata, FrameOfReferenceUID: '9.9', SeriesInstanceUID: '1.2' },
  issues: [],
};
const region: Region = {
  ...{ kind: 'region', id: 'reg-1', subject: 's1', source: 'src-2', number: 1, label: 'glioma', type: 'lesion' },
  ...{ referencedSeries: '1.2', links: [] },
};
const inside = (side: number): RegionShape => {
  const mask = new Uint8Array(14 ** 3);
  for (let k = 7; k < 7 + side; k++)
    for (let j = 7; j < 7 + side; j++) for (let i = 7; i < 7 + side; i++) mask[i + 14 * (j + 14 * k)] = 1;
  return { type: 'mask', grid: { ...series.grid, shape: [14, 14, 14, 1] }, mask };
};

const volume = (value: number) => new Float32Array(14 ** 3).fill(value);
const flat = { ...series.grid, shape: [14, 14, 14, 1] as [number, number, number, number] };
const values: Record<string, Float32Array> = {
  'adc-map': volume(0.8e-3),
  'fa-map': volume(0.4),
  'md-map': volume(0.81e-3),
  'diffusion-mask': volume(1),
  'dti-flags-map': volume(4),
};
const artifact = (role: string, more: Partial<Artifact> = {}): Artifact => ({
  ...{ kind: 'artifact', id: `art-${role}`, subject: 's1', run: 'r', type: 'image', role, title: role, blob: 'b' },
  ...{ mediaType: 'm', fileName: 'f', issues: [], method: 'm', derivedFrom: ['src-1'], ...more },
});
const maps = Object.keys(values).map((role) => artifact(role));

function measure(of: Partial<Dossier>, shape: RegionShape = inside(2)) {
  return runAll(regional!, dossierOf({ sources: [source], ...of, artifacts: [...maps, ...(of.artifacts ?? [])] }), {
    openImage: async (id) => imageOf(flat, values[id.slice(4)] ?? volume(2)),
    openRegion: async () => shape,
  });
}

describe('imaging.diffusion', () => {
  it('makes the maps of a series once, whatever is drawn on it', async () => {
    const offers = { openImage: async () => series.image };
    const { findings } = await runAll(diffusion!, dossierOf({ sources: [source], regions: [region] }), offers);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ measure: { code: 'diffusion-fit-residual' }, value: { unit: '%' } });
    expect(diffusion!.select(dossierOf({ sources: [source], regions: [region] })).selections).toEqual(
      diffusion!.select(dossierOf({ sources: [source] })).selections,
    );
  });

  it('refuses a table that does not fit, and misses one that is not there', async () => {
    const refused = async (of: Source) =>
      runAll(diffusion!, dossierOf({ sources: [of] }), { openImage: async () => series.image });
    const wrong = await refused({ ...source, metadata: { ...source.metadata, bval: [0, 1000, 1000] } });
    expect(wrong.findings.map(({ value }) => value)).toEqual([{ type: 'refused', reason: 'gradients-count-mismatch' }]);
    expect((await refused({ ...source, metadata: {} })).missing.map(({ code }) => code)).toEqual([
      'diffusion-no-b-values',
    ]);
    const trace = { ...source, contrast: 'trace', metadata: { bval: [1000] } };
    expect(await refused(trace)).toEqual({ findings: [], issues: [], missing: [] });
  });
});

describe('imaging.diffusion.regions', () => {
  it('measures a lesion on the series that it was drawn on, with what makes a change of its ADC real', async () => {
    const { findings } = await measure({ regions: [region] });
    const of = (code: string) => findings.find((one) => one.measure.code === code)!;
    const adc = of('adc-mean');
    expect(adc.value).toMatchObject({ type: 'quantity', unit: '10*-3.mm2/s', value: expect.closeTo(0.8, 5) });
    expect(adc.uncertainty).toMatchObject({ type: 'smallest-real-change', value: expect.closeTo(0.8 * 0.08, 5) });
    expect(adc.uncertainty!.source).toMatch(/QIBA 2024, brain: 8 %/);
    expect(of('fa-mean').issues.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['repeatability-unknown', 'diffusion-region-troubled']),
    );
    expect(of('fa-mean').derivedFrom.slice(0, 3)).toEqual(['src-1', 'reg-1', 'art-fa-map']);
    expect(findings.map((one) => one.measure.code)).not.toContain('mk-mean');
  });

  it('measures what a reader drew on a map, under the name of the reader', async () => {
    const entry: Entry = {
      ...{ kind: 'entry', id: 'ent-1', subject: 's1', type: 'annotation', author: 'ada', role: 'clinician' },
      ...{ at: '2026-02-01', targets: ['art-adc-map'], content: { image: 'art-adc-map', region: 'left nodule' } },
    };
    const { findings } = await measure({ entries: [entry] });
    const adc = findings.find((one) => one.measure.code === 'adc-mean')!;
    expect(adc).toMatchObject({
      reader: 'ada',
      site: { code: 'left nodule' },
      derivedFrom: expect.arrayContaining(['src-1', 'ent-1', 'art-adc-map']),
    });
  });

  it('lays the structures of a T1 of the same frame over the series, and says that it did not register them', async () => {
    const t1: Source = { ...source, id: 'src-t1', contrast: 'T1w', metadata: { FrameOfReferenceUID: '9.9' } };
    const labels = artifact('segmentation-18', {
      type: 'labelmap',
      derivedFrom: ['src-t1'],
      labels: [
        { value: 0, name: 'Unknown' },
        { value: 2, name: 'Thalamus' },
      ],
    });
    const { findings } = await measure({ sources: [source, t1], artifacts: [labels] });
    const adc = findings.find((one) => one.measure.code === 'adc-mean')!;
    expect(adc.site).toMatchObject({ code: 'thalamus' });
    expect(adc.issues.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['region-not-registered', 'repeatability-unknown']),
    );
    expect(adc.uncertainty).toBeUndefined();
  });

  it('refuses a region of too few voxels, and has nothing to do without places or maps', async () => {
    const { findings } = await measure({ regions: [region] }, inside(1));
    expect(findings.map(({ value }) => value)).toEqual([{ type: 'refused', reason: 'region-too-small' }]);
    expect(await measure({})).toEqual({ findings: [], issues: [], missing: [] });
    expect(regional!.select(dossierOf({ sources: [source], regions: [region] })).selections).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../dossier/artifact.ts';
import type { RegionShape } from '../../dossier/image.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { runAll } from '../../knowledge/testing.ts';
import { imageOf } from '../../voxels/testImage.ts';
import { analyses } from './analyses.ts';
import { gaussian, testSeries } from './testSeries.ts';

const [diffusion] = analyses;
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

function run(of: Parameters<typeof dossierOf>[0], shape: RegionShape = inside(2)) {
  const labels = Float32Array.from({ length: 14 ** 3 }, (_, at) => (at === 0 ? 0 : 2));
  return runAll(diffusion!, dossierOf(of), {
    openImage: async (id) =>
      id === 'src-1' ? series.image : imageOf({ ...series.grid, shape: [14, 14, 14, 1] }, labels),
    openRegion: async () => shape,
  });
}

describe('imaging.diffusion', () => {
  it('measures a lesion on the series that it was drawn on, with what makes a change of its ADC real', async () => {
    const { findings } = await run({ sources: [source], regions: [region] });
    const of = (code: string) => findings.find(({ measure }) => measure.code === code)!;
    const adc = of('adc-mean');
    expect(adc.value).toMatchObject({ type: 'quantity', unit: '10*-3.mm2/s', value: expect.closeTo(0.8, 2) });
    expect(adc.uncertainty).toMatchObject({ type: 'smallest-real-change', value: expect.closeTo(0.8 * 0.08, 3) });
    expect(adc.uncertainty!.source).toMatch(/QIBA 2024, brain: 8 %/);
    expect(of('fa-mean').issues.map(({ code }) => code)).toContain('repeatability-unknown');
    expect(of('fa-mean').derivedFrom).toEqual(expect.arrayContaining(['src-1', 'reg-1']));
    expect(of('diffusion-fit-residual').value).toMatchObject({ unit: '%' });
  });

  it('lays the structures of a T1 of the same frame over the series, and says that it did not register them', async () => {
    const t1: Source = { ...source, id: 'src-t1', contrast: 'T1w', metadata: { FrameOfReferenceUID: '9.9' } };
    const labels: Artifact = {
      ...{ kind: 'artifact', id: 'art-1', subject: 's1', run: 'r', type: 'labelmap', role: 'segmentation-18' },
      ...{ title: 't', blob: 'b', mediaType: 'm', fileName: 'f', issues: [], method: 'm', derivedFrom: ['src-t1'] },
      labels: [
        { value: 0, name: 'Unknown' },
        { value: 2, name: 'Thalamus' },
      ],
    };
    const { findings } = await run({ sources: [source, t1], artifacts: [labels] });
    const md = findings.find(({ measure, site }) => measure.code === 'md-mean' && site?.code === 'thalamus')!;
    expect(md.issues.map(({ code }) => code)).toEqual(expect.arrayContaining(['region-not-registered']));
    const adc = findings.find(({ measure, site }) => measure.code === 'adc-mean' && site?.code === 'thalamus')!;
    expect(adc.uncertainty).toBeUndefined();
  });

  it('refuses a region of too few voxels', async () => {
    const { findings } = await run({ sources: [source], regions: [region] }, inside(1));
    expect(findings.find(({ region: of }) => of === 'reg-1')!.value).toEqual({
      type: 'refused',
      reason: 'region-too-small',
    });
  });

  it('refuses a table that does not fit, and misses one that is not there', async () => {
    const wrong = { ...source, metadata: { ...source.metadata, bval: [0, 1000, 1000] } };
    const { findings } = await run({ sources: [wrong] });
    expect(findings.map(({ value }) => value)).toEqual([{ type: 'refused', reason: 'gradients-count-mismatch' }]);
    const none = { ...source, metadata: {} };
    expect((await run({ sources: [none] })).missing.map(({ code }) => code)).toEqual(['diffusion-no-b-values']);
    const trace = { ...source, contrast: 'trace', metadata: { bval: [1000] } };
    expect(await run({ sources: [trace] })).toEqual({ findings: [], issues: [], missing: [] });
  });
});

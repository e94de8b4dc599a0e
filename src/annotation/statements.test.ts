import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../dossier/entry.ts';
import { writeNifti } from '../intake/nifti/write.ts';
import { axialGrid } from '../voxels/testImage.ts';
import { annotatedImages, latestOfEach } from './entries.ts';
import type { AnnotateRequest, MeasureRequest } from './requests.ts';
import { stateAnnotations } from './stateAnnotations.ts';
import { stateMeasurement } from './stateMeasurement.ts';
import { type Refused, withdrawStatement } from './statements.ts';
import { at, by, grid, image, labelMap, withEntries } from './testing.ts';

const request: AnnotateRequest = { image: 'src-flair', tool: 'brush', labels: [{ value: 1, region: 'Lesion 1' }] };
const drawn = labelMap([{ label: 1, first: [2, 2, 1], last: [4, 3, 2] }]);

const draw = (more: Partial<AnnotateRequest> = {}, bytes: Uint8Array = drawn, entries: Entry[] = [], author = 'a') =>
  stateAnnotations({ ...request, ...more }, bytes, image, by(author), withEntries(entries));
const measure = (more: Partial<MeasureRequest>, entries: Entry[] = [], author = 'a') =>
  stateMeasurement(
    { image: 'src-flair', measure: 'length', points: [at(1, 1, 2), at(4, 1, 2)], plane: 'axial', ...more },
    image,
    by(author),
    withEntries(entries),
  );
const whyRefused = (result: object): string | undefined =>
  'refused' in result ? (result as Refused).refused.code : undefined;

async function entriesOf(result: Promise<{ entries: Entry[] } | Refused>): Promise<Entry[]> {
  const found = await result;
  if ('refused' in found) throw new Error(found.refused.message);
  return found.entries;
}

describe('an annotation', () => {
  it('is one entry for each region, with a mask of its own', async () => {
    const labels = [
      { value: 1, region: 'Lesion 1' },
      { value: 2, region: 'Lesion 2' },
      { value: 3, region: 'Haemorrhage' },
    ];
    const bytes = labelMap([
      { label: 1, first: [2, 2, 1], last: [4, 3, 2] },
      { label: 2, first: [7, 7, 5], last: [7, 7, 5] },
    ]);
    const result = await draw({ labels }, bytes);
    if ('refused' in result) throw new Error(result.refused.message);
    expect(result.entries.map(({ content }) => content)).toMatchObject([
      { region: 'Lesion 1', voxels: 12, volumeMm3: 54, box: { first: [2, 2, 1], last: [4, 3, 2] } },
      { region: 'Lesion 2', voxels: 1, volumeMm3: 4.5 },
      { region: 'Haemorrhage', voxels: 0 },
    ]);
    expect(result.blobs.map(({ sha256 }) => sha256)).toEqual(
      result.entries.map(({ content }) => (content as { mask: string }).mask),
    );
    expect(new Set(result.entries.map(({ id }) => id)).size).toBe(3);
    expect(result.issues.map(({ code }) => code)).toEqual(['mask-empty']);
    expect(await draw({ labels }, bytes)).toEqual(result);
  });

  it('takes the place of the reader’s own entry only', async () => {
    const [old] = await entriesOf(draw());
    const labels = [{ value: 1, region: 'Lesion one', supersedes: old!.id }];
    const [corrected] = await entriesOf(draw({ labels }, drawn, [old!]));
    expect(corrected).toMatchObject({ supersedes: old!.id, content: { region: 'Lesion one' } });
    expect(whyRefused(await draw({ labels }, drawn, [old!], 'b'))).toBe('supersedes-invalid');
    expect(whyRefused(await draw({ labels }, drawn, []))).toBe('supersedes-invalid');
  });

  const otherGrid = axialGrid([10, 8, 6], [1, 1.5, 3], [20.1, 10, -30]);
  const plain = new Uint8Array(480).fill(1);
  const hostile: [string, string, Partial<AnnotateRequest>, Uint8Array][] = [
    ['of another shape', 'label-map-grid-differs', {}, labelMap([], axialGrid([10, 8, 5], [1, 1.5, 3], [20, 10, -30]))],
    ['beside the image', 'label-map-grid-differs', {}, labelMap([], otherGrid)],
    [
      'with a label that has no name',
      'label-undeclared',
      {},
      labelMap([{ label: 9, first: [0, 0, 0], last: [0, 0, 0] }]),
    ],
    ['that is no NIfTI', 'label-map-not-nifti', {}, new TextEncoder().encode('<script>'.repeat(99))],
    ['that is empty', 'label-map-not-nifti', {}, new Uint8Array()],
    ['that is cut', 'label-map-truncated', {}, writeNifti(grid, plain, { datatype: 'uint8' }).subarray(0, 700)],
    [
      'that is cut and packed',
      'label-map-truncated',
      {},
      gzipSync(writeNifti(grid, plain, { datatype: 'uint8' })).subarray(0, -12),
    ],
    [
      'of fractions',
      'label-map-value-invalid',
      {},
      writeNifti(
        grid,
        Array.from(plain, () => 0.5),
        { datatype: 'float32' },
      ),
    ],
    ['of an image that is not there', 'image-unknown', { image: 'src-none' }, drawn],
    [
      'with one name twice',
      'label-repeated',
      {
        labels: [
          { value: 1, region: 'x' },
          { value: 2, region: ' X ' },
        ],
      },
      drawn,
    ],
    ['with a control character', 'request-invalid', { labels: [{ value: 1, region: 'a\u202eb' }] }, drawn],
    ['with the separator of slots', 'request-invalid', { labels: [{ value: 1, region: 'a|b' }] }, drawn],
    ['from a draft that is not there', 'started-from-unknown', { startedFrom: 'art-none' }, drawn],
  ];
  it.each(hostile)('%s is refused: %s', async (_, code, more, bytes) => {
    expect(whyRefused(await draw(more, bytes))).toBe(code);
  });

  it('of more volumes than memory has is refused by its header', async () => {
    const bomb = writeNifti({ ...grid, shape: [1, 1, 1, 1] }, [1], { datatype: 'uint8' });
    new DataView(bomb.buffer).setInt16(42, 32_767, true);
    new DataView(bomb.buffer).setInt16(44, 32_767, true);
    new DataView(bomb.buffer).setInt16(46, 32_767, true);
    expect(whyRefused(await draw({}, gzipSync(bomb)))).toBe('nifti-too-large');
  });
});

describe('a measurement', () => {
  it('is computed from points and image', async () => {
    const value = async (more: Partial<MeasureRequest>) => (await entriesOf(measure(more)))[0]!.content;
    expect(await value({})).toMatchObject({ value: 3, unit: 'mm', slice: { axis: 'k', index: 2 } });
    expect(await value({ points: [at(1, 1, 0), at(1, 1, 4)], plane: 'sagittal' })).toMatchObject({
      value: 12,
      slice: { axis: 'i', index: 1 },
    });
    expect(await value({ points: [at(1, 1, 2), at(4, 1, 2), at(4, 3, 2)] })).toMatchObject({ value: 6 });
    const cross = [at(1, 2, 3), at(9, 2, 3), at(4, 1, 3), at(4.1, 3, 3)];
    const short = await value({ measure: 'short-axis', points: cross });
    expect(short).toMatchObject({ value: 3, longAxisMm: 8 });
    expect(await value({ measure: 'angle', points: [at(5, 2, 1), at(2, 2, 1), at(2, 4, 1)] })).toMatchObject({
      value: 90,
      unit: 'deg',
    });
    const lines = [at(0, 0, 1), at(3, 0, 1), at(9, 2, 1), at(6, 4, 1)];
    expect(await value({ measure: 'angle', points: lines })).toMatchObject({ value: 45 });
  });

  it('reads a region in a slice along any axis', async () => {
    const corners = (points: [number, number, number][], plane: MeasureRequest['plane']) =>
      entriesOf(measure({ measure: 'roi-statistics', points, plane }));
    const [axial] = await corners([at(1.6, 1.6, 2), at(4.4, 1.6, 2), at(4.4, 3.4, 2), at(1.6, 3.4, 2)], 'axial');
    expect(axial!.content).toMatchObject({
      value: 327,
      slice: { axis: 'k', index: 2 },
      stats: { voxels: 6, mean: 327, minimum: 222, maximum: 432, median: 327, volumeMm3: 27 },
    });
    const population = Math.sqrt((4 * 100 ** 2 + 6 * 5 ** 2) / 6);
    expect(axial!.content).toMatchObject({ stats: { standardDeviation: expect.closeTo(population, 9) } });
    const [coronal] = await corners([at(1.6, 5, 0.6), at(3.4, 5, 0.6), at(3.4, 5, 2.4), at(1.6, 5, 2.4)], 'coronal');
    expect(coronal!.content).toMatchObject({ slice: { axis: 'j', index: 5 }, stats: { voxels: 4, mean: 301.5 } });
    const [sagittal] = await corners([at(6, 0.6, 0.6), at(6, 2.4, 0.6), at(6, 2.4, 2.4), at(6, 0.6, 2.4)], 'sagittal');
    expect(sagittal!.content).toMatchObject({ slice: { axis: 'i', index: 6 }, stats: { voxels: 4, mean: 616.5 } });
  });

  const hostile: [string, string, Partial<MeasureRequest>][] = [
    ['points that are no numbers', 'request-invalid', { points: [at(1, 1, 2), [Number.NaN, 0, 0]] }],
    ['points at infinity', 'request-invalid', { points: [at(1, 1, 2), [Number.POSITIVE_INFINITY, 0, 0]] }],
    ['one point', 'request-invalid', { points: [at(1, 1, 2)] }],
    ['a point outside the image', 'points-outside-image', { points: [at(1, 1, 2), at(12, 1, 2)] }],
    ['points far beyond any number of voxels', 'points-outside-image', { points: [at(1, 1, 2), [1e300, 1e300, 0]] }],
    ['points off the plane', 'points-off-plane', { points: [at(1, 1, 2), at(4, 1, 4)] }],
    ['a time point that is not there', 'frame-unknown', { frame: 1 }],
    ['points that coincide', 'points-coincide', { points: [at(1, 1, 2), at(1, 1, 2)] }],
    [
      'a short axis askew',
      'short-axis-not-perpendicular',
      { measure: 'short-axis', points: [at(1, 2, 3), at(9, 2, 3), at(4, 1, 3), at(5, 3, 3)] },
    ],
    [
      'a short axis that is longer',
      'short-axis-longer',
      { measure: 'short-axis', points: [at(4, 1, 3), at(4, 3, 3), at(1, 2, 3), at(9, 2, 3)] },
    ],
    ['an angle of two points', 'points-wrong-count', { measure: 'angle' }],
    ['a region of two corners', 'points-wrong-count', { measure: 'roi-statistics' }],
    [
      'a region in no plane',
      'roi-without-plane',
      { measure: 'roi-statistics', plane: 'free', points: [at(1, 1, 1), at(4, 1, 1), at(4, 4, 2)] },
    ],
    [
      'a region between voxels',
      'region-empty',
      { measure: 'roi-statistics', points: [at(1.2, 1.2, 1), at(1.4, 1.2, 1), at(1.4, 1.4, 1)] },
    ],
  ];
  it.each(hostile)('with %s is refused: %s', async (_, code, more) => {
    expect(whyRefused(await measure(more))).toBe(code);
  });

  it('does not believe the page', async () => {
    const result = await measure({ shown: 30 });
    expect(result).toMatchObject({ entries: [{ content: { value: 3 } }], issues: [{ code: 'shown-value-differs' }] });
    expect(await measure({ shown: 3.2 })).toMatchObject({ issues: [] });
  });

  it('can be taken back by who made it', async () => {
    const [own] = await entriesOf(measure({}));
    const taken = withdrawStatement({ entry: own!.id }, by('a'), withEntries([own!]));
    expect(taken).toMatchObject({ entries: [{ type: 'correction', supersedes: own!.id }] });
    expect(whyRefused(withdrawStatement({ entry: own!.id }, by('b'), withEntries([own!])))).toBe('supersedes-invalid');
    expect(whyRefused(withdrawStatement({ entry: 'entry-none' }, by('a'), withEntries()))).toBe('supersedes-invalid');
  });
});

describe('what stands', () => {
  it('is grouped by image, name and reader, the last reading of each counting', async () => {
    const [a1] = await entriesOf(draw());
    const [b] = await entriesOf(draw({ labels: [{ value: 1, region: 'lesion  1' }] }, drawn, [], 'b'));
    const a2: Entry = { ...a1!, id: 'entry-later', at: '2026-04-02T09:00:00Z' };
    const broken: Entry = { ...a1!, id: 'entry-broken', content: { image: 'src-flair' } };
    const { images, issues } = annotatedImages(withEntries([a2, broken, b!, a1!]));
    expect(images.map(({ regions }) => regions.map(({ key }) => key))).toEqual([['lesion 1']]);
    const { readings } = images[0]!.regions[0]!;
    expect(readings.map(({ entry }) => entry.id)).toEqual([a1!.id, 'entry-later', b!.id]);
    expect(latestOfEach(readings).map(({ entry }) => entry.id)).toEqual(['entry-later', b!.id]);
    expect(issues).toMatchObject([{ code: 'entry-content-invalid', place: 'entry-broken' }]);
  });
});

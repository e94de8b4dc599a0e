import { describe, expect, it } from 'vitest';
import type { Grid } from '../../dossier/grid.ts';
import { importFiles } from '../../intake/dicom/testing.ts';
import { openImage, openRegion } from '../../intake/open.ts';
import { decimal, encodeFile } from './encode.ts';
import { planesOf } from './geometry.ts';
import { writeParametricMap } from './parametricMap.ts';
import { cieLab, writeSegmentation } from './segmentation.ts';

const grid: Grid = { shape: [5, 3, 4, 1], affineRas: [-2, 0, 0, 20, 0, 0.8, 1.5, -7, 0, 0.6, -2, 30, 0, 0, 0, 1] };
const count = 60;
const from = {
  header: { PatientID: 'EXAMPLE-1', PatientName: 'Example^One', StudyInstanceUID: '2.25.11' },
  frameOfReference: '2.25.12',
  instances: [{ sopClass: '1.2.840.10008.5.1.4.1.1.4', sopInstance: '2.25.13', series: '2.25.14', study: '2.25.11' }],
};
const said = {
  identity: ['test'],
  title: 'Example',
  label: 'EXAMPLE',
  madeAt: '2026-01-02T03:04:05Z',
  method: 'example 1.0.0',
  program: '0',
  seriesNumber: 9000,
};
const algorithm = { type: 'AUTOMATIC' as const, name: 'example' };

describe('segmentation', () => {
  const labels = Uint8Array.from({ length: count }, (_, at) => (at < 15 ? 0 : at % 3));
  const segments = [
    { value: 2, label: 'Left lobe', algorithm, color: '#00ff00' },
    { value: 1, label: 'Right lobe', algorithm },
  ];

  it('comes back voxel by voxel in the same place, without its empty plane', async () => {
    const bytes = writeSegmentation(labels, grid, segments, from, said);
    const { drafts, sources, blobs, issues } = await imported(bytes);
    expect(issues).toEqual([]);
    expect(
      drafts[0]!.regions.map(({ label, number, frameOfReference, referencedSeries }) => [
        label,
        number,
        frameOfReference,
        referencedSeries,
      ]),
    ).toEqual([
      ['Left lobe', 1, '2.25.12', '2.25.14'],
      ['Right lobe', 2, '2.25.12', '2.25.14'],
    ]);
    for (const [at, value] of [2, 1].entries()) {
      const region = drafts[0]!.regions[at]!;
      const shape = await openRegion(
        { ...region, kind: 'region', id: 'r', subject: 's', source: 'x' },
        sources[0]!,
        blobs,
      );
      if (shape.type !== 'mask') throw new Error('no mask');
      expect(shape.grid.shape).toEqual([5, 3, 3, 1]);
      expect([...shape.mask]).toEqual([...labels.subarray(15)].map((one) => (one === value ? 1 : 0)));
      const [x, y, z] = [3, 7, 11].map((one) => shape.grid.affineRas[one]!);
      expect([x, y, z]).toEqual([20, -5.5, 28]);
    }
  });
  it('is the same bytes again, and other UIDs for other content', () => {
    const once = writeSegmentation(labels, grid, segments, from, said);
    expect(writeSegmentation(labels, grid, segments, from, said)).toEqual(once);
    expect(writeSegmentation(labels, grid, segments, from, { ...said, identity: ['else'] })).not.toEqual(once);
  });
  it('refuses a map without a voxel of its segments, and planes that are sheared', () => {
    expect(() => writeSegmentation(new Uint8Array(count), grid, segments, from, said)).toThrow('no voxel');
    const sheared = { ...grid, affineRas: [2, 1, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1] };
    expect(() => writeSegmentation(labels, sheared, segments, from, said)).toThrow('right angles');
  });
  it('gives white and green their places in CIELab', () => {
    expect(cieLab('#ffffff')).toEqual([65535, 32896, 32896]);
    const [l, a, b] = cieLab('#00ff00');
    // L 87.8, a -79.3, b 81.0 under D50.
    expect([(l * 100) / 65535, (a * 255) / 65535 - 128, (b * 255) / 65535 - 128].map(Math.round)).toEqual([
      88, -79, 81,
    ]);
  });
});

describe('parametric map', () => {
  it('comes back bit by bit with unit, place and patient', async () => {
    const values = Float32Array.from({ length: count }, (_, at) => Math.fround(at * 0.1 - 1));
    const kind = { modality: 'MR', quantity: 'Ktrans', unit: '/min' };
    const { drafts, sources, blobs } = await imported(writeParametricMap(values, grid, kind, from, said));
    const image = await openImage({ ...sources[0]!, format: 'dicom-series' }, blobs);
    expect(image.grid.shape).toEqual([5, 3, 4, 1]);
    expect(image.grid.frameOfReference).toBe('2.25.12');
    for (const [at, one] of image.grid.affineRas.entries()) expect(one).toBeCloseTo(grid.affineRas[at]!, 9);
    expect(await image.readVolume()).toEqual(values);
    expect(drafts[0]!.claim?.value).toBe('EXAMPLE-1');
  });
  it('refuses a map without a value', () => {
    const empty = new Float32Array(count).fill(Number.NaN);
    expect(() => writeParametricMap(empty, grid, { modality: 'MR', quantity: 'x', unit: '1' }, from, said)).toThrow(
      'no voxel',
    );
  });
});

describe('encoding', () => {
  it('fits numbers into 16 characters and keeps controls and separators out of texts', () => {
    expect(decimal(-1 / 81_000)).toBe('-0.000012345679');
    expect(() => decimal(Number.NaN)).toThrow(RangeError);
    const bytes = encodeFile({ SOPClassUID: '1.2', SOPInstanceUID: '1.3', SeriesDescription: 'a\\b\u0000c' });
    expect(Buffer.from(bytes).includes('a/b c')).toBe(true);
    expect(() => encodeFile({ Nonsense: 1 })).toThrow('Nonsense');
    expect(() => encodeFile({ Rows: 70_000 })).toThrow(RangeError);
  });
  it('gives a plane its spacing along rows and columns', () => {
    expect(planesOf(grid).measures.PixelSpacing).toEqual([1, 2]);
    expect(planesOf(grid).orientation.ImageOrientationPatient).toEqual([1, -0, 0, -0, -0.8, 0.6]);
  });
});

async function imported(bytes: Uint8Array) {
  const { drafts, source, blobs, issues } = await importFiles({ 'made.dcm': bytes });
  return { drafts, sources: drafts.map(source), blobs, issues };
}

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { valueAt } from '../../display/drawPlane.ts';
import { readPlainNifti } from '../../display/plainNifti.ts';
import type { Grid } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import type { Source } from '../../dossier/source.ts';
import { openDicomImage } from '../../intake/dicom/openImage.ts';
import { type Element, importFiles, sliceElements, writeDicom } from '../../intake/dicom/testing.ts';
import type { BlobAccess } from '../../intake/format.ts';
import { openNifti } from '../../intake/nifti/open.ts';
import { writeNifti } from '../../intake/nifti/write.ts';
import { apply } from '../../voxels/affine.ts';
import { readPlainFile, readSlices } from './plainFile.ts';
import { tasks } from './tasks.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-plain-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function keep(bytes: Uint8Array): string {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(folder, sha256), bytes);
  return sha256;
}
const blobs: Required<BlobAccess> = {
  bytes: async (sha256: string) => new Uint8Array(readFileSync(join(folder, sha256))),
  file: async (sha256: string) => join(folder, sha256),
};
let made = 0;
async function plainOf(record: object, access = blobs): Promise<ArrayBuffer> {
  const path = join(folder, `plain-${made++}.nii`);
  const around = { blobs: access, signal: new AbortController().signal, progress: () => {} };
  await tasks.plain({ record: record as never, path }, around);
  const bytes = readFileSync(path);
  return new Uint8Array(bytes).buffer;
}

/** Every voxel of the plain form stands where the source's own reader places it, with the same value. */
async function expectSame(buffer: ArrayBuffer, image: ImageHandle, digits = 4): Promise<void> {
  const plain = readPlainNifti(buffer);
  const [ni, nj, nk, nt] = image.grid.shape;
  expect([...plain.shape, plain.frames]).toEqual([ni, nj, nk, nt]);
  for (let t = 0; t < nt; t++) {
    const values = await image.readVolume(t);
    const frame = { ...plain, values: plain.values.subarray(t * ni * nj * nk, (t + 1) * ni * nj * nk) };
    for (let at = 0; at < values.length; at++) {
      const ijk = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))] as const;
      const found = valueAt(frame, apply(image.grid.affineRas, ijk));
      expect(found?.ijk).toEqual([...ijk]);
      expect(found?.value).toBeCloseTo(values[at]!, digits);
    }
  }
}

const turned = (degrees: number): number[] => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [2 * c, -1.5 * s, 0, -20, 2 * s, 1.5 * c, 0, 31.5, 0, 0, 4, -77.25, 0, 0, 0, 1];
};
const affines: [string, number[]][] = [
  ['RAS', [2, 0, 0, -10, 0, 1.5, 0, 5, 0, 0, 3, 7, 0, 0, 0, 1]],
  ['LPS, as of DICOM', [-2, 0, 0, 10, 0, -1.5, 0, 5, 0, 0, 3, 7, 0, 0, 0, 1]],
  ['from head to foot', [-2, 0, 0, 10, 0, 1.5, 0, 5, 0, 0, -3, 70, 0, 0, 0, 1]],
  ['sagittal', [0, 0, 3, -30, -2, 0, 0, 90, 0, -1.5, 0, 60, 0, 0, 0, 1]],
  ['oblique', turned(23)],
  ['oblique and mirrored', turned(-41).map((one, at) => (at % 4 === 0 && at < 12 ? -one : one))],
];

describe('NIfTI as a plain volume', () => {
  it.each(affines)('keeps place and value: %s', async (_, affineRas) => {
    const grid: Grid = { shape: [5, 4, 3, 2], affineRas, repetitionTimeS: 2 };
    const values = Array.from({ length: 120 }, (_, at) => at - 40);
    for (const options of [
      { datatype: 'int16', slope: 0.5, intercept: 3 },
      { datatype: 'float32' },
      { datatype: 'int64', gzip: true },
      { datatype: 'float64' },
    ] as const) {
      const scaled = options.datatype === 'int16' ? values.map((one) => one * 0.5 + 3) : values;
      const record = {
        kind: 'source',
        format: 'nifti',
        id: 'n',
        path: 'n.nii',
        blob: keep(writeNifti(grid, scaled, options)),
      };
      await expectSame(await plainOf(record), await openNifti(record, blobs));
    }
  });

  it('turns the bytes of a big-endian file round', async () => {
    const grid: Grid = { shape: [5, 4, 3, 1], affineRas: turned(10) };
    const bytes = writeNifti(
      grid,
      Array.from({ length: 60 }, (_, at) => 7 * at),
      { datatype: 'int16' },
    );
    const swapped = Buffer.from(bytes);
    const swap = (from: number, to: number, width: 2 | 4) => {
      const part = swapped.subarray(from, to);
      if (width === 2) part.swap16();
      else part.swap32();
    };
    for (const [from, to, width] of [
      [0, 4, 4],
      [40, 56, 2],
      [68, 76, 2],
      [76, 120, 4],
      [252, 256, 2],
      [256, 328, 4],
      [352, 472, 2],
    ] as const)
      swap(from, to, width);
    const record = { kind: 'source', format: 'nifti', id: 'b', path: 'b.nii', blob: keep(new Uint8Array(swapped)) };
    await expectSame(await plainOf(record), await openNifti(record, blobs));
  });

  it('refuses what ends too early, and leaves nothing behind', async () => {
    const grid: Grid = { shape: [5, 4, 3, 1], affineRas: turned(0) };
    const whole = writeNifti(grid, new Int16Array(60), { datatype: 'int16' });
    const record = { kind: 'source', format: 'nifti', id: 't', path: 't.nii', blob: keep(whole.slice(0, 400)) };
    await expect(plainOf(record)).rejects.toThrow(/truncated/);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('a DICOM series as a plain volume', () => {
  const oblique = [0.8, 0.6, 0, -0.6, 0.8, 0];
  const slices = (more: (k: number) => Element[], count = 5, orientation = [1, 0, 0, 0, 1, 0]) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, k) => [
        `${k}.dcm`,
        writeDicom(
          sliceElements({ instance: k + 1, position: [10, -20, 4 * (count - k)], orientation, more: more(k) }),
        ),
      ]),
    );

  async function convert(files: Record<string, Uint8Array>) {
    const read = await importFiles(files);
    const source: Source = read.source(read.drafts[0]!);
    const access = {
      bytes: read.blobs.bytes,
      file: async (sha256: string) => join(folder, keep(await read.blobs.bytes(sha256))),
    };
    return { buffer: await plainOf(source, access), image: await openDicomImage(source, read.blobs) };
  }
  const datatype = (buffer: ArrayBuffer) => new DataView(buffer).getInt16(70, true);

  it.each([
    [
      'one rescaling',
      () =>
        [
          [0x00281052, 'DS', '-1024'],
          [0x00281053, 'DS', '2'],
        ] as Element[],
      512,
    ],
    ['a rescaling a slice', (k: number) => [[0x00281053, 'DS', String(k + 0.5)]] as Element[], 16],
    ['none', () => [], 512],
  ])('keeps place and value: %s', async (_, more, stored) => {
    for (const orientation of [[1, 0, 0, 0, 1, 0], [0, 1, 0, 0, 0, -1], oblique]) {
      const { buffer, image } = await convert(slices(more, 5, orientation));
      expect(datatype(buffer)).toBe(stored);
      await expectSame(buffer, image, 2);
    }
  });

  it('reads a series of many files ahead, in order', async () => {
    const { buffer, image } = await convert(slices(() => [], 40));
    await expectSame(buffer, image);
  });

  it('fills a missing slice as the reader does', async () => {
    const files = slices(() => [], 6);
    delete files['2.dcm'];
    const { buffer, image } = await convert(files);
    expect(image.grid.shape[2]).toBe(6);
    await expectSame(buffer, image);
  });
});

it('cuts slices out of a volume without moving them', async () => {
  const grid: Grid = { shape: [5, 4, 6, 2], affineRas: turned(33) };
  const path = join(folder, 'cut.nii');
  writeFileSync(
    path,
    writeNifti(
      grid,
      Float32Array.from({ length: 240 }, (_, at) => at),
      { datatype: 'float32' },
    ),
  );
  const part = await readSlices(await readPlainFile(path), 2, 4, 1);
  expect(part.shape).toEqual([5, 4, 2]);
  expect(valueAt(part, apply(grid.affineRas, [3, 1, 3]))?.value).toBe(120 + 3 + 5 + 60);
  expect(valueAt(part, apply(grid.affineRas, [3, 1, 4]))).toBeUndefined();
});

import { expect, test } from 'vitest';
import { openDicomImage } from './openImage.ts';
import { codes, ctImage, type Element, importFiles, type SliceOptions, sliceElements, writeDicom } from './testing.ts';

/** Files of a stack; name order is deliberately not the order in space. */
function files(slices: SliceOptions[]): Record<string, Uint8Array> {
  return Object.fromEntries(
    slices.map((slice, n) => [`f${(n * 7) % slices.length}-${n}.dcm`, writeDicom(sliceElements(slice))]),
  );
}

test('slices are sorted by position along the normal, and the affine follows LPS to RAS', async () => {
  const { drafts } = await importFiles(
    files([5, 3, 4, 1, 2].map((n) => ({ instance: n, position: [-10, 20, 100 - 2 * n] }))),
  );
  expect(drafts).toHaveLength(1);
  const layout = drafts[0]!.source.metadata['layout'] as { shape: number[]; affineRas: number[] };
  expect(layout.shape).toEqual([3, 2, 5, 1]);
  expect(layout.affineRas).toEqual([-1, 0, 0, 10, 0, -1, 0, -20, 0, 0, 2, 90, 0, 0, 0, 1]);
  expect(drafts[0]!.source.metadata['InstanceNumber']).toEqual([5, 4, 3, 2, 1]);
  expect(drafts[0]!.claim).toEqual({ system: 'dicom:PatientID', value: 'T1', name: 'Case Test' });
});

test('a missing slice keeps its place, holds no data and is said', async () => {
  const imported = await importFiles(
    files([0, 1, 2, 4, 5, 6].map((n) => ({ instance: n, position: [0, 0, 2 * n], sopClass: ctImage, modality: 'CT' }))),
  );
  const [draft] = imported.drafts;
  expect(codes(draft!.source.issues)).toContain('slice-missing');
  const image = await openDicomImage(imported.source(draft!), imported.blobs);
  expect(image.grid.shape).toEqual([3, 2, 7, 1]);
  expect([...(await image.readSlab(3, 5))]).toEqual([
    -1000, -1000, -1000, -1000, -1000, -1000, 400, 401, 402, 403, 404, 405,
  ]);
});

test('two spacings in one series become two volumes', async () => {
  const positions = [0, 5, 10, 15, 17, 19, 21, 23];
  const { drafts } = await importFiles(files(positions.map((z, n) => ({ instance: n, position: [0, 0, z] }))));
  expect(drafts.map((draft) => (draft.source.metadata['layout'] as { shape: number[] }).shape[2])).toEqual([4, 4]);
  for (const draft of drafts) expect(codes(draft.source.issues)).toContain('slice-spacing-unequal');
});

test('two acquisitions whose slices interleave are told apart by their number', async () => {
  const slices = [0, 1, 2, 3, 4].flatMap((n): SliceOptions[] => [
    { instance: n, position: [0, 0, 5 * n], more: [[0x00200012, 'IS', '1']] },
    { instance: 10 + n, position: [0, 0, 5 * n + 2], more: [[0x00200012, 'IS', '2']] },
  ]);
  const { drafts } = await importFiles(files(slices));
  expect(
    drafts.map((draft) => (draft.source.metadata['layout'] as { affineRas: number[] }).affineRas.slice(10, 12)),
  ).toEqual([
    [5, 0],
    [5, 2],
  ]);
});

test('gantry tilt shears the affine and is said', async () => {
  const { drafts } = await importFiles(files([0, 1, 2, 3].map((n) => ({ instance: n, position: [0, n, 3 * n] }))));
  const layout = drafts[0]!.source.metadata['layout'] as { affineRas: number[] };
  expect([2, 6, 10].map((at) => layout.affineRas[at])).toEqual([0, -1, 3]);
  expect(codes(drafts[0]!.source.issues)).toContain('gantry-tilt');
});

test('the same instance twice is used once', async () => {
  const slices = [0, 1, 2].map((n) => ({ instance: n, position: [0, 0, n] }));
  const imported = await importFiles({ ...files(slices), 'copy.dcm': writeDicom(sliceElements(slices[1]!)) });
  expect(imported.drafts).toHaveLength(1);
  expect(imported.drafts[0]!.files).toHaveLength(3);
  expect(codes(imported.issues)).toContain('duplicate-instance');
});

test('images at a place that is filled already are left out and named', async () => {
  const slices = [0, 1, 2, 3, 4].map((n) => ({ instance: n, position: [0, 0, n] }));
  const imported = await importFiles(files([...slices, { instance: 9, position: [0, 0, 2] }]));
  expect((imported.drafts[0]!.source.metadata['layout'] as { shape: number[] }).shape).toEqual([3, 2, 5, 1]);
  expect(codes(imported.drafts[0]!.source.issues)).toContain('duplicate-instance');
  expect(imported.issues.find((one) => one.code === 'image-not-used')?.place).toMatch(/-5\.dcm$/);
});

test('time points are told apart by TemporalPositionIdentifier, not by instance number', async () => {
  const slices = [0, 1].flatMap((t) =>
    [0, 1, 2].map((k) => ({
      instance: 10 * k + (1 - t),
      position: [0, 0, k],
      more: [[0x00200100, 'IS', String(t + 1)]] as Element[],
    })),
  );
  const imported = await importFiles(files(slices));
  const image = await openDicomImage(imported.source(imported.drafts[0]!), imported.blobs);
  expect(image.grid.shape).toEqual([3, 2, 3, 2]);
  expect(image.metadata['timeAxis']).toBe('TemporalPositionIdentifier');
  expect((await image.readSlab(2, 3, 0))[0]).toBe(2100);
  expect((await image.readSlab(2, 3, 1))[0]).toBe(2000);
});

test('a time point that lost most of its slices is left out, one with a single hole keeps it', async () => {
  const slices = [0, 1, 2].flatMap((t) =>
    Array.from({ length: 12 }, (_, k) => ({
      instance: 100 * t + k,
      position: [0, 0, k],
      more: [[0x00200100, 'IS', String(t)]] as Element[],
    })),
  );
  const imported = await importFiles(files(slices.filter(({ instance }) => instance !== 105 && instance < 203)));
  const [draft] = imported.drafts;
  expect((draft!.source.metadata['layout'] as { shape: number[] }).shape).toEqual([3, 2, 12, 2]);
  expect(codes(draft!.source.issues)).toEqual(expect.arrayContaining(['slice-missing', 'time-point-incomplete']));
});

test('orientations, echoes and image types become volumes of their own', async () => {
  const slices: SliceOptions[] = [0, 1, 2].flatMap((k): SliceOptions[] => [
    { instance: k, position: [0, 0, k], more: [[0x00180081, 'DS', '5']] },
    { instance: 10 + k, position: [0, 0, k], more: [[0x00180081, 'DS', '10']] },
    {
      instance: 20 + k,
      position: [0, 0, k],
      more: [
        [0x00180081, 'DS', '5'],
        [0x00080008, 'CS', 'DERIVED\\SECONDARY\\MAP'],
      ],
    },
    { instance: 30 + k, position: [0, k, 0], orientation: [1, 0, 0, 0, 0, -1], more: [[0x00180081, 'DS', '5']] },
  ]);
  const { drafts } = await importFiles(files(slices));
  expect(drafts.map((draft) => draft.source.locator['volume'])).toEqual(['0', '1', '2', '3']);
  for (const draft of drafts) expect(codes(draft.source.issues)).toContain('series-split');
});

test('rescale slope and intercept hold for their own slice', async () => {
  const slices = [0, 1].map((n) => ({
    instance: n,
    position: [0, 0, n],
    pixels: [0, 1, 2, 3, 4, 5],
    more: [
      [0x00281052, 'DS', String(-n)],
      [0x00281053, 'DS', String(0.5 + n)],
    ] as Element[],
  }));
  const imported = await importFiles(files(slices));
  const image = await openDicomImage(imported.source(imported.drafts[0]!), imported.blobs);
  expect([...(await image.readVolume())]).toEqual([0, 0.5, 1, 1.5, 2, 2.5, -1, 0.5, 2, 3.5, 5, 6.5]);
  expect(image.metadata['RescaleSlope']).toEqual([0.5, 1.5]);
  const { stored, rescale } = await image.readStored(1);
  expect([...stored!]).toEqual([0, 1, 2, 3, 4, 5]);
  expect(rescale).toEqual({ slope: 1.5, intercept: -1 });
});

test('a direction-less volume among diffusion directions is kept apart', async () => {
  const weighted = (t: number, b: number, direction: string, at: number): SliceOptions => ({
    instance: 10 * t + at,
    position: [0, 0, at],
    more: [
      [0x00189087, 'FD', b],
      [0x00189089, 'FD', direction.split(' ').map(Number)],
    ],
  });
  const slices = [0, 1].flatMap((at) => [
    weighted(0, 0, '0 0 0', at),
    weighted(1, 1000, '1 0 0', at),
    weighted(2, 1000, '0 1 0', at),
    weighted(3, 1000, '0 0 0', at),
  ]);
  const { drafts } = await importFiles(files(slices));
  expect(drafts.map((draft) => draft.source.contrast)).toEqual(['dwi', 'trace']);
  expect(drafts[0]!.source.metadata['bval']).toEqual([0, 1000, 1000]);
  expect(drafts[0]!.source.metadata['bvecRas']).toEqual([
    [0, 0, 0],
    [-1, 0, 0],
    [0, -1, 0],
  ]);
  expect(codes(drafts[1]!.source.issues)).toContain('derived-volume-appended');
});

test('only the slices asked for are fetched', async () => {
  const imported = await importFiles(
    files(Array.from({ length: 20 }, (_, n) => ({ instance: n, position: [0, 0, n] }))),
  );
  const image = await openDicomImage(imported.source(imported.drafts[0]!), imported.blobs);
  const before = imported.blobs.asked.length;
  const slab = await image.readSlab(4, 6);
  expect([slab[0], slab[6]]).toEqual([400, 500]);
  expect(imported.blobs.asked.length - before).toBe(2);
});

test('patients that share a series UID stay apart', async () => {
  const { drafts } = await importFiles(
    files(
      [0, 1, 2, 3].map((n) => ({
        instance: n,
        position: [0, 0, n >> 1],
        more: [[0x00100020, 'LO', `P${n % 2}`]] as Element[],
      })),
    ),
  );
  expect(drafts.map((draft) => draft.claim?.value).sort()).toEqual(['P0', 'P1']);
});

test('a Siemens mosaic becomes slices about the same centre', async () => {
  // Four tiles of 2 x 2 in a 4 x 4 plane; tile n holds the value n everywhere.
  const pixels = [0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3];
  const imported = await importFiles({
    'mosaic.dcm': writeDicom(
      sliceElements({
        instance: 1,
        position: [-2, -2, 0],
        rows: 4,
        columns: 4,
        pixels,
        more: [
          [0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC'],
          [0x00180088, 'DS', '3'],
          [0x00190010, 'LO', 'SIEMENS MR HEADER'],
          [0x0019100a, 'US', 4],
        ],
      }),
    ),
  });
  const image = await openDicomImage(imported.source(imported.drafts[0]!), imported.blobs);
  expect(image.grid.shape).toEqual([2, 2, 4, 1]);
  expect(image.grid.affineRas).toEqual([-1, 0, 0, 1, 0, -1, 0, 1, 0, 0, 3, 0, 0, 0, 0, 1]);
  expect([...(await image.readVolume())].filter((_, i) => i % 4 === 0)).toEqual([0, 1, 2, 3]);
});

test('an image without position is offered with its pixel plane and says so', async () => {
  const elements = sliceElements({ instance: 1, position: [0, 0, 0] }).filter(
    ([tag]) => tag !== 0x00200032 && tag !== 0x00200037,
  );
  const { drafts } = await importFiles({ 'plain.dcm': writeDicom(elements) });
  expect(codes(drafts[0]!.source.issues)).toContain('no-patient-geometry');
});

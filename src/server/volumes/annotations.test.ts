import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPlainNifti } from '../../display/plainNifti.ts';
import type { Grid } from '../../dossier/grid.ts';
import type { Source } from '../../dossier/source.ts';
import type { Subject } from '../../dossier/subject.ts';
import { writeNifti } from '../../intake/nifti/write.ts';
import { apply } from '../../voxels/affine.ts';
import type { AnnotationView, KeyImageView, MeasurementView } from '../api/annotations.ts';
import { openTestServer, type TestCaller } from '../testing.ts';

const grid: Grid = { shape: [20, 16, 10, 1], affineRas: [-1, 0, 0, 10, 0, 2, 0, -16, 0, 0, 3, -15, 0, 0, 0, 1] };
const voxels = 20 * 16 * 10;
const values = Int16Array.from({ length: voxels }, (_, at) => at % 20);
const image = '/api/patients/s1/images/src-1';
let server: Awaited<ReturnType<typeof openTestServer>>;
let [anna, ben, viewer]: TestCaller[] = [];

interface Listed {
  annotations: AnnotationView[];
  measurements: MeasurementView[];
  keyImages: KeyImageView[];
}
const list = (who: TestCaller) => who.json<Listed>('/api/patients/s1/annotations');
const post = (json: unknown) => ({ method: 'POST', json });
const mapOf = (inside: readonly number[], value = 1) => {
  const map = new Uint8Array(voxels);
  for (const at of inside) map[at] = value;
  return gzipSync(map).toString('base64');
};
const at = (i: number, j: number, k: number) => apply(grid.affineRas, [i, j, k]);

beforeAll(async () => {
  server = await openTestServer();
  anna = await server.signedIn('clinician');
  ben = await server.signedIn('researcher');
  viewer = await server.signedIn('viewer');
  const { store } = server.workspace;
  const subject = {
    kind: 'subject',
    id: 's1',
    type: 'patient',
    label: 's1',
    sex: 'unknown',
    composite: false,
    synthetic: true,
  };
  const blob = await store.putBlob('s1', writeNifti(grid, values, { datatype: 'int16' }), 'application/octet-stream');
  await store.write([subject as Subject]);
  await store.write([
    {
      ...{ kind: 'source', id: 'src-1', subject: 's1', blob: blob.sha256, format: 'nifti', locator: {}, path: 'a.nii' },
      ...{ import: 'i', modality: 'MR', issues: [], metadata: { dim: [3, 20, 16, 10], pixdim: [1, 1, 2, 3] } },
    } as Source,
  ]);
});
afterAll(() => server.close());

describe('measurements', () => {
  it('are computed from the points, kept with reader and time, superseded when taken back', async () => {
    const points = [at(2, 3, 4), at(5, 3, 4)];
    const { entries, issues } = await anna!.json<{ entries: string[]; issues: { code: string }[] }>(
      `${image}/measurements`,
      post({ measure: 'length', points, plane: 'axial', label: 'lesion', shown: 99 }),
    );
    expect(issues).toMatchObject([{ code: 'shown-value-differs' }]);
    const [kept] = (await list(viewer!)).measurements;
    expect(kept).toMatchObject({
      entry: entries[0],
      value: 3,
      unit: 'mm',
      slice: { axis: 'k', index: 4 },
      mine: false,
    });
    expect((await ben!.fetch('/api/patients/s1/annotations/withdrawals', post({ entry: entries[0] }))).status).toBe(
      422,
    );
    await anna!.json('/api/patients/s1/annotations/withdrawals', post({ entry: entries[0] }));
    expect((await list(anna!)).measurements).toEqual([]);
    expect(await server.workspace.store.reading({ purpose: 'care', actor: 't' }).get(entries[0]!)).toBeDefined();
  });

  it('give the values inside a region, and refuse a region in the air', async () => {
    const corners = [at(3.5, 2.5, 4), at(6.5, 2.5, 4), at(6.5, 4.5, 4), at(3.5, 4.5, 4)];
    await ben!.json(`${image}/measurements`, post({ measure: 'roi-statistics', points: corners, plane: 'axial' }));
    const [kept] = (await list(ben!)).measurements;
    expect(kept).toMatchObject({ value: 5, stats: { voxels: 6, minimum: 4, maximum: 6, volumeMm3: 36 }, mine: true });
    const outside = [at(-30, 0, 0), at(-20, 0, 0), at(-20, 5, 0)];
    const refused = await ben!.fetch(
      `${image}/measurements`,
      post({ measure: 'roi-statistics', points: outside, plane: 'axial' }),
    );
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([422, 'points-outside-image']);
  });
});

describe('drawings', () => {
  const body = (map: string, region = 'lesion 1') => ({ labels: [{ value: 1, region }], tool: 'brush', map });
  const draft = (map: string, basedOn: number) => ({ method: 'PUT', json: { ...body(map), basedOn } });

  it('are kept while they grow, for each reader, and only over what was seen', async () => {
    expect(await anna!.json(`${image}/drawing`)).toEqual({});
    expect(await anna!.json(`${image}/drawing`, draft(mapOf([1, 2]), 0))).toMatchObject({ version: 1 });
    expect((await anna!.fetch(`${image}/drawing`, draft(mapOf([1]), 0))).status).toBe(409);
    expect(await anna!.json(`${image}/drawing`, draft(mapOf([1, 2, 3]), 1))).toMatchObject({ version: 2 });
    const { drawing } = await anna!.json<{ drawing: { map: string; version: number } }>(`${image}/drawing`);
    expect(drawing).toMatchObject({ version: 2, map: mapOf([1, 2, 3]) });
    expect(await ben!.json(`${image}/drawing`)).toEqual({});
    expect((await viewer!.fetch(`${image}/drawing`, draft(mapOf([1]), 0))).status).toBe(403);
  });

  it('become entries with masks, and the draft is gone', async () => {
    const inside = [5 + 20 * (4 + 16 * 3), 6 + 20 * (4 + 16 * 3), 6 + 20 * (5 + 16 * 3)];
    const { entries } = await anna!.json<{ entries: string[] }>(`${image}/annotations`, post(body(mapOf(inside))));
    await ben!.json(`${image}/annotations`, post(body(mapOf(inside.slice(1)))));
    expect(await anna!.json(`${image}/drawing`)).toEqual({});
    const { annotations } = await list(viewer!);
    expect(annotations.map(({ voxels, volumeMm3 }) => [voxels, volumeMm3])).toEqual([
      [2, 12],
      [3, 18],
    ]);
    const box = await viewer!.fetch(`${image}/regions/${entries[0]}?extent=box`);
    const part = readPlainNifti(await box.arrayBuffer());
    expect([part.shape, Array.from(part.values)]).toEqual([
      [2, 2, 1],
      [1, 1, 0, 1],
    ]);
    expect(apply(part.affineRas, [0, 0, 0])).toEqual(at(5, 4, 3));
    const whole = readPlainNifti(await (await viewer!.fetch(`${image}/regions/${entries[0]}`)).arrayBuffer());
    expect(Array.from(whole.values).flatMap((one, voxel) => (one ? [voxel] : []))).toEqual(inside);
    const { place } = await viewer!.json<{ place: { ras: number[]; ijk: number[] } }>(
      `${image}/centre?region=${entries[0]}`,
    );
    expect([place.ijk, place.ras]).toEqual([[6, 4, 3], at(6, 4, 3)]);
  });

  it('are refused when they are not of this image, or pretend to be', async () => {
    for (const map of [
      gzipSync(new Uint8Array(10)).toString('base64'),
      gzipSync(Buffer.alloc(5e7)).toString('base64'),
      'AAAA',
    ])
      expect((await anna!.fetch(`${image}/annotations`, post(body(map)))).status).toBe(400);
    expect((await anna!.fetch(`${image}/annotations`, post(body(mapOf([1], 7))))).status).toBe(422);
    expect((await viewer!.fetch(`${image}/annotations`, post(body(mapOf([1]))))).status).toBe(403);
    expect((await anna!.fetch('/api/patients/s2/images/src-1/annotations', post(body(mapOf([1]))))).status).toBe(404);
  });
});

describe('key images', () => {
  it('are drawn by the server, shown to readers of the patient, and taken back by their reader alone', async () => {
    const view = { plane: 'axial', at: at(6, 4, 3).join(','), window: '0,20', width: 128, height: 128 };
    const { entries } = await anna!.json<{ entries: string[] }>(
      `${image}/key-images`,
      post({ caption: 'Lesion 1', view, lines: [[at(2, 3, 3), at(9, 3, 3)]] }),
    );
    const [kept] = (await list(viewer!)).keyImages;
    expect(kept).toMatchObject({ entry: entries[0], text: 'Lesion 1', plane: 'axial' });
    const picture = Buffer.from(await (await viewer!.fetch(`/api/patients/s1/key-images/${entries[0]}`)).arrayBuffer());
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    expect((await ben!.fetch('/api/patients/s1/annotations/withdrawals', post({ entry: entries[0] }))).status).toBe(
      422,
    );
    await anna!.json('/api/patients/s1/annotations/withdrawals', post({ entry: entries[0] }));
    expect((await list(viewer!)).keyImages).toEqual([]);
  });

  it('has no error of the program itself', () => expect(server.errors).toEqual([]));
});

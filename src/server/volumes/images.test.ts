import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueAt } from '../../display/drawPlane.ts';
import { readPlainNifti } from '../../display/plainNifti.ts';
import { contentId, sha256 } from '../../dossier/canonical.ts';
import type { Grid } from '../../dossier/grid.ts';
import type { Source } from '../../dossier/source.ts';
import type { Subject } from '../../dossier/subject.ts';
import { writeNifti } from '../../intake/nifti/write.ts';
import { apply } from '../../voxels/affine.ts';
import type { ImageView } from '../api/images.ts';
import { openTestServer, type TestCaller } from '../testing.ts';

const grid: Grid = { shape: [12, 10, 8, 1], affineRas: [-2, 0, 0, 11, 0, 2.5, 0, -12, 0, 0, 3, -9, 0, 0, 0, 1] };
const values = Int16Array.from({ length: 960 }, (_, at) => at - 100);
const moving: Grid = { ...grid, shape: [12, 10, 8, 3], repetitionTimeS: 2 };

const subject = (id: string): Subject =>
  ({ kind: 'subject', id, type: 'patient', label: id, sex: 'unknown', composite: false, synthetic: true }) as Subject;

let server: Awaited<ReturnType<typeof openTestServer>>;
const callers: Record<string, TestCaller> = {};
let still = '';
let series = '';
let foreign = '';

async function addNifti(subject: string, bytes: Uint8Array, name: string, more: Partial<Source> = {}): Promise<string> {
  const { store } = server.workspace;
  const blob = await store.putBlob(subject, bytes, 'application/octet-stream');
  const id = contentId('src', { subject, blob: blob.sha256, name });
  const dim = Array.from(new Int16Array(bytes.buffer.slice(bytes.byteOffset + 40, bytes.byteOffset + 56)));
  const source = {
    ...{ kind: 'source', id, subject, blob: blob.sha256, format: 'nifti', locator: {}, path: name, import: 'imp-1' },
    ...{ modality: 'MR', contrast: 'T1w', acquiredAt: '2026-03-01', issues: [] },
    metadata: { dim, pixdim: [1, 2, 2.5, 3, 2, 0, 0, 0], xyzt_units: 10 },
    ...more,
  } as Source;
  await store.write([source]);
  return id;
}

beforeAll(async () => {
  server = await openTestServer();
  for (const role of ['clinician', 'researcher', 'viewer', 'administrator'] as const)
    callers[role] = await server.signedIn(role);
  const { store } = server.workspace;
  await store.write([subject('s1'), subject('s2')]);
  const named = writeNifti(grid, values, { datatype: 'int16', slope: 1, description: 'Muster, Eva 1970-01-01' });
  still = await addNifti('s1', named, 'eva-muster.nii', { description: 'Muster Eva T1' });
  const frames = Float32Array.from({ length: 2880 }, (_, at) => Math.floor(at / 960) * 1000 + (at % 960));
  series = await addNifti('s1', writeNifti(moving, frames, { datatype: 'float32', gzip: true }), 'moving.nii.gz', {
    metadata: { dim: [4, 12, 10, 8, 3, 1, 1, 1], pixdim: [1, 2, 2.5, 3, 2], RepetitionTime: 2, xyzt_units: 10 },
  });
  foreign = await addNifti('s2', named, 'other.nii');
});
afterAll(() => server.close());

const volume = (id: string, query = '', subject = 's1') => `/api/patients/${subject}/images/${id}/volume${query}`;

describe('images.list', () => {
  it('groups by visit and modality with geometry and display', async () => {
    const { images, visits } = await callers['clinician']!.json<{ images: ImageView[]; visits: unknown[] }>(
      '/api/patients/s1/images',
    );
    const one = images.find(({ id }) => id === still)!;
    expect(one).toMatchObject({ shape: [12, 10, 8, 1], voxelMm: [2, 2.5, 3], unit: '1', colormap: 'grey' });
    expect(one.title).toBe('MR T1w Muster Eva T1');
    expect(images.find(({ id }) => id === series)).toMatchObject({ shape: [12, 10, 8, 3], repetitionTimeS: 2 });
    expect(visits).toHaveLength(1);
  });

  it('says to a researcher nothing that people wrote into the header', async () => {
    const text = await (await callers['researcher']!.fetch('/api/patients/s1/images')).text();
    expect(text).not.toMatch(/muster|eva/i);
  });
});

describe('images.volume', () => {
  it('hands the imported file to a clinician, byte for byte', async () => {
    const answer = await callers['clinician']!.fetch(volume(still));
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(answer.headers.get('etag')).toBe(`"${sha256(bytes)}"`);
    expect(Buffer.from(bytes).toString('latin1')).toContain('Muster');
  });

  it.each(['researcher', 'viewer'])('hands a %s the pixels without the texts', async (role) => {
    const answer = await callers[role]!.fetch(volume(still));
    const buffer = await answer.arrayBuffer();
    expect(Buffer.from(buffer).toString('latin1')).not.toMatch(/muster/i);
    const plain = readPlainNifti(buffer);
    expect(plain).toMatchObject({ shape: [12, 10, 8], frames: 1, affineRas: grid.affineRas });
    expect(Array.from(plain.values)).toEqual(Array.from(values));
    expect((await callers[role]!.fetch(volume(still, '?form=original'))).status).toBe(422);
  });

  it('gives one time point of several', async () => {
    const answer = await callers['researcher']!.fetch(volume(series, '?frame=2'));
    const plain = readPlainNifti(await answer.arrayBuffer());
    expect(plain.frames).toBe(1);
    expect(valueAt(plain, apply(grid.affineRas, [3, 2, 1]))).toEqual({ ijk: [3, 2, 1], value: 2000 + 3 + 24 + 120 });
    expect((await callers['researcher']!.fetch(volume(series, '?frame=3'))).status).toBe(404);
    expect((await callers['researcher']!.fetch(volume(series, '?frame=-1'))).status).toBe(400);
  });

  it('gives parts: 206, 416, If-Range, HEAD, 304', async () => {
    const ask = (headers: Record<string, string>, method = 'GET') =>
      callers['viewer']!.fetch(volume(series, '?frame=1'), { headers, method });
    const whole = await ask({});
    const all = new Uint8Array(await whole.arrayBuffer());
    const etag = whole.headers.get('etag')!;
    expect(whole.status).toBe(200);
    expect(all.length).toBe(352 + 3840);
    // Across the border of header and file, the end, open ends.
    for (const [range, start, end] of [
      ['bytes=300-399', 300, 400],
      ['bytes=4000-', 4000, 4192],
      ['bytes=-10', 4182, 4192],
      ['bytes=0-351', 0, 352],
      ['bytes=4191-9999', 4191, 4192],
    ] as const) {
      const part = await ask({ range });
      expect(part.status).toBe(206);
      expect(part.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/4192`);
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(all.slice(start, end));
    }
    const beyond = await ask({ range: 'bytes=4192-' });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */4192']);
    expect((await ask({ range: 'bytes=1-0' })).status).toBe(200);
    expect((await ask({ range: 'bytes=0-1', 'if-range': '"another"' })).status).toBe(200);
    expect((await ask({ range: 'bytes=0-1', 'if-range': etag })).status).toBe(206);
    expect((await ask({ 'if-none-match': etag })).status).toBe(304);
    const head = await ask({}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), (await head.arrayBuffer()).byteLength]).toEqual([
      200,
      '4192',
      0,
    ]);
  });

  it.each([
    ['another patient', () => volume(foreign)],
    ['nothing', () => volume('src-0')],
    ['a way out', () => volume('..%2F..%2Fetc%2Fpasswd')],
    ['a long id', () => volume('x'.repeat(400))],
    ['a subject by path', () => volume(still, '', '..%2Fs1')],
  ])('refuses %s', async (_, path) => {
    const answer = await callers['clinician']!.fetch(path());
    expect([400, 404]).toContain(answer.status);
    expect(await answer.text()).not.toContain(foreign);
  });

  it('keeps administrators out', async () => {
    for (const path of [volume(still), '/api/patients/s1/images', `/api/patients/s1/images/${still}/slice`])
      expect((await callers['administrator']!.fetch(path)).status).toBe(403);
    expect((await server.send(volume(still))).status).toBe(401);
  });

  it('goes on for who asks again after having left', async () => {
    const { store, volumes } = server.workspace;
    const access = { purpose: 'care', actor: 'test' } as const;
    const fresh = await addNifti(
      's1',
      writeNifti(
        grid,
        values.map((one) => one + 1),
        { datatype: 'int16' },
      ),
      'fresh.nii',
    );
    const record = (await store.reading(access).get(fresh))!.record as Source;
    const first = new AbortController();
    const left = volumes.plain(record, { subject: 's1', access, signal: first.signal, progress: () => first.abort() });
    await expect(left).rejects.toThrow();
    const plain = await volumes.plain(record, { subject: 's1', access });
    expect(plain.bytes).toBe(352 + 1920);
  });

  it('says how far it has come, then that it is ready', async () => {
    const answer = await callers['viewer']!.fetch(`/api/patients/s1/images/${series}/prepare`);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(await answer.text()).toMatch(/event: ready\ndata: \{"bytes":11872,"frames":3/);
  });
});

describe('images.curve and images.slice', () => {
  it('reads the values over time at a point', async () => {
    const at = apply(grid.affineRas, [3, 2, 1]).join(',');
    const curve = await callers['researcher']!.json(`/api/patients/s1/images/${series}/curve?at=${at}`);
    expect(curve).toMatchObject({ ijk: [3, 2, 1], values: [147, 1147, 2147], repetitionTimeS: 2 });
    expect((await callers['researcher']!.fetch(`/api/patients/s1/images/${series}/curve?at=500,0,0`)).status).toBe(404);
  });

  it('draws a PNG, and refuses sizes that nobody looks at', async () => {
    const path = `/api/patients/s1/images/${still}/slice`;
    const answer = await callers['viewer']!.fetch(`${path}?plane=coronal&width=64&height=48`);
    const png = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([64, 48]);
    expect((await callers['viewer']!.fetch(`${path}?width=100000`)).status).toBe(400);
    expect((await callers['viewer']!.fetch(`${path}?at=1,2`)).status).toBe(400);
  });

  it('has no error of the program itself', () => expect(server.errors).toEqual([]));
});

import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UploadLimits } from './limits.ts';
import { frame, part } from './testing.ts';
import { openUploads } from './uploads.ts';

let folder: string;
let time: number;
const hourMs = 3_600_000;
const never = new AbortController().signal;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'idiograph-uploads-'));
  time = Date.parse('2026-01-01T00:00:00.000Z');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (limits: Partial<UploadLimits> = {}) =>
  openUploads(folder, { now: () => new Date(time).toISOString(), randomBytes, limits });
const bodyOf = (...pieces: Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
/** Pieces and then nothing, for ever. */
const stuck = (...pieces: Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
    },
  });
const refusal = (status: number, code: string) =>
  expect.objectContaining({ status, problem: expect.objectContaining({ code }) });

describe('room', () => {
  it('is looked at before anything is written', async () => {
    const uploads = await open({ uploadBytes: 10, files: 2, openUploads: 2 });
    const order = (bytes: number, files = 1) =>
      uploads.create('a', { asOnePatient: false, expected: { files, bytes } });
    await expect(order(11)).rejects.toEqual(refusal(413, 'upload-too-large'));
    await expect(order(1, 3)).rejects.toEqual(refusal(413, 'upload-too-large'));
    const { id } = await order(1);
    await expect(
      uploads.writePart('a', id, bodyOf(part({ path: 'x', bytes: 11, offset: 0 }, 'x')), never),
    ).rejects.toEqual(refusal(413, 'upload-too-large'));
    await uploads.writePart('a', id, bodyOf(part({ path: 'x', bytes: 8, offset: 0 }, '12345678')), never);
    await expect(
      uploads.writePart('a', id, bodyOf(part({ path: 'y', bytes: 3, offset: 0 }, '123')), never),
    ).rejects.toEqual(refusal(413, 'upload-too-large'));
    await uploads.writeMany('a', id, bodyOf(frame('y', '1')), never);
    await expect(uploads.writeMany('a', id, bodyOf(frame('z', '1')), never)).rejects.toEqual(
      refusal(413, 'upload-too-large'),
    );
    await order(1);
    await expect(order(1)).rejects.toEqual(refusal(413, 'too-many-uploads'));
    await expect(uploads.create('b', { asOnePatient: false })).resolves.toBeDefined();
  });

  it('of all uploads together, and of the disk', async () => {
    const uploads = await open({ totalBytes: 10 });
    const { id } = await uploads.create('a', { asOnePatient: false });
    await uploads.writeMany('a', id, bodyOf(frame('x', '12345678')), never);
    const expected = { files: 1, bytes: 3 };
    await expect(uploads.create('b', { asOnePatient: false, expected })).rejects.toEqual(refusal(413, 'uploads-full'));
    const full = await open({ reserveBytes: 2 ** 60 });
    await expect(full.create('b', { asOnePatient: false, expected })).rejects.toEqual(refusal(507, 'disk-full'));
    await expect(full.writeMany('a', id, bodyOf(frame('y', '1')), never)).rejects.toEqual(refusal(507, 'disk-full'));
  });

  it('in a batch ends at the size of a small file and at its number', async () => {
    const uploads = await open({ smallBytes: 4, batchFiles: 2 });
    const { id } = await uploads.create('a', { asOnePatient: false });
    await expect(uploads.writeMany('a', id, bodyOf(frame('x', '12345')), never)).rejects.toEqual(
      refusal(400, 'not-valid'),
    );
    const three = ['1', '2', '3'].map((path) => frame(path, 'x'));
    await expect(uploads.writeMany('a', id, bodyOf(...three), never)).rejects.toEqual(refusal(413, 'batch-too-long'));
    expect((await uploads.state('a', id)).files).toBe(2);
  });
});

describe('a sender', () => {
  const slow = { idleMs: 60, windowMs: 60_000, leastBytes: 1 };

  it('that falls silent is sent away; what had arrived is held and gone on from', async () => {
    const uploads = await open({ pace: slow });
    const { id } = await uploads.create('a', { asOnePatient: false });
    const head = { path: 'x', bytes: 6 };
    await expect(uploads.writePart('a', id, stuck(part({ ...head, offset: 0 }, 'abc')), never)).rejects.toEqual(
      refusal(408, 'too-slow'),
    );
    expect((await uploads.held('a', id, 0, 9)).files).toMatchObject([{ held: 3 }]);
    expect(await uploads.writePart('a', id, bodyOf(part({ ...head, offset: 3 }, 'def')), never)).toMatchObject({
      held: 6,
    });
  });

  it('that lets next to nothing through is sent away as well', async () => {
    const uploads = await open({ pace: { idleMs: 60_000, windowMs: 100, leastBytes: 1_000 } });
    const { id } = await uploads.create('a', { asOnePatient: false });
    let timer: NodeJS.Timeout | undefined;
    const trickle = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(part({ path: 'x', bytes: 1e6, offset: 0 }, ''));
        timer = setInterval(() => controller.enqueue(new Uint8Array(1)), 10);
      },
    });
    await expect(uploads.writePart('a', id, trickle, never)).rejects.toEqual(refusal(408, 'too-slow'));
    clearInterval(timer);
    expect((await uploads.state('a', id)).partial).toBe(1);
  });

  it('that comes again takes over from its own connection that hangs', async () => {
    const uploads = await open();
    const { id } = await uploads.create('a', { asOnePatient: false });
    const head = { path: 'x', bytes: 6 };
    const hanging = uploads.writePart('a', id, stuck(part({ ...head, offset: 0 }, 'abc')), never);
    const cut = expect(hanging).rejects.toEqual(refusal(499, 'cut-off'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await uploads.writePart('a', id, bodyOf(part({ ...head, offset: 3 }, 'def')), never)).toMatchObject({
      held: 6,
    });
    await cut;
  });

  it('ends when its upload is removed or the server closes', async () => {
    const uploads = await open();
    const [one, two] = [
      await uploads.create('a', { asOnePatient: false }),
      await uploads.create('a', { asOnePatient: false }),
    ];
    const send = (id: string) =>
      expect(uploads.writePart('a', id, stuck(part({ path: 'x', bytes: 6, offset: 0 }, 'abc')), never)).rejects.toEqual(
        refusal(499, 'cut-off'),
      );
    const both = [send(one.id), send(two.id)];
    await new Promise((resolve) => setTimeout(resolve, 50));
    await uploads.remove('a', one.id);
    await uploads.close();
    await Promise.all(both);
    expect(await readdir(folder)).toEqual([two.id]);
  });
});

describe('after a restart', () => {
  it('everything that was acknowledged is held', async () => {
    const before = await open();
    const { id } = await before.create('a', { asOnePatient: true, expected: { files: 3, bytes: 20 } });
    await before.writeMany('a', id, bodyOf(frame('s/1', 'one', 1_700_000_000_000), frame('s/2', 'two')), never);
    await before.writePart('a', id, bodyOf(part({ path: 'big', bytes: 9, offset: 0, modified: 5 }, 'abc')), never);
    await writeFile(join(folder, id, 'partial', '999-1.part'), 'of a killed process');
    const after = await open();
    expect(await after.state('a', id)).toMatchObject({
      files: 3,
      partial: 1,
      bytes: 9,
      asOnePatient: true,
      state: 'open',
    });
    const { files } = await after.held('a', id, 0, 10);
    expect(files).toContainEqual({ path: 'big', bytes: 9, held: 3, modified: 5 });
    expect(files).toContainEqual({ path: 's/1', bytes: 3, held: 3, modified: 1_700_000_000_000 });
    expect((await readdir(join(folder, id, 'partial'))).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(
      await after.writePart('a', id, bodyOf(part({ path: 'big', bytes: 9, offset: 3, modified: 5 }, 'defghi')), never),
    ).toMatchObject({ held: 9 });
  });

  it('what was half made or half removed is gone', async () => {
    const uploads = await open();
    const { id } = await uploads.create('a', { asOnePatient: false });
    await rm(join(folder, id, 'upload.json'));
    expect(await (await open()).list('a')).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });
});

it('uploads that nobody comes back to are removed after the stated time, those that an import reads are not', async () => {
  const uploads = await open({ abandonedMs: 10 * hourMs });
  const [idle, alive, busy] = await Promise.all(
    [1, 2, 3].map(async () => (await uploads.create('a', { asOnePatient: false })).id),
  );
  expect((await uploads.state('a', idle!)).expiresAt).toBe('2026-01-01T10:00:00.000Z');
  time += 9 * hourMs;
  await uploads.writeMany('a', alive!, bodyOf(frame('x', '1')), never);
  time += 2 * hourMs;
  expect(await uploads.sweep(new Set([busy!]))).toEqual([idle]);
  expect((await uploads.list('a')).map(({ id }) => id).sort()).toEqual([alive, busy].sort());
  expect((await readdir(folder)).sort()).toEqual([alive, busy].sort());
});

import { Refusal } from '../http/problem.ts';
import { bodyPieces } from './body.ts';
import { readFrames, readPart } from './frames.ts';
import type { HeldFile } from './heldFiles.ts';
import type { UploadLimits } from './limits.ts';
import { assertOpen, asWriter, noteHeld, type OpenUpload, touch } from './openUpload.ts';
import { assertRoom } from './space.ts';
import { uploadPath } from './uploadPath.ts';

/** Where uploads lie and what they may take. */
export interface Receiving {
  folder: string;
  limits: UploadLimits;
  /** Bytes of all uploads. */
  total(): number;
  /** ISO 8601. */
  now(): string;
}

/** What came with a request. */
export interface Sent {
  body: ReadableStream<Uint8Array> | null;
  signal: AbortSignal;
}

/** Keeps a part of one file (`readPart`). What the answer says is held is on disk. */
export async function receivePart(
  upload: OpenUpload,
  { body, signal }: Sent,
  { folder, limits, total, now }: Receiving,
): Promise<HeldFile> {
  const stop = new AbortController();
  const { head, rest } = await readPart(bodyPieces(body, limits.pace, AbortSignal.any([signal, stop.signal])));
  const checked = uploadPath(head.path);
  if ('unsafe' in checked) throw unsafeName(checked.unsafe);
  const { path } = checked;
  return asWriter(upload, path, stop, async () => {
    const files = await upload.files;
    assertOpen(upload);
    assertMoreFiles(files, path, limits);
    await assertRoom(folder, limits, { upload: upload.bytes, total: total() }, head.bytes - head.offset);
    let taken = 0;
    let looked = 0;
    const took = async (bytes: number) => {
      taken += bytes;
      if (taken - looked < 64 * 2 ** 20) return;
      looked = taken;
      await assertRoom(folder, limits, { upload: upload.bytes, total: total() }, taken);
    };
    try {
      const held = await upload.held.writePart({ ...head, path }, rest, took);
      noteHeld(upload, files, held);
      await touch(upload, now());
      return held;
    } catch (error) {
      const there = await upload.held.begun(path);
      if (there) noteHeld(upload, files, there);
      throw error;
    }
  });
}

/** Keeps many small files; `name` tells this batch from others of the upload. A file with a name that cannot be is refused alone; the others are kept. */
export async function receiveMany(
  upload: OpenUpload,
  name: string,
  { body, signal }: Sent,
  { folder, limits, total, now }: Receiving,
): Promise<{ kept: number; bytes: number; refused: { path: string; reason: string }[] }> {
  const stop = new AbortController();
  return asWriter(upload, name, stop, async () => {
    const files = await upload.files;
    assertOpen(upload);
    const kept: HeldFile[] = [];
    const refused: { path: string; reason: string }[] = [];
    const folders = new Set<string>();
    const writing = new Set<Promise<void>>();
    const settle = async () => {
      await Promise.all(writing);
      await upload.held.settle([...folders]);
      for (const one of kept) noteHeld(upload, files, one);
      if (kept.length > 0) await touch(upload, now());
    };
    const pieces = bodyPieces(body, limits.pace, AbortSignal.any([signal, stop.signal]));
    let met = 0;
    let failed: unknown;
    try {
      for await (const { path: given, bytes, modified, content } of readFrames(pieces, limits.smallBytes)) {
        if (failed !== undefined) throw failed;
        if (++met > limits.batchFiles) throw tooManyFrames(limits.batchFiles);
        const checked = uploadPath(given);
        if ('unsafe' in checked) {
          refused.push({ path: given, reason: checked.unsafe });
          continue;
        }
        const { path } = checked;
        assertMoreFiles(files, path, limits);
        if (met % 100 === 1) await assertRoom(folder, limits, { upload: upload.bytes, total: total() }, bytes);
        const before = files.get(path);
        const one = (async () => {
          if (before !== undefined && before.held < before.bytes) await upload.held.dropPart(path);
          for (const touched of await upload.held.writeWhole(path, content, modified)) folders.add(touched);
          kept.push({ path, bytes, held: bytes, modified });
        })()
          .catch((error) => {
            if (error instanceof Refusal) refused.push({ path, reason: error.message });
            else failed = error;
          })
          .finally(() => writing.delete(one));
        writing.add(one);
        // Four threads do the writing: a few more keep them busy.
        if (writing.size >= 8) await Promise.race(writing);
      }
    } catch (error) {
      await settle();
      throw error;
    }
    await settle();
    if (failed !== undefined) throw failed;
    return { kept: kept.length, bytes: kept.reduce((sum, one) => sum + one.bytes, 0), refused };
  });
}

function assertMoreFiles(files: ReadonlyMap<string, HeldFile>, path: string, limits: UploadLimits): void {
  if (files.has(path) || files.size < limits.files) return;
  throw tooManyFiles(limits.files);
}

function unsafeName(reason: string): Refusal {
  return new Refusal(400, {
    code: 'unsafe-name',
    message: `The file cannot be kept under that name: ${reason}.`,
    remedy: 'Rename it, or pack it into a zip file.',
  });
}

export function tooManyFiles(most: number): Refusal {
  return new Refusal(413, {
    code: 'upload-too-large',
    message: `One upload may hold ${most} files.`,
    remedy: 'Pack folders as zip, or use several uploads.',
  });
}

function tooManyFrames(most: number): Refusal {
  return new Refusal(413, {
    code: 'batch-too-long',
    message: `A batch may hold ${most} files. Those before are held.`,
    remedy: 'Send smaller batches.',
  });
}

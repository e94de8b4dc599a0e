import { stat, utimes } from 'node:fs/promises';
import { Refusal } from '../http/problem.ts';
import type { HeldFile, HeldFiles } from './heldFiles.ts';
import { recordFile, type UploadRecord } from './record.ts';

/** An upload in memory, with who is writing to it. */
export interface OpenUpload {
  record: UploadRecord;
  held: HeldFiles;
  /** By path. Read from disk once a process. */
  files: Promise<Map<string, HeldFile>>;
  bytes: number;
  /** Who is writing, by path; batches under names of their own. */
  writers: Map<string, { stop: AbortController; done: Promise<unknown> }>;
}

/** Throws 409 when it was handed to an import. */
export function assertOpen(upload: OpenUpload): void {
  if (upload.record.state === 'open') return;
  const message = 'This upload was handed to an import; nothing can be added to it.';
  throw new Refusal(409, { code: 'upload-sealed', message, remedy: 'Begin a new upload for further files.' });
}

/** When its last byte came. */
export async function changedAt({ held }: OpenUpload): Promise<Date> {
  return (await stat(recordFile(held.folder))).mtime;
}

/** Notes that something came. @param now ISO 8601 */
export async function touch({ held }: OpenUpload, now: string): Promise<void> {
  const at = new Date(now);
  await utimes(recordFile(held.folder), at, at);
}

/** One writer for each path: a newer request for it ends the older one, whose connection may hang. */
export async function asWriter<T>(
  upload: OpenUpload,
  name: string,
  stop: AbortController,
  work: () => Promise<T>,
): Promise<T> {
  for (let before = upload.writers.get(name); before !== undefined; before = upload.writers.get(name)) {
    before.stop.abort();
    await before.done;
  }
  const working = work();
  const done = working.then(
    () => undefined,
    () => undefined,
  );
  upload.writers.set(name, { stop, done });
  try {
    return await working;
  } finally {
    upload.writers.delete(name);
  }
}

/** Ends what is being written; it can be gone on from. */
export async function stopWriters(upload: OpenUpload): Promise<void> {
  for (const { stop } of upload.writers.values()) stop.abort();
  await Promise.all([...upload.writers.values()].map(({ done }) => done));
}

export function noteHeld(upload: OpenUpload, files: Map<string, HeldFile>, one: HeldFile): void {
  upload.bytes += one.held - (files.get(one.path)?.held ?? 0);
  files.set(one.path, one);
}

import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../http/problem.ts';
import { type HeldFile, type HeldFiles, heldFiles } from './heldFiles.ts';
import { defaultLimits, type UploadLimits } from './limits.ts';
import { changedAt, type OpenUpload, stopWriters, touch } from './openUpload.ts';
import { type Receiving, receiveMany, receivePart, type Sent, tooManyFiles } from './receive.ts';
import { readRecord, recordFile, type UploadRecord, writeRecord } from './record.ts';
import { assertRoom } from './space.ts';

export interface UploadsOptions {
  /** ISO 8601. */
  now(): string;
  randomBytes(count: number): Uint8Array;
  limits?: Partial<UploadLimits>;
}

/** An upload as its account sees it. */
export interface UploadState extends UploadRecord {
  files: number;
  /** Files of which only a part has arrived. */
  partial: number;
  bytes: number;
  /** Last byte, ISO 8601. */
  changedAt: string;
  /** Removed then if nothing happens. */
  expiresAt: string;
}

/** What is said when an upload is handed to an import: it holds in place of what was said when it began. */
export interface SealOptions {
  asOnePatient?: boolean | undefined;
  question?: string | undefined;
  /** Files of which only a part has arrived are left out. */
  withoutPartial: boolean;
}

export type Uploads = Awaited<ReturnType<typeof openUploads>>;

const idPattern = /^u[0-9a-f]{32}$/;

/**
 * Uploads in a folder, each in one of its own: streamed to disk, gone on from after any cut, seen by the account that began
 * them and nobody else (404 as for one that is not there).
 */
export async function openUploads(folder: string, options: UploadsOptions) {
  const limits = { ...defaultLimits, ...options.limits };
  const { now } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const uploads = new Map<string, OpenUpload>();
  let batches = 0;

  function remember(record: UploadRecord, held: HeldFiles, isNew: boolean): OpenUpload {
    const upload: OpenUpload = { record, held, files: Promise.resolve(new Map()), bytes: 0, writers: new Map() };
    if (!isNew) {
      upload.files = held.list().then((all) => {
        upload.bytes = all.reduce((sum, one) => sum + one.held, 0);
        return new Map(all.map((one) => [one.path, one]));
      });
      upload.files.catch(() => {});
    }
    uploads.set(record.id, upload);
    return upload;
  }

  for (const name of await readdir(folder)) {
    const at = join(folder, name);
    const record = idPattern.test(name) ? await readRecord(at) : undefined;
    if (record) remember(record, heldFiles(at), false);
    // Begun to be made or to be removed when the program was killed: nobody was told of it, or everybody that it is gone.
    else if (idPattern.test(name)) await rm(at, { recursive: true, force: true });
  }

  const total = () => [...uploads.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const receiving: Receiving = { folder, limits, total, now };

  function find(account: string, id: string): OpenUpload {
    const upload = uploads.get(id);
    if (upload === undefined || upload.record.account !== account) {
      const remedy = 'It may have been removed: uploads without a byte for days are. Begin a new one.';
      throw new Refusal(404, { code: 'not-found', message: 'There is no such upload.', remedy });
    }
    return upload;
  }

  async function stateOf(upload: OpenUpload): Promise<UploadState> {
    const { record, files } = upload;
    const all = [...(await files).values()];
    const changed = await changedAt(upload);
    return {
      ...record,
      files: all.length,
      partial: all.filter((one) => one.held < one.bytes).length,
      bytes: all.reduce((sum, one) => sum + one.held, 0),
      changedAt: changed.toISOString(),
      expiresAt: new Date(changed.getTime() + limits.abandonedMs).toISOString(),
    };
  }

  async function removeUpload(upload: OpenUpload): Promise<void> {
    // Forgotten first, so that no writer begins on what is being removed.
    uploads.delete(upload.record.id);
    await stopWriters(upload);
    await rm(recordFile(upload.held.folder), { force: true });
    await rm(upload.held.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  return {
    limits,

    async create(
      account: string,
      {
        asOnePatient,
        question,
        expected,
      }: {
        asOnePatient: boolean;
        question?: string | undefined;
        expected?: { files: number; bytes: number } | undefined;
      },
    ): Promise<UploadState> {
      const mine = [...uploads.values()].filter(({ record }) => record.account === account);
      if (mine.length >= limits.openUploads) {
        const message = `An account may have ${limits.openUploads} uploads at a time.`;
        throw new Refusal(413, { code: 'too-many-uploads', message, remedy: 'Start or cancel one of them first.' });
      }
      if (expected && expected.files > limits.files) throw tooManyFiles(limits.files);
      await assertRoom(folder, limits, { upload: 0, total: total() }, expected?.bytes ?? 0);
      const id = `u${Buffer.from(options.randomBytes(16)).toString('hex')}`;
      const held = heldFiles(join(folder, id));
      await held.make();
      const record: UploadRecord = {
        id,
        account,
        createdAt: now(),
        state: 'open',
        asOnePatient,
        ...(question !== undefined && { question }),
        ...(expected && { expected }),
      };
      await writeRecord(held.folder, record);
      const upload = remember(record, held, true);
      await touch(upload, now());
      return stateOf(upload);
    },

    async list(account: string): Promise<UploadState[]> {
      const mine = [...uploads.values()].filter(({ record }) => record.account === account);
      return Promise.all(mine.map(stateOf));
    },

    async state(account: string, id: string): Promise<UploadState> {
      return stateOf(find(account, id));
    },

    /** What has arrived, in the order of arrival: `count` files after the first `from`. */
    async held(
      account: string,
      id: string,
      from: number,
      count: number,
    ): Promise<{ files: HeldFile[]; total: number }> {
      const files = await find(account, id).files;
      return { files: [...files.values()].slice(from, from + count), total: files.size };
    },

    /** Keeps a part of one file (`readPart`). What the answer says is held is on disk. */
    async writePart(account: string, id: string, body: Sent['body'], signal: AbortSignal): Promise<HeldFile> {
      return receivePart(find(account, id), { body, signal }, receiving);
    },

    /** Keeps many small files. A file with a name that cannot be is refused alone; the others are kept. */
    async writeMany(account: string, id: string, body: Sent['body'], signal: AbortSignal) {
      return receiveMany(find(account, id), `batch ${++batches}`, { body, signal }, receiving);
    },

    /**
     * Closes an upload for good, so that an import can read it. Throws 409 while files are there in part only, unless these
     * are to be left out, and for an upload with nothing in it.
     */
    async seal(
      account: string,
      id: string,
      { asOnePatient, question, withoutPartial }: SealOptions,
    ): Promise<UploadState> {
      const upload = find(account, id);
      const files = await upload.files;
      if (upload.record.state === 'open') {
        await stopWriters(upload);
        const partial = [...files.values()].filter((one) => one.held < one.bytes);
        if (partial.length > 0 && !withoutPartial) {
          throw new Refusal(409, {
            code: 'upload-incomplete',
            message: `${partial.length} files have arrived in part only.`,
            remedy: 'Send the rest of them, or leave them out.',
            details: { partial: partial.slice(0, 100).map(({ path, held, bytes }) => ({ path, held, bytes })) },
          });
        }
        if (files.size === partial.length)
          throw new Refusal(409, { code: 'upload-empty', message: 'No file has arrived yet.', remedy: 'Send one.' });
        await upload.held.dropPartial();
        for (const { path, held } of partial) {
          files.delete(path);
          upload.bytes -= held;
        }
      }
      upload.record = {
        ...upload.record,
        state: 'sealed',
        ...(asOnePatient !== undefined && { asOnePatient }),
        ...(question !== undefined && { question }),
      };
      await writeRecord(upload.held.folder, upload.record);
      await touch(upload, now());
      return stateOf(upload);
    },

    /** What an import of it reads, and the question that goes with it; undefined when it is gone. */
    contentOf(id: string): { folder: string; question: string | undefined } | undefined {
      const upload = uploads.get(id);
      return upload && { folder: upload.held.whole, question: upload.record.question };
    },

    /** After its import: the store has it, here it goes. */
    async imported(id: string): Promise<void> {
      const upload = uploads.get(id);
      if (upload !== undefined) await removeUpload(upload);
    },

    /** Removes an upload whoever it belongs to: somebody whose files are in it was erased. */
    async forget(id: string): Promise<void> {
      const upload = uploads.get(id);
      if (upload !== undefined) await removeUpload(upload);
    },

    async remove(account: string, id: string): Promise<void> {
      await removeUpload(find(account, id));
    },

    /** Removes what nobody came back to. `busy`: uploads that an import reads. */
    async sweep(busy: ReadonlySet<string>): Promise<string[]> {
      const gone: string[] = [];
      for (const upload of [...uploads.values()]) {
        if (busy.has(upload.record.id) || upload.writers.size > 0) continue;
        const { expiresAt } = await stateOf(upload);
        if (Date.parse(expiresAt) > Date.parse(now())) continue;
        await removeUpload(upload);
        gone.push(upload.record.id);
      }
      return gone;
    },

    /** Ends what is being written; it can be gone on from. */
    async close(): Promise<void> {
      await Promise.all([...uploads.values()].map(stopWriters));
    },
  };
}

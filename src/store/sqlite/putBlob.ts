import type { Transaction } from 'kysely';
import { IdiographError } from '../../dossier/errors.ts';
import type { Blob } from '../../dossier/source.ts';
import type { BlobFolder, Placed } from '../blobs/folder.ts';
import { blobId } from '../links.ts';
import type { Database } from './database.ts';
import type { Tables } from './schema.ts';
import { chunks, refuseErased, takeNumbers } from './write.ts';

interface Waiting {
  placed: Placed;
  mediaType: string;
  /** With undefined when the file was taken away before it could be acknowledged. */
  done(blob: Blob | undefined): void;
  failed(error: unknown): void;
}

export interface BlobWriter {
  put(subject: string, bytes: Uint8Array | { file: string }, mediaType: string): Promise<Blob>;
  /** Resolves when nothing is on its way any more. */
  idle(): Promise<void>;
}

const groupAtMost = 512;

/**
 * Places files side by side and acknowledges them in groups: while one group's folders are fsynced and its rows
 * committed, the next one gathers. So thousands of small files cost a few dozen commits, and one file waits for nobody.
 */
export function blobWriter(database: Database, blobs: BlobFolder): BlobWriter {
  let waiting: Waiting[] = [];
  let acknowledging = false;

  async function acknowledgeAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, groupAtMost);
      waiting = waiting.slice(groupAtMost);
      try {
        await blobs.settle(group.map(({ placed }) => placed));
        const outcomes = await database.write((transaction) => register(transaction, blobs, group));
        // The erasure has gone by already: what was placed since would outlive it.
        const erased = group
          .filter((_, index) => 'error' in (outcomes[index] ?? {}))
          .map(({ placed }) => placed.subject);
        for (const subject of new Set(erased)) await blobs.removeSubject(subject);
        group.forEach(({ done, failed }, index) => {
          const outcome = outcomes[index];
          if (outcome && 'error' in outcome) failed(outcome.error);
          else done(outcome?.blob);
        });
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
  }

  function acknowledge(placed: Placed, mediaType: string): Promise<Blob | undefined> {
    return new Promise((done, failed) => {
      waiting.push({ placed, mediaType, done, failed });
      if (acknowledging) return;
      acknowledging = true;
      void acknowledgeAll().finally(() => {
        acknowledging = false;
      });
    });
  }

  const running = new Set<Promise<Blob>>();

  async function put(subject: string, bytes: Uint8Array | { file: string }, mediaType: string): Promise<Blob> {
    // An erasure or a doctor may take the file away in between; then it is written again.
    for (let attempt = 0; attempt < 3; attempt++) {
      const placed = await blobs.place(subject, bytes).catch(async (error: unknown) => {
        // An erasure takes the folder away under the file: then that is what is said.
        await database.write((transaction) => refuseErased(transaction, new Set([subject])));
        throw error;
      });
      const blob = await acknowledge(placed, mediaType);
      if (blob) return blob;
    }
    throw new IdiographError('store-io', `the files of ${subject} disappear while they are being written`, {
      subject,
      remedy: 'See that nothing but Idiograph writes in the data folder, and try again.',
    });
  }

  return {
    put(subject, bytes, mediaType) {
      const one = put(subject, bytes, mediaType);
      running.add(one);
      return one.finally(() => running.delete(one));
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

type Outcome = { blob: Blob | undefined } | { error: unknown };

/** Under the write lock no erasure and no doctor can take a file away: what is there now stays. */
async function register(
  transaction: Transaction<Tables>,
  blobs: BlobFolder,
  group: readonly Waiting[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const known = new Map<string, Blob>();
  for (const some of chunks(group)) {
    const rows = await transaction
      .selectFrom('blob')
      .selectAll()
      .where('sha256', 'in', [...new Set(some.map(({ placed }) => placed.sha256))])
      .execute();
    for (const { subject, sha256, bytes, media_type: mediaType } of rows) {
      const id = blobId(subject, sha256);
      known.set(id, { kind: 'blob', id, subject, sha256, bytes, mediaType });
    }
  }
  const refused = new Map<string, unknown>();
  for (const subject of new Set(group.map(({ placed }) => placed.subject))) {
    await refuseErased(transaction, new Set([subject])).catch((error) => refused.set(subject, error));
  }
  const fresh: Blob[] = [];
  for (const { placed, mediaType } of group) {
    const { subject, sha256, bytes } = placed;
    const id = blobId(subject, sha256);
    if (refused.has(subject)) {
      outcomes.push({ error: refused.get(subject) });
    } else if (!(await blobs.has(subject, sha256, bytes))) {
      outcomes.push({ blob: undefined });
    } else {
      let blob = known.get(id);
      if (!blob) {
        blob = { kind: 'blob', id, subject, sha256, bytes, mediaType };
        known.set(id, blob);
        fresh.push(blob);
      }
      outcomes.push({ blob });
    }
  }
  if (fresh.length > 0) {
    const first = await takeNumbers(transaction, 'sequence', fresh.length);
    const rows = fresh.map(({ subject, sha256, bytes, mediaType }, index) => ({
      subject,
      sha256,
      bytes,
      media_type: mediaType,
      sequence: first + index,
    }));
    for (const some of chunks(rows)) await transaction.insertInto('blob').values(some).execute();
  }
  return outcomes;
}

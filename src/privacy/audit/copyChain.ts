import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { copyFile, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkpointFile } from './checkpoint.ts';
import { type ChainEnd, endFile, makeEnd, readEnd } from './end.ts';
import { parseLine } from './entry.ts';
import type { AuditKeys } from './key.ts';
import { openLock } from './lock.ts';
import { linesBackward, listSegments, segmentPath } from './segments.ts';

/**
 * Copies a chain up to the last checkpoint that it announces, while others may write to it. What comes later is left out.
 * A chain without a checkpoint is copied to its end. With its keys the copy gets a note of its own end; where the chain is
 * shorter than its own note says, or without keys, that note is copied as it is, so that the copy shows the damage as well.
 */
export async function copyChain(from: string, to: string, keys?: AuditKeys): Promise<void> {
  const lock = openLock(from, 10_000);
  let parts: Part[];
  try {
    // Both files are only ever added to: sizes of one moment are all that must be agreed on.
    parts = await lock.hold(() => partsToCheckpoint(from));
    const end = keys && (await endOfCopy(from, parts, keys));
    if (end !== undefined) await makeEnd(to, keys!.mac, end);
    else if (existsSync(join(from, endFile))) await copyFile(join(from, endFile), join(to, endFile));
  } finally {
    lock.close();
  }
  for (const { path, name, bytes } of parts) {
    const target = join(to, name);
    if (bytes > 0)
      await pipeline(createReadStream(path, { end: bytes - 1 }), createWriteStream(target, { mode: 0o600 }));
    const file = await open(target, bytes > 0 ? 'r+' : 'w', 0o600);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

interface Part {
  path: string;
  name: string;
  bytes: number;
}

/** The end of the lines that are copied, unless the chain itself is not whole. */
async function endOfCopy(from: string, parts: readonly Part[], keys: AuditKeys): Promise<ChainEnd | undefined> {
  const noted = readEnd(from, keys.mac);
  const last = parts.findLast(({ name }) => name !== checkpointFile);
  const newest = (await listSegments(from)).at(-1);
  if (typeof noted === 'string' || last === undefined || newest === undefined) return undefined;
  const lineAt = async (path: string, until: number) => {
    for await (const { text, ended, offset, bytes } of linesBackward(path)) {
      if (!ended || offset + bytes > until) continue;
      return text === undefined ? undefined : parseLine(text);
    }
    return undefined;
  };
  const reached = await lineAt(segmentPath(from, newest.firstSeq), Number.POSITIVE_INFINITY);
  const copied = await lineAt(last.path, last.bytes);
  if (copied === undefined || (reached ?? copied).seq < noted.seq) return undefined;
  return { seq: copied.seq, mac: copied.mac };
}

async function partsToCheckpoint(from: string) {
  const parts: Part[] = [];
  let found = false;
  for (const { firstSeq, name } of (await listSegments(from)).reverse()) {
    const path = segmentPath(from, firstSeq);
    let { size: bytes } = await stat(path);
    if (!found) {
      for await (const { text, ended, offset, bytes: length } of linesBackward(path)) {
        if (!ended || text === undefined || parseLine(text)?.checkpoint === undefined) continue;
        found = true;
        bytes = offset + length;
        // Files after this one hold nothing that a checkpoint covers.
        parts.length = 0;
        break;
      }
    }
    parts.unshift({ path, name, bytes });
  }
  const checkpoints = join(from, checkpointFile);
  if (existsSync(checkpoints))
    parts.push({ path: checkpoints, name: checkpointFile, bytes: (await stat(checkpoints)).size });
  return parts;
}

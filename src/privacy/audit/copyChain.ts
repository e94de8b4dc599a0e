import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkpointFile } from './checkpoint.ts';
import { parseLine } from './entry.ts';
import { openLock } from './lock.ts';
import { linesBackward, listSegments, segmentPath } from './segments.ts';

/**
 * Copies a chain up to the last checkpoint that it announces, while others may write to it. What comes later is left out,
 * so that nothing can be cut from the copy unseen. A chain without a checkpoint is copied to its end.
 */
export async function copyChain(from: string, to: string): Promise<void> {
  const lock = openLock(from, 10_000);
  let parts: { path: string; name: string; bytes: number }[];
  try {
    // Both files are only ever added to: sizes of one moment are all that must be agreed on.
    parts = await lock.hold(() => partsToCheckpoint(from));
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

async function partsToCheckpoint(from: string) {
  const parts: { path: string; name: string; bytes: number }[] = [];
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

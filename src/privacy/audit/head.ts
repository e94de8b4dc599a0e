import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../dossier/canonical.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { checkpointFile, checkpointText, lastCheckpoint, noCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { endFile, makeEnd, readEnd } from './end.ts';
import { type AuditLine, fits, genesis, parseLine } from './entry.ts';
import type { AuditKeys } from './key.ts';
import { linesBackward, linesOf, listSegments, type RawLine, segmentPath } from './segments.ts';

/** Where the chain ends: all that the next line depends on. */
export interface Head {
  seq: number;
  mac: string;
  at: string;
  /** The latest time in the chain; differs from `at` after the clock was put back. */
  latest: string;
  /** Lines since the last announced checkpoint. */
  uncovered: number;
  /** Number of the last announced checkpoint. */
  checkpoint: number;
  /** First line of the last segment and its size. */
  firstSeq: number;
  bytes: number;
}

export const emptyHead: Head = {
  seq: 0,
  mac: genesis,
  at: '',
  latest: '',
  uncovered: 0,
  checkpoint: 0,
  firstSeq: 1,
  bytes: 0,
};

/** The head after one more line, which must follow. Throws `integrity`. */
export function after(head: Head, line: AuditLine, bytes: number): Head {
  const latest = [head.latest, line.at, line.checkpoint?.latest ?? ''].reduce((a, b) => (a > b ? a : b));
  return {
    ...head,
    seq: line.seq,
    mac: line.mac,
    at: line.at,
    latest,
    uncovered: line.checkpoint ? 0 : head.uncovered + 1,
    checkpoint: line.checkpoint?.number ?? head.checkpoint,
    bytes: head.bytes + bytes,
  };
}

export function tampered(path: string, why: string): IdiographError {
  return new IdiographError('integrity', `the audit chain does not hold: ${why} (${path})`, {
    path,
    remedy:
      'Run `idiograph audit verify` to see what was changed. Keep the folder as evidence under another name; a new chain then begins.',
  });
}

/** Reads lines that another process has added to the last segment. Undefined: not as simple as that, {@link recover} is needed. */
export async function catchUp(directory: string, head: Head, keys: AuditKeys): Promise<Head | undefined> {
  const path = segmentPath(directory, head.firstSeq);
  if (head.seq === 0) return undefined;
  const checkpoint = head.checkpoint;
  for await (const raw of linesOf(path, head.bytes)) {
    const line = raw.ended && raw.text !== undefined ? parseLine(raw.text) : undefined;
    if (line === undefined || line.seq !== head.seq + 1 || !fits(keys.mac, head.mac, line)) return undefined;
    head = after(head, line, raw.bytes);
  }
  // Others may have begun a new file after these lines.
  const moved = existsSync(segmentPath(directory, head.seq + 1));
  return head.checkpoint === checkpoint && !moved ? head : undefined;
}

export interface Recovered {
  head: Head;
  /** What was mended, for the chain itself. */
  mended: string[];
}

/**
 * Finds the end of the chain under the lock and mends what a killed program has left: an unfinished last line, which nobody
 * was told is written, and a checkpoint that the chain announces and the checkpoint file lacks. Reads back to the last
 * checkpoint but one, not the whole chain. Throws `integrity` when lines or checkpoints are missing or changed.
 */
export async function recover(directory: string, keys: AuditKeys): Promise<Recovered> {
  const mended: string[] = [];
  const { lines, torn, firstSeq, whole } = await tailLines(directory);
  if (torn !== undefined) {
    await cut(torn.path, torn.offset);
    mended.push(`an unfinished last line of ${torn.bytes} bytes was removed`);
  }
  let head: Head | undefined = whole ? emptyHead : undefined;
  let announced: { number: number; seq: number; mac: string; at: string } | undefined;
  for (const { line, path, bytes } of lines) {
    if (head === undefined) {
      // The oldest line of the tail announces a checkpoint: what comes after it is checked from its MAC on.
      head = after({ ...emptyHead, mac: '' }, line, bytes);
    } else {
      if (line.seq !== head.seq + 1) throw tampered(path, `line ${line.seq} stands where ${head.seq + 1} belongs`);
      if (!fits(keys.mac, head.mac, line)) throw tampered(path, `line ${line.seq} was changed`);
      head = after(head, line, bytes);
    }
    if (line.checkpoint !== undefined) {
      announced = { number: line.checkpoint.number, seq: line.seq, mac: line.mac, at: line.at };
    }
  }
  const end = head ?? emptyHead;
  if (await settleEnd(directory, keys, end, lines)) mended.push('a note of the end was made: the chain had none yet');
  if (await settleCheckpoints(directory, keys, end, announced)) mended.push(`checkpoint ${end.checkpoint} was written`);
  return { head: { ...end, firstSeq, bytes: await sizeOf(segmentPath(directory, firstSeq)) }, mended };
}

/**
 * Compares the note of the end with the chain. Makes one for a chain that begins, and for one of an earlier version, whose
 * announcements do not speak of it; returns whether it was the latter.
 */
async function settleEnd(directory: string, keys: AuditKeys, head: Head, tail: readonly TailLine[]): Promise<boolean> {
  const path = join(directory, endFile);
  const noted = readEnd(directory, keys.mac);
  if (noted === 'absent') {
    const announced = tail.findLast(({ line }) => line.checkpoint !== undefined)?.line.checkpoint;
    const isEarlier = announced !== undefined && announced.noted === undefined;
    if (head.seq > 0 && !isEarlier) throw tampered(path, 'the note of its end is missing');
    await makeEnd(directory, keys.mac, head);
    return isEarlier;
  }
  if (noted === 'changed') throw tampered(path, 'the note of its end was changed, or made with another key');
  if (noted.seq > head.seq) throw tampered(directory, `lines ${head.seq + 1} to ${noted.seq} are missing at its end`);
  const said = tail.find(({ line }) => line.seq === noted.seq)?.line;
  if (said !== undefined && said.mac !== noted.mac)
    throw tampered(directory, `line ${noted.seq} is not the one that was written`);
  return false;
}

interface TailLine {
  line: AuditLine;
  path: string;
  bytes: number;
}

/** Lines from the last announcement but one (or the first line: `whole`) to the end, in order, over segments. */
async function tailLines(directory: string) {
  const segments = (await listSegments(directory)).reverse();
  const lines: TailLine[] = [];
  let torn: { path: string; offset: number; bytes: number } | undefined;
  let announcements = 0;
  let last = true;
  for (const { firstSeq } of segments) {
    const path = segmentPath(directory, firstSeq);
    for await (const raw of linesBackward(path)) {
      if (!raw.ended) {
        if (!last) throw tampered(path, 'a line in the middle of the chain is unfinished');
        torn = { path, offset: raw.offset, bytes: raw.bytes };
        continue;
      }
      const line = wholeLine(raw, path);
      lines.push({ line, path, bytes: raw.bytes });
      if (line.checkpoint !== undefined && ++announcements === 2) break;
    }
    last = false;
    if (announcements === 2) break;
  }
  const first = lines.at(-1)?.line;
  if (first !== undefined && announcements < 2 && first.seq !== 1) {
    throw tampered(directory, `the lines before ${first.seq} are missing`);
  }
  return { lines: lines.reverse(), torn, firstSeq: segments[0]?.firstSeq ?? 1, whole: announcements < 2 };
}

function wholeLine(raw: RawLine, path: string): AuditLine {
  const line = raw.text === undefined ? undefined : parseLine(raw.text);
  if (line === undefined) throw tampered(path, `the line at byte ${raw.offset} was changed`);
  return line;
}

/** Compares the checkpoint file with the last announcement. Returns whether a line had to be written. */
async function settleCheckpoints(
  directory: string,
  keys: AuditKeys,
  head: Head,
  announced: { number: number; seq: number; mac: string; at: string } | undefined,
): Promise<boolean> {
  const path = join(directory, checkpointFile);
  const last = await lastCheckpoint(directory);
  if (last.torn) await cut(path, last.end);
  if (last.text === undefined) {
    if (announced === undefined) return false;
    if (announced.number !== 1) throw tampered(path, 'the checkpoints are missing');
    await appendCheckpoint(directory, checkpointText(keys, announced, noCheckpoint));
    return true;
  }
  const kept = parseCheckpoint(keys, last.text);
  if (kept === undefined) throw tampered(path, 'the last checkpoint was changed, or made with another key');
  if (kept.seq > head.seq) throw tampered(directory, `lines ${head.seq + 1} to ${kept.seq} are missing at its end`);
  if (announced === undefined || kept.number > announced.number) {
    throw tampered(path, `checkpoint ${kept.number} is not announced in the chain`);
  }
  if (kept.number === announced.number) {
    if (kept.mac !== announced.mac || kept.seq !== announced.seq)
      throw tampered(directory, `line ${kept.seq} is not the one that was signed`);
    return false;
  }
  if (kept.number !== announced.number - 1) {
    throw tampered(path, `checkpoints ${kept.number + 1} to ${announced.number} are missing`);
  }
  await appendCheckpoint(directory, checkpointText(keys, announced, sha256(last.text)));
  return true;
}

/** Adds one line to the checkpoint file, durably, or nothing. */
export async function appendCheckpoint(directory: string, text: string): Promise<void> {
  const file = await open(join(directory, checkpointFile), 'a', 0o600);
  const { size } = await file.stat();
  try {
    await file.writeFile(`${text}\n`);
    await file.datasync();
  } catch (error) {
    await file.truncate(size).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
}

async function cut(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.truncate(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

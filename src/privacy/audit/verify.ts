import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../dossier/canonical.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { type Checkpoint, checkpointFile, noCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { type ChainEnd, endFile, readEnd } from './end.ts';
import type { AuditLine } from './entry.ts';
import { chainFollower } from './follow.ts';
import { type AuditKeys, deriveKeys, keyPath, readSecret } from './key.ts';
import { openLock } from './lock.ts';
import { linesOf, listSegments, type Segment } from './segments.ts';

export interface AuditProblem {
  /** Name of the file in the folder of the chain. */
  file: string;
  /** Line in that file, from 1. */
  line: number;
  /**
   * `changed`: not what was written; `missing`: lines before this one are gone; `moved`: repeated or in the wrong place;
   * `unfinished`: its end is gone; `truncated`: lines at the end are gone.
   */
  kind: 'changed' | 'missing' | 'moved' | 'unfinished' | 'truncated';
  message: string;
}

export interface AuditVerdict {
  intact: boolean;
  lines: number;
  files: number;
  checkpoints: number;
  /** Lines at the end that no checkpoint covers yet: only the note of the end tells of them. */
  uncovered: number;
  /** Times of the first and the last line. */
  from?: string;
  until?: string;
  /** Lines before which the clock was put back, and notes on what a killed program had left. */
  clockBack: number;
  mended: number;
  /** Changes that were begun and whose end no line tells: whether they were made has to be looked up. */
  openEnded: number;
  /** Where they stand, at most 200, in the order of the chain. */
  openEnds: { file: string; line: number; route: string; at: string }[];
  /** At most 200; `problemCount` counts all. */
  problems: AuditProblem[];
  problemCount: number;
}

export interface VerifyOptions {
  key?: Uint8Array;
  /** A copy of the checkpoint file that was kept elsewhere: shows that chain and checkpoints were cut together. */
  against?: string;
  signal?: AbortSignal;
}

interface Announcement extends Pick<Checkpoint, 'seq' | 'mac' | 'at'> {
  file: string;
  line: number;
}

interface Walk {
  keys: AuditKeys;
  verdict: AuditVerdict;
  report(problem: AuditProblem): void;
  announced: Map<number, Announcement>;
  /** Changes that were begun, by request, until their end is met. */
  begun: Map<string, { file: string; line: number; route: string; at: string }>;
  lastSeq: number;
  /** The last announcement is of a version that kept no note of the end. */
  unnoted?: boolean;
  /** The line that the note of the end names. */
  atNotedEnd?: { mac: string; file: string; line: number };
  /** Where the next line would stand. */
  end: { file: string; line: number };
}

/**
 * Reads the whole chain and its checkpoints and says what does not hold and where. Writes nothing; a program that is using
 * the chain goes on. Throws `not-found` without a chain, `integrity` without its key.
 */
export async function verifyAudit(directory: string, options: VerifyOptions = {}): Promise<AuditVerdict> {
  const keyFile = keyPath(directory);
  if (!existsSync(directory) || ((await listSegments(directory)).length === 0 && !existsSync(keyFile))) {
    throw new IdiographError('not-found', `there is no audit chain in ${directory}`, { directory });
  }
  const keys = deriveKeys(options.key ?? readSecret(keyFile));
  const problems: AuditProblem[] = [];
  const verdict: AuditVerdict = {
    intact: true,
    lines: 0,
    files: 0,
    checkpoints: 0,
    uncovered: 0,
    clockBack: 0,
    mended: 0,
    openEnded: 0,
    openEnds: [],
    problems,
    problemCount: 0,
  };
  const walk: Walk = {
    keys,
    verdict,
    report(problem) {
      verdict.intact = false;
      verdict.problemCount++;
      if (problems.length < 200) problems.push(problem);
    },
    announced: new Map(),
    begun: new Map(),
    lastSeq: 0,
    end: { file: 'chain-000000000001.jsonl', line: 1 },
  };
  const { segments, checkpointBytes, end } = await atRest(directory, keys);
  await walkChain(directory, segments, walk, options.signal, end);
  verdict.openEnded = walk.begun.size;
  verdict.openEnds = [...walk.begun.values()].slice(0, 200);
  const texts = await walkCheckpoints(directory, checkpointBytes, walk);
  compareEnd(end, walk);
  if (options.against !== undefined) await compare(options.against, texts, walk);
  if (verdict.lines === 0 && verdict.intact) {
    walk.report({ ...walk.end, kind: 'truncated', message: 'there is a key, but the chain has no line' });
  }
  return verdict;
}

/** Sizes at a moment in which nobody writes, so that a line that is being written does not look like one that was cut. */
async function atRest(directory: string, keys: AuditKeys) {
  const look = async () => {
    const segments: (Segment & { bytes: number })[] = [];
    for (const segment of await listSegments(directory)) {
      segments.push({ ...segment, bytes: (await stat(join(directory, segment.name))).size });
    }
    const checkpoints = join(directory, checkpointFile);
    return {
      segments,
      checkpointBytes: existsSync(checkpoints) ? (await stat(checkpoints)).size : 0,
      end: readEnd(directory, keys.mac),
    };
  };
  let lock: ReturnType<typeof openLock>;
  try {
    lock = openLock(directory, 2000);
  } catch {
    // A folder that cannot be written: nobody is writing there.
    return look();
  }
  try {
    return await lock.hold(look);
  } catch {
    return await look();
  } finally {
    lock.close();
  }
}

async function walkChain(
  directory: string,
  segments: readonly (Segment & { bytes: number })[],
  walk: Walk,
  signal: AbortSignal | undefined,
  end: ChainEnd | 'absent' | 'changed',
): Promise<void> {
  const { verdict, report } = walk;
  const follow = chainFollower(walk.keys.mac);
  for (const [index, { name, firstSeq, bytes }] of segments.entries()) {
    verdict.files++;
    let line = 0;
    const gap = follow.jump(firstSeq);
    if (gap !== undefined) report({ file: name, line: 1, ...gap });
    for await (const raw of linesOf(join(directory, name), 0, bytes)) {
      if (signal?.aborted) throw new IdiographError('aborted', 'interrupted');
      line++;
      if (!raw.ended) {
        const last = index === segments.length - 1;
        const why = last
          ? 'its end is missing: it was cut off, or the program was killed while it wrote'
          : 'its end is missing';
        walk.report({ file: name, line, kind: 'unfinished', message: why });
        if (last) break;
      }
      const { line: entry, fault } = follow.next(raw);
      if (fault !== undefined) report({ file: name, line, ...fault });
      if (entry !== undefined) note(entry, name, line);
      walk.end = { file: name, line: line + 1 };
    }
    if (line === 0) walk.end = { file: name, line: 1 };
  }
  walk.lastSeq = follow.expected - 1;

  function note(entry: AuditLine, file: string, line: number): void {
    verdict.lines++;
    verdict.from ??= entry.at;
    verdict.until = entry.at;
    if (typeof end === 'object' && entry.seq === end.seq) walk.atNotedEnd = { mac: entry.mac, file, line };
    if (entry.note === 'clock-back') verdict.clockBack++;
    if (entry.action === 'mend') verdict.mended++;
    const { requestId, route, at } = entry;
    if (requestId !== undefined && entry.outcome === 'begun') walk.begun.set(requestId, { file, line, route, at });
    else if (requestId !== undefined) walk.begun.delete(requestId);
    if (entry.checkpoint === undefined) verdict.uncovered++;
    else {
      verdict.uncovered = 0;
      walk.unnoted = entry.checkpoint.noted === undefined;
      const { seq, mac, at } = entry;
      walk.announced.set(entry.checkpoint.number, { seq, mac, at, file, line });
    }
  }
}

/** Each checkpoint against its signature, the one before it and the line of the chain that announces it. */
async function walkCheckpoints(directory: string, bytes: number, walk: Walk): Promise<Set<string>> {
  const { keys, verdict, report, announced } = walk;
  const texts = new Set<string>();
  let expected = 1;
  let previous: string | undefined = noCheckpoint;
  let line = 0;
  let truncated = false;
  const at = () => ({ file: checkpointFile, line });
  for await (const raw of bytes === 0 ? [] : linesOf(join(directory, checkpointFile), 0, bytes)) {
    line++;
    if (!raw.ended) report({ ...at(), kind: 'unfinished', message: 'the end of the checkpoint is missing' });
    const checkpoint = parseCheckpoint(keys, raw.text);
    if (checkpoint === undefined) {
      if (raw.ended) report({ ...at(), kind: 'changed', message: 'the signature of the checkpoint does not fit' });
      expected++;
      previous = undefined;
      continue;
    }
    texts.add(raw.text ?? '');
    verdict.checkpoints++;
    const { number, seq } = checkpoint;
    if (number > expected && previous !== undefined) {
      const message = `checkpoints ${expected} to ${number - 1} are missing before this one`;
      report({ ...at(), kind: 'missing', message });
    } else if (number < expected) {
      report({ ...at(), kind: 'moved', message: `checkpoint ${number} is repeated or moved` });
      continue;
    } else if (previous !== undefined && checkpoint.previous !== previous) {
      report({ ...at(), kind: 'changed', message: 'the checkpoint does not follow from the one before' });
    }
    expected = number + 1;
    previous = sha256(raw.text ?? '');
    const said = announced.get(number);
    if (said !== undefined && said.seq === seq && said.mac === checkpoint.mac) continue;
    if (seq <= walk.lastSeq) {
      const message = `checkpoint ${number} signed another line ${seq} than the chain has`;
      report({ file: said?.file ?? checkpointFile, line: said?.line ?? line, kind: 'changed', message });
    } else if (!truncated) {
      truncated = true;
      const message = `the chain ends with line ${walk.lastSeq}, checkpoint ${number} signed line ${seq}`;
      report({ ...walk.end, kind: 'truncated', message });
    }
  }
  const missing = [...announced.keys()].filter((number) => number >= expected);
  if (missing.length > 0) {
    const message = `the chain announces ${missing.length} more: removed, or the program was killed before it wrote the last`;
    report({ file: checkpointFile, line: line + 1, kind: 'truncated', message });
  }
  return texts;
}

/** The note of the end: lines that were cut off together with their checkpoints show here. */
function compareEnd(end: ChainEnd | 'absent' | 'changed', walk: Walk): void {
  const { report, lastSeq, atNotedEnd, verdict } = walk;
  if (end === 'absent' && (verdict.lines === 0 || walk.unnoted === true)) return;
  if (typeof end === 'string') {
    const message =
      end === 'absent'
        ? 'the note of the end is missing: whether lines were cut off cannot be told'
        : 'the note of the end is not as it was written';
    report({ file: endFile, line: 1, kind: end === 'absent' ? 'missing' : 'changed', message });
  } else if (end.seq > lastSeq) {
    // Told once, where a checkpoint tells it as well.
    if (verdict.problems.some(({ kind, file }) => kind === 'truncated' && file === walk.end.file)) return;
    const message = `the chain ends with line ${lastSeq}, it had come to line ${end.seq}`;
    report({ ...walk.end, kind: 'truncated', message });
  } else if (atNotedEnd !== undefined && atNotedEnd.mac !== end.mac) {
    const { file, line } = atNotedEnd;
    if (verdict.problems.some((one) => one.file === file && one.line === line)) return;
    report({ file, line, kind: 'changed', message: `line ${end.seq} is not the one that the note of the end names` });
  }
}

/** A copy of older checkpoints: each must still be one of ours. */
async function compare(path: string, texts: ReadonlySet<string>, walk: Walk): Promise<void> {
  const copy = (await readFile(path, 'utf8')).split('\n').filter((text) => text !== '');
  const gone = copy.findIndex((text) => !texts.has(text));
  if (gone < 0) return;
  const checkpoint = parseCheckpoint(walk.keys, copy[gone]);
  const message =
    checkpoint === undefined
      ? `line ${gone + 1} of the copy is no checkpoint of this chain`
      : `the copy has checkpoint ${checkpoint.number} over line ${checkpoint.seq}, this folder has not: the chain was cut or written anew`;
  walk.report({ file: checkpointFile, line: Math.min(gone, texts.size) + 1, kind: 'truncated', message });
}

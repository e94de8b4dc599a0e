import { join } from 'node:path';
import { type AuditLine, type ChainEntry, lineText, parseLine } from './entry.ts';
import { linesBackward, listSegments } from './segments.ts';

export interface AuditQuery {
  subject?: string;
  actor?: string;
  action?: ChainEntry['action'];
  outcome?: ChainEntry['outcome'];
  /** ISO 8601, inclusive. */
  from?: string;
  to?: string;
  /** How many at most (100). */
  limit?: number;
  /** Only lines with a lower number: the `next` of the page before. */
  before?: number;
  /** How many lines are looked at before the page ends although it is not full (no limit). */
  most?: number;
  signal?: AbortSignal;
}

export interface AuditPage {
  /** Newest first; without the announcements of checkpoints. */
  lines: AuditLine[];
  /** Give it as `before` for the next page; undefined at the end. */
  next?: number;
  /** Time of the last line that was looked at, when the page ended because of `most`. */
  searchedTo?: string;
  /** Lines that cannot be read: `verifyAudit` says where. */
  damaged: number;
}

/** Lines of the chain, newest first, reading from the end only as far as needed. Checks no MAC and needs no key. */
export async function readAudit(directory: string, query: AuditQuery = {}): Promise<AuditPage> {
  const { limit = 100 } = query;
  const walk: Walk = { damaged: 0 };
  const lines: AuditLine[] = [];
  for await (const line of newestFirst(directory, query, walk)) {
    if (lines.length === limit) return { lines, next: lines[limit - 1]!.seq, damaged: walk.damaged };
    lines.push(line);
  }
  return { lines, ...walk };
}

/** The same lines one after the other, as many as there are. */
export function eachAuditLine(
  directory: string,
  query: Omit<AuditQuery, 'limit' | 'most'> = {},
): AsyncGenerator<AuditLine> {
  return newestFirst(directory, query, { damaged: 0 });
}

type Walk = Omit<AuditPage, 'lines'>;

async function* newestFirst(directory: string, query: AuditQuery, walk: Walk): AsyncGenerator<AuditLine> {
  const { subject, actor, action, outcome, from, to } = query;
  const { most = Number.POSITIVE_INFINITY, before = Number.POSITIVE_INFINITY } = query;
  // Cheaper than parsing: what a line must contain as text.
  const needed = Object.entries({ subject, actor, action, outcome }).flatMap(([name, value]) =>
    value === undefined ? [] : [`"${name}":${lineText(value)}`],
  );
  let looked = 0;
  for (const { name, firstSeq } of (await listSegments(directory)).reverse()) {
    if (firstSeq >= before) continue;
    for await (const { text, ended } of linesBackward(join(directory, name))) {
      if (query.signal?.aborted) return;
      // An unfinished last line is being written, or was never acknowledged.
      if (!ended) continue;
      if (text !== undefined && numberIn(text) < before && ++looked > most) {
        const line = parseLine(text);
        if (line !== undefined) {
          walk.next = line.seq + 1;
          walk.searchedTo = line.at;
          return;
        }
      }
      const isCheckpoint = text?.includes('"checkpoint":{') === true;
      if (text !== undefined && !isCheckpoint && needed.some((part) => !text.includes(part))) continue;
      const line = text === undefined ? undefined : parseLine(text);
      if (line === undefined) {
        walk.damaged++;
        continue;
      }
      if (line.checkpoint !== undefined) {
        // Nothing before an announcement is later than the latest time that it names.
        if (from !== undefined && line.checkpoint.latest < from) return;
        continue;
      }
      if (line.seq >= before || (from !== undefined && line.at < from) || (to !== undefined && line.at > to)) continue;
      if (subject !== undefined && line.subject !== subject) continue;
      if (actor !== undefined && line.actor !== actor) continue;
      if (action !== undefined && line.action !== action) continue;
      if (outcome !== undefined && line.outcome !== outcome) continue;
      yield line;
    }
  }
}

/** The number of a line without parsing it; quotes inside of texts are escaped, so that none can pass for it. */
function numberIn(text: string): number {
  return Number(/"seq":(\d+)/.exec(text)?.[1] ?? Number.NaN);
}

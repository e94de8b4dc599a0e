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
  /** Every line as it stands, also the beginning of a change whose end was met (false). */
  whole?: boolean;
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

/**
 * Lines of the chain, newest first, reading from the end only as far as needed. Of a change the line that tells its end stands
 * for both; what was begun and has no end that was met stands by itself. Checks no MAC and needs no key.
 */
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
  const ended = new Set<string>();
  let looked = 0;
  for (const { name, firstSeq } of (await listSegments(directory)).reverse()) {
    if (firstSeq >= before) continue;
    for await (const { text, ended: isWhole } of linesBackward(join(directory, name))) {
      if (query.signal?.aborted) return;
      // An unfinished last line is being written, or was never acknowledged.
      if (!isWhole) continue;
      if (text !== undefined && !query.whole) noteEnd(text, ended);
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
      if (line.outcome === 'begun' && line.requestId !== undefined && ended.has(line.requestId)) continue;
      yield line;
    }
  }
}

/** Keeps the request whose end a line tells, where its beginning stands in an earlier line: a read has one line only. */
function noteEnd(text: string, ended: Set<string>): void {
  if (text.includes('"action":"read"') || text.includes('"outcome":"begun"')) return;
  const request = /"requestId":"([^"\\]+)"/.exec(text)?.[1];
  if (request !== undefined) ended.add(request);
}

/** The number of a line without parsing it; quotes inside of texts are escaped, so that none can pass for it. */
function numberIn(text: string): number {
  return Number(/"seq":(\d+)/.exec(text)?.[1] ?? Number.NaN);
}

import { join } from 'node:path';
import { type AuditLine, lineText, parseLine } from './entry.ts';
import { linesBackward, listSegments } from './segments.ts';

export interface AuditQuery {
  subject?: string;
  actor?: string;
  /** ISO 8601, inclusive. */
  from?: string;
  to?: string;
  /** How many at most (100). */
  limit?: number;
  /** Only lines with a lower number: the `next` of the page before. */
  before?: number;
  signal?: AbortSignal;
}

export interface AuditPage {
  /** Newest first; without the announcements of checkpoints. */
  lines: AuditLine[];
  /** Give it as `before` for the next page; undefined at the end. */
  next?: number;
  /** Lines that cannot be read: `verifyAudit` says where. */
  damaged: number;
}

/** Lines of the chain, newest first, reading from the end only as far as needed. Checks no MAC and needs no key. */
export async function readAudit(directory: string, query: AuditQuery = {}): Promise<AuditPage> {
  const { subject, actor, from, to, limit = 100, before = Number.POSITIVE_INFINITY } = query;
  // Cheaper than parsing: what a line must contain as text.
  const needed = [
    ...(subject === undefined ? [] : [`"subject":${lineText(subject)}`]),
    ...(actor === undefined ? [] : [`"actor":${lineText(actor)}`]),
  ];
  const lines: AuditLine[] = [];
  let damaged = 0;
  for (const { name, firstSeq } of (await listSegments(directory)).reverse()) {
    if (firstSeq >= before) continue;
    for await (const { text, ended } of linesBackward(join(directory, name))) {
      if (query.signal?.aborted) return { lines, damaged };
      // An unfinished last line is being written, or was never acknowledged.
      if (!ended) continue;
      const isCheckpoint = text?.includes('"checkpoint":{') === true;
      if (text !== undefined && !isCheckpoint && needed.some((part) => !text.includes(part))) continue;
      const line = text === undefined ? undefined : parseLine(text);
      if (line === undefined) {
        damaged++;
        continue;
      }
      if (line.checkpoint !== undefined) {
        // Nothing before an announcement is later than the latest time that it names.
        if (from !== undefined && line.checkpoint.latest < from) return { lines, damaged };
        continue;
      }
      if (line.seq >= before || (from !== undefined && line.at < from) || (to !== undefined && line.at > to)) continue;
      if (subject !== undefined && line.subject !== subject) continue;
      if (actor !== undefined && line.actor !== actor) continue;
      if (lines.length === limit) return { lines, next: lines[limit - 1]!.seq, damaged };
      lines.push(line);
    }
  }
  return { lines, damaged };
}

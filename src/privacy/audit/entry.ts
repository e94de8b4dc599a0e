import { createHmac, type KeyObject } from 'node:crypto';
import { canonicalJson } from '../../dossier/canonical.ts';
import type { AuditAction, AuditOutcome } from './actions.ts';

export type { AuditAction } from './actions.ts';

/**
 * One use of the program. The fields follow the roles of IHE BALP 1.1.3: who (agent), from where (network), what (action and
 * route), which patient and record (entity), why, with which outcome. Only ids: no name, number or text of a patient.
 */
export interface AuditEntry {
  /** Id of the account, `anonymous`, or `cli:` and the login name. */
  actor: string;
  roles?: readonly string[];
  /** Names the session without opening it: a hash or an id, never the token. */
  session?: string;
  action: AuditAction;
  /** Name of the route or command. */
  route: string;
  /** Opaque id of the patient. */
  subject?: string;
  /** Id of the record, account or file that was touched. */
  record?: string;
  outcome: AuditOutcome;
  /** HTTP status or exit code. */
  status?: number;
  /** Address of the other side. */
  remote?: string;
  /** Purpose of use (care, research, ...). */
  purpose?: string;
  /** Why, in the words of who did it, or why it was denied. */
  reason?: string;
  /** Id of the request, to find it in other logs. */
  requestId?: string;
  /** ISO 8601, UTC. Default: when the line is written. */
  at?: string;
}

/** What the chain adds for itself. */
export interface ChainEntry extends Omit<AuditEntry, 'action'> {
  /** `checkpoint`: a signed line in the checkpoint file covers the chain up to here. `mend`: leftovers of a killed program were removed. */
  action: AuditAction | 'checkpoint' | 'mend';
  /** `clock-back`: more than a second earlier than the line before, so that the clock was put back. */
  note?: 'clock-back';
  /** `noted`: a note of the end of the chain is kept beside it; chains of earlier versions have none. */
  checkpoint?: { number: number; latest: string; noted?: true };
}

/** A line of the chain as it is kept. */
export interface AuditLine extends ChainEntry {
  seq: number;
  at: string;
  /** HMAC-SHA-256 over the MAC of the line before and this line without its MAC. */
  mac: string;
}

/** The MAC before the first line. */
export const genesis = '0'.repeat(64);

const longestText = 500;
const texts = [
  'actor',
  'session',
  'route',
  'subject',
  'record',
  'remote',
  'purpose',
  'reason',
  'requestId',
  'at',
] as const;

/** The known fields of an entry and nothing else, long texts cut, so that no line grows without bound. */
export function bounded(entry: AuditEntry): AuditEntry {
  const kept: AuditEntry = { actor: '', route: '', action: entry.action, outcome: entry.outcome };
  for (const name of texts) {
    const text = entry[name];
    if (text === undefined) continue;
    const whole = String(text);
    kept[name] = whole.length > longestText ? `${whole.slice(0, longestText)}[cut]` : whole;
  }
  if (entry.roles !== undefined) kept.roles = entry.roles.slice(0, 20).map((role) => String(role).slice(0, 100));
  if (entry.status !== undefined && Number.isFinite(entry.status)) kept.status = entry.status;
  return kept;
}

/**
 * Canonical JSON in which no character can move a cursor, start a line or turn the direction of a text: C0 is escaped by
 * JSON itself, the rest (DEL, C1, line separators, bidirectional marks) here.
 */
export function lineText(value: unknown): string {
  return canonicalJson(value).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The MAC of a line, given the MAC of the line before. */
export function lineMac(macKey: KeyObject, previous: string, body: Omit<AuditLine, 'mac'>): string {
  return createHmac('sha256', macKey)
    .update(previous + lineText(body))
    .digest('hex');
}

/** The line of a text, or undefined when the text is not exactly what we would write for it. */
export function parseLine(text: string): AuditLine | undefined {
  try {
    const line = JSON.parse(text) as AuditLine;
    const whole = typeof line === 'object' && line !== null && Number.isSafeInteger(line.seq);
    return whole && typeof line.mac === 'string' && typeof line.at === 'string' && lineText(line) === text
      ? line
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the line follows the one that has this MAC. */
export function fits(macKey: KeyObject, previous: string, { mac, ...body }: AuditLine): boolean {
  return lineMac(macKey, previous, body) === mac;
}

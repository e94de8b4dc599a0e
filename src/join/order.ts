import { contentId } from '../dossier/canonical.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Purpose, Reader } from '../dossier/store.ts';
import type { Subject } from '../dossier/subject.ts';
import type { Moved, Transfer } from '../dossier/transfer.ts';

/** Who decides that records belong to somebody else, when and why. */
export interface Order {
  actor: string;
  reason: string;
  /** ISO 8601. */
  at: string;
  purpose?: Purpose;
  /** Subject -> sequence of its last change when the decision was made: what has changed since is seen first. */
  seen?: Readonly<Record<string, number>>;
  signal?: AbortSignal;
  /** After each file that was copied for the other subject. */
  onFile?(done: number, total: number): void;
}

/** What an act did. */
export interface TransferReport {
  act: string;
  type: Transfer['type'];
  from: string;
  into: string;
  /** The act made the subject `into`. */
  created: boolean;
  sources: Moved[];
  entries: Moved[];
  identities: Moved[];
  /** What `into` had already. */
  held: Moved[];
  /** Runs, and results without a run, that stepped back with `from`: they rested on what it gave away. */
  withdrawn: string[];
  /** Entries of `from` that stay with it although they are partly about what it gave away: somebody has to look. */
  review: string[];
  /** Whether `into` now stands as files of several people. */
  composite: boolean;
  issues: Issue[];
}

/** Throws `usage` for an order without a reason. */
export function checkOrder({ reason }: Order): void {
  if (reason.trim() === '') {
    throw new IdiographError('usage', 'whose data these are is decided with a reason', { remedy: 'State the reason.' });
  }
}

/** Throws `conflict` when one of the subjects is no longer as it was seen. */
export async function assertAsSeen(reader: Reader, { seen = {} }: Order): Promise<void> {
  for (const [subject, sequence] of Object.entries(seen)) {
    const now = await reader.sequence(subject);
    if (now === sequence) continue;
    throw new IdiographError('conflict', `${subject} has changed since it was looked at`, {
      subject,
      seen: sequence,
      sequence: now,
      remedy: 'Look at it again, then decide.',
    });
  }
}

/** A patient who can give or take data. Throws `not-found`, `conflict` for one that was merged into another. */
export async function openPatient(reader: Reader, id: string): Promise<Subject> {
  const record = (await reader.get(id))?.record;
  if (record?.kind !== 'subject') {
    throw new IdiographError('not-found', `there is no subject ${id}`, { subject: id });
  }
  if (record.mergedInto !== undefined) {
    throw new IdiographError('conflict', `${id} was merged into ${record.mergedInto}`, {
      subject: id,
      mergedInto: record.mergedInto,
      remedy: `Name ${record.mergedInto}, or undo that merge first.`,
    });
  }
  if (record.type !== 'patient') {
    throw new IdiographError('usage', `${id} is a ${record.type}, not a patient`, { subject: id });
  }
  return record;
}

/** The import record of the subject that takes something in. */
export function joinImportId({ subject, at, act }: { subject: string; at: string; act: string }): string {
  return contentId('import', { subject, at, origin: act });
}

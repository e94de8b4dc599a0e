import type { Transfer } from '../dossier/transfer.ts';
import { transferFrom } from '../dossier/transfer.ts';
import type { Carrying } from './carryOver.ts';
import type { TransferReport } from './order.ts';

/** What is the same in both halves of an act. */
type Both = Pick<Transfer, 'act' | 'type' | 'actor' | 'at' | 'reason' | 'moved' | 'held' | 'created' | 'undoes'>;
/** What is said of one subject alone. */
type Half = Pick<Transfer, 'withdraws' | 'before'> & Partial<Pick<Transfer, 'restates' | 'replaced'>>;

/** The two records of an act: one with the subject that gives, one with the subject that takes. */
export function bothHalves(
  both: Both,
  [from, given]: readonly [subject: string, half: Half],
  [into, got]: readonly [subject: string, half: Half],
): [out: Transfer, into: Transfer] {
  const none = { restates: [], replaced: [] };
  return [
    transferFrom({ ...both, ...none, ...given, subject: from, direction: 'out', counterpart: into }),
    transferFrom({ ...both, ...none, ...got, subject: into, direction: 'in', counterpart: from }),
  ];
}

/** What an act did, with what it carried over. */
export function reportOf(
  act: Pick<
    TransferReport,
    'act' | 'type' | 'from' | 'into' | 'created' | 'withdrawn' | 'review' | 'composite' | 'issues'
  >,
  { sources, entries, identities, held }: Pick<Carrying, 'sources' | 'entries' | 'identities' | 'held'>,
): TransferReport {
  return { ...act, sources, entries, identities, held };
}

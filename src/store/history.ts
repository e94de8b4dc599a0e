import { canonicalJson, sha256 } from '../dossier/canonical.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { StoreRecord } from '../dossier/store.ts';

/**
 * How records of one store follow each other (docs/decisions/0003-ids-and-history.md). Pure, the same for each engine.
 *
 * - `slot`: of all records of one slot the one stated last is current (findings, safety checks, recommendations).
 * - `parent`: the record that it steps back with: facts and regions with their source, results with their run.
 * - `statement`: hash of what the record says. The same id with the same statement is the same record.
 */
export interface Place {
  slot: string | undefined;
  parent: string | undefined;
  statement: string;
}

export function placeOf(record: StoreRecord): Place {
  switch (record.kind) {
    case 'finding':
      return { slot: record.slot, parent: record.run, statement: record.valueHash };
    case 'artifact':
      return { slot: undefined, parent: record.run, statement: record.blob };
    case 'safety-check':
      return { slot: `${record.subject}|safety-check|${record.check}`, parent: record.run, statement: hash(record) };
    case 'recommendation':
      return { slot: record.slot, parent: record.run, statement: hash(record) };
    case 'fact':
    case 'region':
      return { slot: undefined, parent: record.source, statement: hash(record) };
    case 'source': {
      // The same bytes read the same way are the same source, wherever and whenever they were found again.
      const { import: _, path: __, identity: ___, ...reading } = record;
      return { slot: undefined, parent: undefined, statement: hash(reading) };
    }
    case 'run':
      // When and how fast it ran is not its outcome.
      return {
        slot: undefined,
        parent: undefined,
        statement: hash({ findings: [...record.findings].sort(), artifacts: [...record.artifacts].sort() }),
      };
    default:
      return { slot: undefined, parent: undefined, statement: hash(record) };
  }
}

/** Ids that this record takes the place of, as it says itself. */
export function supersededIds(record: StoreRecord): readonly string[] {
  if (record.kind === 'run') return record.supersedes ?? [];
  if (record.kind === 'source' || record.kind === 'entry') return record.supersedes ? [record.supersedes] : [];
  return [];
}

/** True where a stated `supersedes` is final: a corrected source or entry does not come back by being read again. */
export function staysSuperseded(record: StoreRecord): boolean {
  return record.kind === 'source' || record.kind === 'entry';
}

/** Kinds whose id is made of all that they say. */
const contentMade: ReadonlySet<string> = new Set(['fact', 'entry', 'transfer']);

/**
 * Decides on an id that is there with another statement. Subjects, identities, imports, sources, regions, checks and
 * plan lines may be stated anew: that is a new version. Throws for the others: `value-changed` where a deterministic
 * analysis gave another outcome, `conflict` where an id that is made of the content came with other content.
 */
export function assertMayChange(stored: StoreRecord, offered: StoreRecord): void {
  if (stored.kind === 'finding' && offered.kind === 'finding') {
    throw changed(offered.id, offered.slot, stored.value, offered.value);
  }
  if (stored.kind === 'artifact' && offered.kind === 'artifact') {
    throw changed(offered.id, undefined, stored.blob, offered.blob);
  }
  if (stored.kind === 'run' && offered.kind === 'run') {
    const outcome = ({ findings, artifacts }: typeof stored) => ({ findings, artifacts });
    throw changed(offered.id, undefined, outcome(stored), outcome(offered));
  }
  if (stored.kind !== offered.kind || contentMade.has(stored.kind)) {
    throw new IdiographError('conflict', `${offered.kind} ${offered.id} is there already and says something else`, {
      id: offered.id,
      stored,
      offered,
      remedy: 'Give a changed statement a new id; a corrected entry or source names the old one in `supersedes`.',
    });
  }
}

function changed(id: string, slot: string | undefined, stored: unknown, offered: unknown): IdiographError {
  return new IdiographError(
    'value-changed',
    `${id} is there with another value: ${short(stored)}, now ${short(offered)}; nothing was written`,
    {
      id,
      slot,
      stored,
      offered,
      remedy: 'The same run gave two outcomes. Give the analysis a new version, or look for what it reads undeclared.',
    },
  );
}

function short(value: unknown): string {
  const text = canonicalJson(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function hash(value: unknown): string {
  return sha256(canonicalJson(value));
}

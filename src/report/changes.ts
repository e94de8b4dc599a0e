import { andList } from '../dossier/words.ts';
import type { ReportModel } from './model.ts';

type Kind = 'safety-check' | 'recommendation' | 'finding';

/** What two states of a dossier differ in, as `diffDossiers` says it. */
export interface StateDiff {
  changes: readonly {
    kind: Kind;
    change: 'added' | 'superseded' | 'removed';
    slot: string;
    title: string;
    before?: { id: string; says: string };
    after?: { id: string; says: string };
  }[];
  /** Findings that came out of newer runs with the same value. */
  confirmed: number;
}

/** "What has changed since last time", fit for JSON. */
export interface ChangesSince {
  /** One sentence that can be read alone. */
  sentence: string;
  /** Safety first, then plan lines, then findings; empty ones are left out. */
  groups: { kind: Kind; title: string; changes: ChangeLine[] }[];
  confirmed: number;
}

export interface ChangeLine {
  slot: string;
  change: 'new' | 'changed' | 'gone';
  title: string;
  before?: { id: string; says: string };
  after?: { id: string; says: string };
  /** It cannot wait as it is now. */
  urgent?: true;
  /** Page one shows it. */
  onPageOne?: true;
}

const marks = { added: 'new', superseded: 'changed', removed: 'gone' } as const;
const groups: readonly { kind: Kind; title: string; one: string; many: string }[] = [
  { kind: 'safety-check', title: 'Safety', one: 'safety question', many: 'safety questions' },
  { kind: 'recommendation', title: 'Plan lines', one: 'plan line', many: 'plan lines' },
  { kind: 'finding', title: 'Findings', one: 'finding', many: 'findings' },
];

/** Orders a difference for a reader: what cannot wait first, then what page one shows, then the rest by title. */
export function changesSince(diff: StateDiff, model: ReportModel): ChangesSince {
  const { safetyChecks, recommendations } = model.input.plan;
  const urgent = new Set(
    [...safetyChecks, ...recommendations].flatMap((one) => (one.urgency === 'now' ? [one.id] : [])),
  );
  const key = new Set(model.key.map((view) => view.finding.slot));
  const lines = diff.changes.map((one) => ({ kind: one.kind, line: lineOf(one, urgent, key) }));
  const found = groups.map((group) => ({
    ...group,
    changes: lines.flatMap(({ kind, line }) => (kind === group.kind ? [line] : [])).sort(weightiestFirst),
  }));
  const counts = found.flatMap(({ changes, one, many }) =>
    changes.length === 0 ? [] : [`${changes.length} ${changes.length === 1 ? one : many}`],
  );
  return {
    sentence:
      counts.length === 0
        ? 'No safety question, plan line or finding is otherwise than it was.'
        : `Otherwise than it was: ${andList(counts)}.`,
    groups: found
      .filter(({ changes }) => changes.length > 0)
      .map(({ kind, title, changes }) => ({ kind, title, changes })),
    confirmed: diff.confirmed,
  };
}

function lineOf(
  { change, slot, title, before, after }: StateDiff['changes'][number],
  urgent: ReadonlySet<string>,
  key: ReadonlySet<string>,
): ChangeLine {
  return {
    slot,
    change: marks[change],
    title,
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    ...(after && urgent.has(after.id) ? { urgent: true as const } : {}),
    ...(key.has(slot) ? { onPageOne: true as const } : {}),
  };
}

function weightiestFirst(a: ChangeLine, b: ChangeLine): number {
  const rank = (one: ChangeLine) => (one.urgent ? 0 : one.onPageOne ? 1 : 2);
  return (
    rank(a) - rank(b) ||
    (a.title < b.title ? -1 : a.title > b.title ? 1 : 0) ||
    (a.slot < b.slot ? -1 : a.slot > b.slot ? 1 : 0)
  );
}

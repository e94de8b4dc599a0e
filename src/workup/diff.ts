import { canonicalJson } from '../dossier/canonical.ts';
import type { Finding, Value } from '../dossier/finding.ts';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import type { Reader, Versioned } from '../dossier/store.ts';
import { unitForReader } from '../dossier/words.ts';
import { placeOf } from '../store/history.ts';
import { heldAt, type Moment, sequenceAt } from './moment.ts';

/** What can be compared between two states: things that stand in slots. */
export type Held = Finding | Recommendation | SafetyCheck;

/** One slot that holds something else than before. */
export interface Change {
  kind: Held['kind'];
  change: 'added' | 'superseded' | 'removed';
  slot: string;
  title: string;
  before?: { id: string; says: string };
  after?: { id: string; says: string };
}

export interface DossierDiff {
  subject: string;
  /** Last acknowledgement of each state; `now` where it is not over. */
  before: number | 'now';
  after: number | 'now';
  /** Safety checks, plan lines, findings; each by slot. */
  changes: Change[];
  /** Findings that came out of a newer run with the same value. */
  confirmed: number;
}

const kinds = ['safety-check', 'recommendation', 'finding'] as const;

/** Compares two states of a dossier. Pure: it only reads. */
export async function diffDossiers(
  reader: Reader,
  subject: string,
  before: Moment,
  after: Moment = 'now',
): Promise<DossierDiff> {
  const [from, to] = [await sequenceAt(reader, subject, before), await sequenceAt(reader, subject, after)];
  const [old, now] = [await stateAt(reader, subject, from), await stateAt(reader, subject, to)];
  const named = (sequence: number) => (Number.isFinite(sequence) ? sequence : ('now' as const));
  return { subject, before: named(from), after: named(to), ...compareStates(old, now) };
}

/** Findings, checks and plan lines that were current after an acknowledgement; without one: those that are. */
export async function stateAt(reader: Reader, subject: string, sequence = Number.POSITIVE_INFINITY): Promise<Held[]> {
  const held: Held[] = [];
  for (const kind of kinds) {
    if (sequence === Number.POSITIVE_INFINITY) {
      held.push(...(await reader.list(subject, kind)));
      continue;
    }
    const all = await reader.list(subject, kind, { history: true });
    for (const slot of new Set(all.map(slotOf))) {
      const record = await heldAt(reader, (await reader.history(slot)) as Versioned<Held>[], sequence);
      if (record) held.push(record);
    }
  }
  return held;
}

/** What differs between two states, slot by slot. */
export function compareStates(
  before: readonly Held[],
  after: readonly Held[],
): Pick<DossierDiff, 'changes' | 'confirmed'> {
  const [old, now] = [before, after].map((held) => new Map(held.map((one) => [slotOf(one), one])));
  const changes: Change[] = [];
  let confirmed = 0;
  for (const slot of [...new Set([...old!.keys(), ...now!.keys()])].sort()) {
    const change = compare(slot, old!.get(slot), now!.get(slot));
    if (change === 'confirmed') confirmed++;
    else if (change) changes.push(change);
  }
  return { changes: kinds.flatMap((kind) => changes.filter((change) => change.kind === kind)), confirmed };
}

function slotOf(held: Held): string {
  return placeOf(held).slot!;
}

function compare(slot: string, before: Held | undefined, after: Held | undefined): Change | 'confirmed' | undefined {
  const some = after ?? before;
  if (!some || canonicalJson(before ?? null) === canonicalJson(after ?? null)) return undefined;
  if (before?.kind === 'finding' && after?.kind === 'finding' && before.valueHash === after.valueHash)
    return 'confirmed';
  return {
    kind: some.kind,
    change: !before ? 'added' : !after ? 'removed' : 'superseded',
    slot,
    title: titleOf(some),
    ...(before && { before: { id: before.id, says: sayHeld(before) } }),
    ...(after && { after: { id: after.id, says: sayHeld(after) } }),
  };
}

function titleOf(held: Held): string {
  if (held.kind === 'safety-check') return held.display;
  if (held.kind === 'recommendation') return `${held.about} (${held.rule.id})`;
  const where = held.site?.display ?? held.region;
  return [held.measure.display, where, held.time?.slice(0, 10)].filter((part) => part !== undefined).join(', ');
}

function sayHeld(held: Held): string {
  if (held.kind === 'safety-check') return `${held.state}, ${held.urgency}`;
  if (held.kind === 'recommendation') return `${held.verb} (${held.urgency}): ${held.action}`;
  return sayValue(held.value);
}

/** A value in a few words, with up to six significant digits. */
function sayValue(value: Value): string {
  switch (value.type) {
    case 'quantity':
      return withUnit(sayNumber(value.value), value.unit);
    case 'code':
      return value.code.display;
    case 'set':
      return `one of ${value.members.map(({ value }) => sayValue(value)).join(' | ')}`;
    case 'interval':
      return withUnit(`${sayNumber(value.low)} to ${sayNumber(value.high)}`, value.unit);
    case 'coordinate':
      return `(${value.xyzMm.map(sayNumber).join(', ')}) mm in ${value.frame}`;
    case 'series':
      return `series ${value.artifact}`;
    case 'refused':
      return `refused: ${value.reason}`;
  }
}

function sayNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function withUnit(text: string, unit: string): string {
  const words = unitForReader(unit);
  return words === '' ? text : `${text} ${words}`;
}

const marks = { added: '+', superseded: '~', removed: '-' } as const;

/** The diff for a terminal, one line a change. */
export function diffText(diff: DossierDiff): string {
  const lines = diff.changes.map(({ change, title, before, after }) => {
    const says = [before?.says, after?.says].filter((part) => part !== undefined).join(' -> ');
    return `${marks[change]} ${title}: ${says}`;
  });
  if (lines.length === 0) lines.push('no finding, check or plan line changed');
  if (diff.confirmed > 0) lines.push(`  ${diff.confirmed} findings came out of newer runs with the same value`);
  return lines.join('\n');
}

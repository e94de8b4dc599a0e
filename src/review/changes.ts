import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import {
  type CheckContent,
  checkContent,
  checkSlot,
  type Difference,
  differences,
  type LineContent,
  lineContent,
} from './content.ts';
import type { ReviewInput } from './input.ts';
import { type SignedContent, signedContent } from './signedContent.ts';

/** One thing that is not as it was. */
export interface Change {
  what: 'line' | 'check' | 'finding' | 'source' | 'decision' | 'entry' | 'plan';
  slot: string;
  /** In words, readable alone. */
  says: string;
  changed: Difference[];
}

/** Lines and checks of a plan that read otherwise than these. */
export function planChanges(
  before: { lines: readonly { slot: string; content: LineContent }[]; checks: readonly CheckContent[] },
  now: { subject: string; recommendations: readonly Recommendation[]; safetyChecks: readonly SafetyCheck[] },
): Change[] {
  const lines = compareBySlot(
    'line',
    before.lines.map(({ slot, content }) => [slot, content]),
    now.recommendations.map((line) => [line.slot, lineContent(line)]),
    ({ action }) => action,
  );
  const slotted = (content: CheckContent) => [checkSlot(now.subject, content.check), content] as const;
  const checks = compareBySlot(
    'check',
    before.checks.map(slotted),
    now.safetyChecks.map((check) => slotted(checkContent(check))),
    ({ display, state }) => `${display}: ${state}`,
  );
  return [...checks, ...lines];
}

/** What is otherwise than when it was signed: checks, lines, decisions, findings by value, sources. */
export function changesSinceSigned(input: ReviewInput, signed: SignedContent): Change[] {
  const now = signedContent(input, { program: signed.program });
  const decisions = now.lines.flatMap((line): Change[] => {
    const before = signed.lines.find(({ slot }) => slot === line.slot)?.decision;
    if (before?.entry === line.decision?.entry) return [];
    const [was, is] = [before, line.decision].map((one) => (one ? `${one.decision} by ${one.author}` : 'undecided'));
    return [
      { what: 'decision', slot: line.slot, says: `decision on "${line.content.action}": ${was} -> ${is}`, changed: [] },
    ];
  });
  const findings = compareBySlot(
    'finding',
    signed.findings.map((one) => [one.slot, { title: one.title, value: one.says, hash: one.valueHash }]),
    now.findings.map((one) => [one.slot, { title: one.title, value: one.says, hash: one.valueHash }]),
    ({ title, value }) => `${title}: ${value}`,
  );
  const sources = compareBySlot(
    'source',
    signed.sources.map((id) => [id, { id }]),
    input.dossier.sources.map(({ id, path }) => [id, { id, path }]),
    (source) => ('path' in source ? String(source.path) : source.id),
    true,
  );
  return [
    ...planChanges({ lines: signed.lines, checks: signed.checks.map(({ content }) => content) }, input.plan),
    ...decisions,
    ...findings.map((change) => ({ ...change, changed: change.changed.filter(({ part }) => part !== 'hash') })),
    ...sources,
  ];
}

function compareBySlot<T extends object>(
  what: Change['what'],
  before: readonly (readonly [string, T])[],
  after: readonly (readonly [string, T])[],
  say: (content: T) => string,
  existence = false,
): Change[] {
  const [old, now] = [new Map(before), new Map(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((slot): Change[] => {
    const [was, is] = [old.get(slot), now.get(slot)];
    if (was === undefined) return [{ what, slot, says: `new ${what}: ${say(is!)}`, changed: [] }];
    if (is === undefined) return [{ what, slot, says: `${what} is gone: ${say(was)}`, changed: [] }];
    const changed = existence ? [] : differences(was, is);
    if (changed.length === 0) return [];
    const says = say(was) === say(is) ? `${what} reads otherwise: ${say(is)}` : `${what}: ${say(was)} -> ${say(is)}`;
    return [{ what, slot, says, changed }];
  });
}

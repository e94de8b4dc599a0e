import { z } from 'zod';
import { canonicalJson, sha256 } from '../dossier/canonical.ts';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';

const words = z.array(z.string());

/** What a reader sees of a plan line: its words, without ids and runs, which change with every day and every re-run. */
export const LineContent = z.object({
  rule: z.string(),
  about: z.string(),
  verb: z.string(),
  action: z.string(),
  urgency: z.string(),
  strength: z.string(),
  for: words,
  against: words,
  conflicts: words,
  wouldChange: words,
  lookAgain: z.string().optional(),
  /** Absent in what was signed before lines carried them. */
  certainty: z.string().optional(),
  alternatives: words.optional(),
  monitor: words.optional(),
  held: z.string().optional(),
  guidance: words,
  cautions: words,
});
export type LineContent = z.infer<typeof LineContent>;

/** What a reader sees of a safety check. */
export const CheckContent = z.object({
  check: z.string(),
  display: z.string(),
  state: z.string(),
  urgency: z.string(),
  statement: z.string(),
  action: z.string().optional(),
});
export type CheckContent = z.infer<typeof CheckContent>;

export function lineContent(line: Recommendation): LineContent {
  const said = (all: readonly { statement: string }[]) => all.map(({ statement }) => statement);
  return {
    rule: line.rule.id,
    about: line.about,
    verb: line.verb,
    action: line.action,
    urgency: line.urgency,
    strength: `${line.strength.grade} (${line.strength.body})`,
    for: said(line.for),
    against: said(line.against),
    conflicts: said(line.conflicts),
    wouldChange: line.wouldChange,
    ...(line.lookAgain === undefined ? {} : { lookAgain: line.lookAgain }),
    ...(line.certainty === undefined ? {} : { certainty: line.certainty }),
    ...(line.alternatives === undefined ? {} : { alternatives: said(line.alternatives) }),
    ...(line.monitor === undefined ? {} : { monitor: line.monitor.map(({ what, at }) => `${what}: ${at}`) }),
    ...(line.held === undefined ? {} : { held: line.held.because }),
    guidance: line.guidance.map(({ title, version, date, state }) =>
      [title, version, date, state].filter((part) => part !== undefined).join(', '),
    ),
    cautions: line.issues.map(({ message }) => message),
  };
}

export function checkContent(check: SafetyCheck): CheckContent {
  return {
    check: check.check,
    display: check.display,
    state: check.stateLabel,
    urgency: check.urgency,
    statement: check.statement,
    ...(check.action === undefined ? {} : { action: check.action }),
  };
}

/** Slot of a check, as the store files it. */
export function checkSlot(subject: string, check: string): string {
  return `${subject}|safety-check|${check}`;
}

/** One part of a line or check that reads otherwise than before. */
export const Difference = z.object({ part: z.string(), removed: words, added: words });
export type Difference = z.infer<typeof Difference>;

/** What differs between two contents of one form, part by part; none when a reader would see the same. */
export function differences(before: object, after: object): Difference[] {
  const [old, now] = [before, after].map((content) => new Map(Object.entries(content)));
  return [...new Set([...old!.keys(), ...now!.keys()])].flatMap((part) => {
    const [was, is] = [listOf(old!.get(part)), listOf(now!.get(part))];
    const removed = was.filter((one) => !is.includes(one));
    const added = is.filter((one) => !was.includes(one));
    return removed.length > 0 || added.length > 0 ? [{ part, removed, added }] : [];
  });
}

function listOf(value: unknown): string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

/** SHA-256 over the canonical JSON: equal for two contents that say the same, in whatever order their keys stand. */
export function contentHash(content: unknown): string {
  return sha256(canonicalJson(content));
}

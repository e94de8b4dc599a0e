/**
 * Patients of our own making as data: a few findings and facts, and what the plan must and must not say of them. Compact,
 * so that a clinician can read a file and add to it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Dossier } from '../../src/dossier/analysis.ts';
import type { Fact } from '../../src/dossier/fact.ts';
import type { Finding, Value } from '../../src/dossier/finding.ts';
import { loadKnowledge } from '../../src/knowledge/load.ts';
import { buildPlan, type Plan } from '../../src/plan/buildPlan.ts';
import { coded, codedSet, quantity, testDossier, testFinding } from '../../src/plan/testFindings.ts';

export const asOf = '2026-11-24';

/** One finding. `days`: days before the day of the plan; null: undated. */
export const Given = z.strictObject({
  /** A medicine on the list, by the name of the drug file. */
  drug: z.string().optional(),
  /** How it stands on the list; active when left out. */
  as: z.enum(['active', 'as-needed', 'planned', 'stopped', 'unclear']).optional(),
  dose: z.number().optional(),
  condition: z.string().optional(),
  is: z.enum(['active', 'past']).optional(),
  m: z.string().optional(),
  site: z.string().optional(),
  value: z.number().optional(),
  /** An interval up to here, from `value` on. */
  upTo: z.number().optional(),
  unit: z.string().optional(),
  codes: z.array(z.string()).min(1).optional(),
  refused: z.string().optional(),
  /** Further codes of the finding, by system. */
  also: z.record(z.string(), z.string()).optional(),
  reader: z.string().optional(),
  /** Code of an issue that the finding carries. */
  issue: z.string().optional(),
  days: z.number().nullable().optional(),
});
export type Given = z.infer<typeof Given>;

const Person = { born: z.string().optional(), sex: z.enum(['female', 'male']).optional() };

/** A patient on whom a rule speaks, and the one change after which it does not. */
export const Pair = z.strictObject({
  rule: z.string(),
  ...Person,
  patient: z.array(Given),
  /** Replaces the finding at this place, or takes it away. */
  but: z.strictObject({ at: z.number().int().nonnegative(), is: Given.nullable() }).optional(),
  /** Or another date of birth. */
  bornBut: z.string().optional(),
  about: z.string().optional(),
});
export type Pair = z.infer<typeof Pair>;

const Line = z.strictObject({
  rule: z.string(),
  about: z.string().optional(),
  verb: z.string().optional(),
  urgency: z.string().optional(),
  grade: z.string().optional(),
  held: z.boolean().optional(),
  /** Words that stand in the action. */
  says: z.array(z.string()).optional(),
  /** Words among what speaks against it. */
  against: z.array(z.string()).optional(),
  alternatives: z.number().optional(),
});

export const Case = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Guidelines or labels on which the expectation rests. */
  facts: z.array(z.string()).min(1),
  ...Person,
  patient: z.array(Given),
  lines: z.array(Line),
  absent: z.array(z.string()).default([]),
  checks: z.array(z.strictObject({ check: z.string(), state: z.string(), urgency: z.string().optional() })).default([]),
  never: z.array(z.string()).default([]),
});
export type Case = z.infer<typeof Case>;

const drugs = (loadKnowledge('clinical/drugs.json').data as { drugs: { name: string; atc?: string[] }[] }).drugs;

/** The finding that a work-up would have stored. Throws on a drug that the drug file does not know. */
export function findingOf(given: Given, at = 0): Finding {
  const time = given.days === null ? undefined : dayBefore(given.days ?? 0);
  const more = { ...(time === undefined ? {} : { time }), run: `run-${at}` };
  if (given.drug !== undefined) {
    const known = drugs.find(({ name }) => name === given.drug);
    if (known === undefined) throw new Error(`no drug is called ${given.drug}`);
    const as = given.as ?? 'active';
    const measure = `${as === 'as-needed' ? 'active' : as}-medication`;
    const finding = testFinding(measure, given.dose === undefined ? coded(as) : quantity(given.dose, 'mg/d'), {
      ...more,
      site: given.drug,
    });
    const issues =
      given.issue === undefined ? [] : [{ code: given.issue, severity: 'warning' as const, message: given.issue }];
    return { ...finding, issues, codes: (known.atc ?? []).map((code) => ({ system: 'ATC', code, display: code })) };
  }
  if (given.condition !== undefined)
    return testFinding('condition', coded(given.is ?? 'active'), { ...more, site: given.condition });
  const finding = testFinding(given.m!, valueGiven(given), {
    ...more,
    ...(given.site === undefined ? {} : { site: given.site }),
    ...(given.reader === undefined ? {} : { reader: given.reader }),
    issues: given.issue === undefined ? [] : [{ code: given.issue, severity: 'warning', message: given.issue }],
  });
  const also = Object.entries(given.also ?? {}).map(([system, code]) => ({ system, code, display: code }));
  return also.length === 0 ? finding : { ...finding, codes: also };
}

function valueGiven({ value, upTo, unit = '{score}', codes, refused }: Given): Value {
  if (refused !== undefined) return { type: 'refused', reason: refused };
  if (codes !== undefined) return codes.length === 1 ? coded(codes[0]!) : codedSet(...codes);
  if (upTo !== undefined) return { type: 'interval', low: value ?? 0, high: upTo, unit };
  return quantity(value ?? 0, unit);
}

export function dayBefore(days: number): string {
  return new Date(Date.parse(`${asOf}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

export function dossierOfVignette(
  patient: readonly Given[],
  { born, sex }: { born?: string | undefined; sex?: string | undefined },
): Dossier {
  const fact = (type: 'birth-date' | 'sex', value: Fact['value']): Fact => ({
    kind: 'fact',
    id: `fact-${type}`,
    subject: 's1',
    source: 'src-1',
    place: 'Patient',
    type,
    code: { system: 'test', code: type, display: type },
    ...(value === undefined ? {} : { value }),
    status: 'active',
    isEvent: false,
    issues: [],
  });
  const facts = [
    ...(born === undefined ? [] : [fact('birth-date', { type: 'date', date: born })]),
    ...(sex === undefined ? [] : [fact('sex', { type: 'code', code: { system: 'test', code: sex, display: sex } })]),
  ];
  return testDossier(
    patient.map((one, i) => findingOf(one, i)),
    { facts },
  );
}

export function planOf(
  patient: readonly Given[],
  person: { born?: string | undefined; sex?: string | undefined },
): Plan {
  return buildPlan(dossierOfVignette(patient, person), { asOf });
}

function readAll<T>(folder: string, schema: z.ZodType<T>): T[] {
  const here = join(import.meta.dirname, folder);
  return readdirSync(here)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => z.array(schema).parse(JSON.parse(readFileSync(join(here, name), 'utf8'))));
}

export const readPairs = () => readAll('pairs', Pair);
export const readCases = () => readAll('cases', Case);

import { z } from 'zod';
import { contentId } from '../dossier/canonical.ts';
import { daysBetween } from '../dossier/dateTime.ts';
import type { Finding } from '../dossier/finding.ts';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import { KnowledgeHeader } from '../knowledge/load.ts';
import { matches } from './bindings.ts';
import { holds, type Scene } from './conditions.ts';
import type { FindingIndex } from './findingIndex.ts';
import { estimates, type LabelFile } from './labelFacts.ts';
import { Binding, Condition } from './rule.ts';
import { sentence } from './template.ts';

/** A question about the drugs on the list: positive where a rule gave a line, else as good as what answers it. */
export const DrugCheck = z.strictObject({
  check: z.string(),
  display: z.string(),
  negativeLabel: z.string().optional(),
  bind: z.record(z.string(), Binding),
  /** Asked only when this name is bound. */
  relevant: z.string().optional(),
  /** Drugs of these rows of plan/label-facts.json are the sites of `relevant`. */
  rows: z.enum(['renal', 'pregnancy', 'qt']).optional(),
  /** Which measure answers for each drug of the rows; made from the rows on kidney function. */
  answeredBy: z.record(z.string(), z.array(z.string())).default({}),
  when: Condition.optional(),
  /** Rules a line of which makes it positive. */
  rules: z.array(z.string()).min(1),
  /** Names that answer it, the first that is bound: its date and its age are those of the answer. */
  answer: z.array(z.string()).min(1),
  staleAfterDays: z.number().int().positive(),
  /** Not assessed and stale stay out of the banner: another question already asks for what is missing. */
  quiet: z.boolean().default(false),
  statements: z.strictObject({
    positive: z.string(),
    negative: z.string(),
    stale: z.string(),
    notAssessed: z.string(),
  }),
  action: z.strictObject({
    positive: z.string(),
    stale: z.string().optional(),
    notAssessed: z.string().optional(),
  }),
});
export type DrugCheck = z.infer<typeof DrugCheck>;

export const DrugCheckFile = KnowledgeHeader.extend({ checks: z.array(DrugCheck) });

/** The checks with the drugs of the label rows on which they stand. */
export function withLabelDrugs(checks: readonly DrugCheck[], file: LabelFile): DrugCheck[] {
  return checks.map((check) => {
    const { rows, relevant } = check;
    if (rows === undefined || relevant === undefined) return check;
    const site = [...new Set(file[rows].flatMap(({ drugs }) => drugs))].sort();
    const answeredBy: Record<string, string[]> = {};
    if (rows === 'renal')
      for (const { drugs, estimate } of file.renal)
        for (const drug of drugs) answeredBy[drug] = [...(answeredBy[drug] ?? []), estimates[estimate].measure];
    return { ...check, answeredBy, bind: { ...check.bind, [relevant]: { ...check.bind[relevant]!, site } } };
  });
}

/**
 * Asks one question about the drugs in the four states. Positive names the lines that say what to do; a list or an estimate
 * that is absent is `not-assessed`, one that is old or undated `stale`, and only what was read and holds is `negative`.
 */
export function askDrugs(
  rule: DrugCheck,
  findings: FindingIndex,
  lines: readonly Recommendation[],
  context: Omit<Scene, 'bound' | 'all' | 'safety'> & { subject: string; run: string },
): SafetyCheck[] {
  const all = new Map(Object.entries(rule.bind).map(([name, binding]) => [name, matches(binding, findings)] as const));
  const bound = new Map([...all].flatMap(([name, found]) => (found[0] ? [[name, found[0]] as const] : [])));
  const positive = lines.filter((line) => rule.rules.includes(line.rule.id));
  if (positive.length === 0) {
    if (rule.relevant !== undefined && !bound.has(rule.relevant)) return [];
    if (!holds(rule.when, { ...context, bound, all, safety: [] })) return [];
  }
  const answer = rule.answer.map((name) => bound.get(name)).find((one) => one !== undefined && readable(one));
  const state = stateOf(rule, answer, positive.length > 0, context.asOf);
  const words = { negative: 'negative', positive: 'positive', stale: 'out of date', 'not-assessed': 'not assessed' };
  const part = state === 'not-assessed' ? 'notAssessed' : state;
  const action = part === 'negative' ? undefined : rule.action[part];
  const basis = [
    ...new Set([
      ...positive.flatMap(({ id, basis }) => [id, ...basis]),
      ...(answer ? [answer.id] : []),
      ...(rule.rows === undefined ? [] : (all.get(rule.relevant ?? '') ?? []).map(({ id }) => id)),
    ]),
  ].sort();
  const { subject, run, asOf } = context;
  // Positive stays open: only a recorded action takes a positive answer out of the banner.
  const open = state === 'positive' || (state !== 'negative' && !rule.quiet);
  if (answer) bound.set('answer', answer);
  for (const [name, found] of byAssessment(rule, findings, all, positive)) all.set(name, found);
  return [
    {
      kind: 'safety-check',
      id: contentId('safe', { subject, check: rule.check, state, basis, asOf }),
      subject,
      run,
      check: rule.check,
      display: rule.display,
      state,
      stateLabel: state === 'negative' ? (rule.negativeLabel ?? words.negative) : words[state],
      urgency: open ? 'open' : 'none',
      ...(answer?.time ? { at: answer.time } : {}),
      ...(positive.length > 0 ? { lines: positive.map(({ id }) => id) } : {}),
      statement: sentence(rule.statements[part], bound, all),
      ...(action === undefined ? {} : { action: sentence(action, bound, all) }),
      basis,
    },
  ];
}

/** `concerned`: drugs of the lines; `assessed`: those whose row had an estimate; `unassessed`: no row, or no estimate. */
function byAssessment(
  { answeredBy, relevant, rows }: DrugCheck,
  findings: FindingIndex,
  all: ReadonlyMap<string, readonly Finding[]>,
  lines: readonly Recommendation[],
): [string, Finding[]][] {
  const listed = [...(all.get('any') ?? all.get(relevant ?? '') ?? [])];
  const named = new Set(lines.map(({ about }) => about));
  const isAssessed = ({ site }: Finding) =>
    rows !== 'renal' ||
    (answeredBy[site?.code ?? ''] ?? []).some((code) => (findings.get(code) ?? []).some((one) => readable(one)));
  return [
    ['concerned', listed.filter(({ site }) => named.has(site?.display ?? ''))],
    ['assessed', listed.filter(isAssessed)],
    ['unassessed', listed.filter((one) => !isAssessed(one) && !named.has(one.site?.display ?? ''))],
  ];
}

function readable({ value }: Finding): boolean {
  return value.type !== 'refused';
}

function stateOf(
  rule: DrugCheck,
  answer: Finding | undefined,
  isPositive: boolean,
  asOf: string,
): SafetyCheck['state'] {
  if (isPositive) return 'positive';
  if (answer === undefined) return 'not-assessed';
  const days = answer.time === undefined ? undefined : daysBetween(answer.time, asOf);
  return days !== undefined && days <= rule.staleAfterDays ? 'negative' : 'stale';
}

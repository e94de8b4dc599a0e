/** Rows of a trial's table as prompts of a diary: what the analysis of trials reads, wherever it comes from. */
import { daysBetween } from '../../dossier/dateTime.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { dayAfter, type FrozenTrial } from '../../dossier/trial.ts';
import { diaryCode } from '../answers/diary.ts';
import type { Draft } from '../format.ts';
import type { Table } from '../table/csv.ts';
import { letterOf, trialColumns, trialRows } from './rows.ts';

/** Code of a question: `Pain at night` is `pain-at-night`, as in a diary. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** Facts by person (`''` where the table names none). Days without an answer say nothing; what does not belong is told. */
export function dayFacts(
  { plan, schedule, startDay }: FrozenTrial,
  table: Table,
): { facts: Map<string, Draft['facts']>; issues: Issue[] } {
  const named = table.columns.find((column) => slug(column) === slug(plan.measure));
  const { rows, issues } = trialRows(table, {
    measure: named ?? table.columns.find((one) => trialColumns.value.test(one)),
  });
  const facts = new Map<string, Draft['facts']>();
  const tiers = plan.design.type === 'baselines' ? plan.design.tiers : [''];
  for (const row of rows) {
    const place = `line ${row.line}`;
    const tier = tiers.findIndex((one) => slug(one) === slug(plan.design.type === 'baselines' ? row.tier : ''));
    if (tier < 0) {
      issues.push(
        issue('error', 'tier-unknown', `The plan has no tier "${row.tier.slice(0, 40)}"; the answer is left out.`, {
          place,
          remedy: `Its tiers are ${tiers.join(', ')}.`,
        }),
      );
      continue;
    }
    const index = typeof row.day === 'number' ? row.day - 1 : daysBetween(startDay, row.day);
    const day = typeof row.day === 'number' ? dayAfter(startDay, index) : row.day;
    if (row.value === undefined && row.sideEffect === undefined) continue;
    if (index < 0 || index >= schedule[tier]!.length) {
      issues.push(
        issue('warning', 'outside-trial', `${day} is no day of the trial; the analysis leaves it out.`, {
          place,
          remedy: 'Check the first day of the plan.',
        }),
      );
    }
    const stated = statedLetter(row.treatment, plan);
    const drawn = schedule[tier]![index];
    if (stated !== undefined && drawn !== undefined && stated !== drawn)
      issues.push(
        issue(
          'warning',
          'treatment-differs',
          `The plan drew ${drawn} for ${day} and the row says ${stated}; it is read as drawn.`,
          {
            place,
            remedy: 'Ask what was taken; a trial is read as it was drawn, not as it was lived.',
          },
        ),
      );
    const code = tiers[tier] === '' ? slug(plan.measure) : `${slug(plan.measure)}-${slug(tiers[tier]!)}`;
    const components = [
      ...(row.value === undefined ? [] : [component(code, plan.measure, row.value)]),
      ...(row.sideEffect === undefined || plan.sideEffect === undefined
        ? []
        : [component(slug(plan.sideEffect.measure), plan.sideEffect.measure, row.sideEffect)]),
    ];
    const own = facts.get(row.id) ?? [];
    facts.set(row.id, own);
    own.push({
      place,
      type: 'observation',
      code: diaryCode,
      value: { type: 'components', components },
      at: day,
      statedAt: day,
      status: 'completed',
      isEvent: false,
      issues: [],
    });
  }
  return { facts, issues };
}

function component(code: string, display: string, value: number) {
  return { code: { system: 'diary', code, display }, value, unit: '{score}' };
}

/** A label in the words of the plan, else as any table may put it. */
function statedLetter(label: string, { treatment, comparison }: FrozenTrial['plan']): 'A' | 'B' | '-' | undefined {
  if (label === '') return undefined;
  const is = (words: string) => words.trim().toLowerCase() === label.toLowerCase();
  return is(treatment) ? 'B' : is(comparison) ? 'A' : letterOf(label, undefined);
}

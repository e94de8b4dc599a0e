import type { Fact } from '../dossier/fact.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { daySpan, daysBetween } from './dates.ts';

/** LOINC codes of body weight and height: general, measured, stated. */
const vitals = {
  'body-weight': { codes: new Set(['29463-7', '3141-9', '3142-7', '8335-2']), unit: 'kg', plausible: [0.3, 500] },
  'body-height': { codes: new Set(['8302-2', '3137-7', '3138-5', '8301-4']), unit: 'cm', plausible: [20, 260] },
} as const;
export type Vital = keyof typeof vitals;

/** Factors to the unit above. Printed units of record systems beside the UCUM codes. */
const factors: Record<string, Record<string, number>> = {
  kg: { kg: 1, g: 0.001, '[lb_av]': 0.45359237, lb: 0.45359237, lbs: 0.45359237, '[oz_av]': 0.028349523125 },
  cm: { cm: 1, m: 100, mm: 0.1, '[in_i]': 2.54, in: 2.54, '[ft_i]': 30.48 },
};

export interface Measured {
  /** kg or cm */
  value: number;
  unit: 'kg' | 'cm';
  at: string;
  /** Days between the value and the day asked for; negative when it was measured later. */
  ageDays?: number;
  fact: string;
  issues: Issue[];
}

/**
 * Latest body weight (kg) or height (cm) not after a day. Values without a date, with a comparator, in a unit that we
 * do not know or beyond all people are passed over. Undefined when none is left.
 */
export function latestVital(facts: readonly Fact[], vital: Vital, before?: string): Measured | undefined {
  const { codes, unit, plausible } = vitals[vital];
  const measured = facts
    .filter((fact) => fact.type === 'observation' && fact.status === 'completed')
    .filter((fact) => [fact.code, ...(fact.codes ?? [])].some((c) => c.system === 'LOINC' && codes.has(c.code)))
    .flatMap((fact): Measured[] => {
      const { value, at } = fact;
      if (value?.type !== 'quantity' || value.comparator || at === undefined) return [];
      const factor = factors[unit]?.[value.unit];
      const converted = value.value * (factor ?? Number.NaN);
      if (!(converted >= plausible[0] && converted <= plausible[1])) return [];
      if (before !== undefined && daySpan(at).first > daySpan(before).last) return [];
      const age = before === undefined ? undefined : daysBetween(at, before);
      return [
        {
          value: converted,
          unit,
          at,
          ...(age === undefined ? {} : { ageDays: age }),
          fact: fact.id,
          issues: [...fact.issues],
        },
      ];
    })
    .sort((a, b) => b.at.localeCompare(a.at) || a.fact.localeCompare(b.fact));
  const [latest] = measured;
  if (!latest) return undefined;
  const others = measured.filter((one) => one.at.slice(0, 10) === latest.at.slice(0, 10) && one.value !== latest.value);
  if (others.length > 0) {
    latest.issues.push(
      issue('warning', `${vital}-several`, `${others.length + 1} different values on ${latest.at.slice(0, 10)}.`, {
        remedy: 'Check which one is right.',
      }),
    );
  }
  return latest;
}

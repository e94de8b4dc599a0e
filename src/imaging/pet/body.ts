import type { Fact } from '../../dossier/fact.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Sex } from '../../dossier/subject.ts';
import { bodyHeightCode, bodyWeightCode } from './choose.ts';
import { type PetHeader, scanDay } from './petHeader.ts';

/** The body that uptake is normalised to, with what the record says against it. */
export interface Body {
  weightKg: number | undefined;
  heightM: number | undefined;
  sex: Sex;
  issues: Issue[];
  /** Facts that were compared or used. */
  used: string[];
}

/** A recorded weight or height further from the scan than this says little about that day. */
const nearDays = 60;

/**
 * Weight, height and sex from the scan's own header. The record is a cross-check: a weight near the scan that differs by
 * more than 10 % (height: 5 %) is named. Only a height that the header lacks is taken from the record, with an issue.
 */
export function bodyOf(header: PetHeader, facts: readonly Fact[]): Body {
  const issues: Issue[] = [];
  const used: string[] = [];
  const day = scanDay(header);
  const weight = nearest(facts, bodyWeightCode, day, kilograms);
  if (weight && header.weightKg !== undefined && header.weightKg > 0) {
    used.push(weight.fact.id);
    if (Math.abs(weight.value / header.weightKg - 1) > 0.1)
      issues.push(
        issue(
          'warning',
          'body-weight-disagrees',
          `The scan's header says ${header.weightKg} kg, the record ${weight.value.toFixed(1)} kg (${weight.fact.at ?? 'undated'}); uptake rests on the header.`,
          {
            remedy: 'Find out which weight was that of the day of the scan; uptake is proportional to it.',
          },
        ),
      );
  }
  const height = nearest(facts, bodyHeightCode, day, metres);
  let heightM = header.heightM !== undefined && header.heightM > 0 ? header.heightM : undefined;
  if (height && heightM === undefined) {
    heightM = height.value;
    used.push(height.fact.id);
    issues.push(
      issue(
        'info',
        'body-height-from-record',
        `The header has no height; ${height.value.toFixed(2)} m is taken from the record.`,
      ),
    );
  } else if (height && heightM !== undefined) {
    used.push(height.fact.id);
    if (Math.abs(height.value / heightM - 1) > 0.05)
      issues.push(
        issue(
          'warning',
          'body-height-disagrees',
          `The scan's header says ${heightM} m, the record ${height.value.toFixed(2)} m; lean body mass rests on the header.`,
          {
            remedy: 'Find out which height is right.',
          },
        ),
      );
  }
  return { weightKg: header.weightKg, heightM, sex: header.sex, issues, used };
}

function nearest(
  facts: readonly Fact[],
  code: string,
  day: string | undefined,
  read: (value: number, unit: string) => number | undefined,
): { fact: Fact; value: number } | undefined {
  let best: { fact: Fact; value: number; days: number } | undefined;
  for (const fact of facts) {
    if (![fact.code, ...(fact.codes ?? [])].some((one) => one.code === code)) continue;
    if (fact.value?.type !== 'quantity') continue;
    const value = read(fact.value.value, fact.value.unit);
    if (value === undefined || !(value > 0)) continue;
    const days =
      day === undefined || fact.at === undefined
        ? nearDays
        : Math.abs(Date.parse(day) - Date.parse(fact.at.slice(0, 10))) / 86_400_000;
    // Heights of adults keep; weights do not.
    if (code === bodyWeightCode && !(days <= nearDays)) continue;
    if (!best || days < best.days) best = { fact, value, days };
  }
  return best;
}

function kilograms(value: number, unit: string): number | undefined {
  const scale = { kg: 1, g: 0.001, '[lb_av]': 0.45359237, lb: 0.45359237, lbs: 0.45359237 }[unit];
  return scale === undefined ? undefined : value * scale;
}

function metres(value: number, unit: string): number | undefined {
  const scale = { m: 1, cm: 0.01, mm: 0.001, '[in_i]': 0.0254, in: 0.0254 }[unit];
  return scale === undefined ? undefined : value * scale;
}

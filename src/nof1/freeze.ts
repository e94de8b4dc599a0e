import { isCalendarDay } from '../dossier/dateTime.ts';
import { IdiographError } from '../dossier/errors.ts';
import { FrozenTrial, sealOf, type TrialPlan } from '../dossier/trial.ts';
import { checkDesign, drawSchedule, isAdmissible } from './schedules.ts';

/** Draws the schedule by the plan's own seed and seals all that is decided before day 1. Throws `usage` for what cannot be. */
export function freezeTrial(plan: TrialPlan, startDay: string, frozenAt: string): FrozenTrial {
  const [year, month, day] = startDay.split('-').map(Number);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(startDay) || !isCalendarDay(year, month, day))
    throw new IdiographError('usage', `"${startDay}" is no day`, { remedy: 'Write the first day as 2026-03-01.' });
  if (plan.range[0] >= plan.range[1])
    throw new IdiographError('usage', 'the range of the scale is empty', {
      remedy: 'State the lowest and the highest answer.',
    });
  checkDesign(plan.design);
  if (plan.design.type === 'pairs' && plan.lagDays >= plan.design.periodDays)
    throw new IdiographError(
      'usage',
      `a lag of ${plan.lagDays} days leaves nothing of periods of ${plan.design.periodDays} days`,
      {
        remedy: 'Make the periods longer, or the lag shorter.',
      },
    );
  const schedule = [...drawSchedule(plan.design, plan.seed)];
  const hash = sealOf({ plan, schedule, startDay });
  return FrozenTrial.parse({ form: 'trial', plan, schedule, startDay, hash, frozenAt });
}

/** What is wrong with a trial that is said to be frozen; undefined where plan, draw and hash belong together. */
export function brokenSeal({
  plan,
  schedule,
  startDay,
  hash,
}: Pick<FrozenTrial, 'plan' | 'schedule' | 'startDay' | 'hash'>): string | undefined {
  if (sealOf({ plan, schedule, startDay }) !== hash)
    return 'The plan was changed after it was frozen: its hash is another.';
  if (!isAdmissible(plan.design, schedule)) return 'The schedule is none that the design could have drawn.';
  return undefined;
}

import type { TrialPlan } from '../dossier/trial.ts';
import { conditionsOf } from './conditions.ts';
import type { Daily } from './randomisation.ts';
import { periodsOf, type Schedule } from './schedules.ts';

export interface Overlap {
  /** Non-overlap of all pairs: share of pairs of days in which the treatment day is the better one; ties are half. */
  nap: number;
  /** Tau-U: (better - worse pairs - the comparison's own trend towards better) / pairs. May pass 1. */
  tauU: number;
  pairs: number;
}

/**
 * Nonoverlap of comparison and treatment within each cycle (phase pair), pooled: NAP (Parker and Vannest 2009, doi
 * 10.1016/j.beth.2008.10.006) and Tau-U with the trend of the comparison taken off (Parker et al. 2011, doi
 * 10.1016/j.beth.2010.08.006). Describes; no p-value goes with it, because days are not independent.
 */
export function overlapOf(
  plan: Pick<TrialPlan, 'design' | 'lagDays' | 'better'>,
  schedule: Schedule,
  daily: Daily,
): Overlap | undefined {
  const sign = plan.better === 'lower' ? -1 : 1;
  const conditions = conditionsOf(plan.design, schedule, plan.lagDays);
  let [better, tied, pairs, trend] = [0, 0, 0, 0];
  schedule.forEach((line, tier) => {
    const cycles = Map.groupBy(periodsOf(plan.design, line), ({ cycle }) => cycle);
    for (const periods of cycles.values()) {
      const values = (condition: number) =>
        periods.flatMap(({ from, days }) =>
          Array.from({ length: days }, (_, index) => from + index).flatMap((day) =>
            conditions[tier][day] === condition && daily[tier][day] !== undefined ? [sign * daily[tier][day]!] : [],
          ),
        );
      const [a, b] = [values(0), values(1)];
      if (b.length === 0) continue;
      for (const one of a)
        for (const other of b) {
          pairs++;
          if (other > one) better++;
          else if (other === one) tied++;
        }
      a.forEach((one, index) => {
        for (const later of a.slice(index + 1)) trend += Math.sign(later - one);
      });
    }
  });
  if (pairs === 0) return undefined;
  const worse = pairs - better - tied;
  return { nap: (better + tied / 2) / pairs, tauU: (better - worse - trend) / pairs, pairs };
}

import type { TrialDesign } from '../dossier/trial.ts';
import { periodsOf, type Schedule } from './schedules.ts';

/** What counts on each day of each tier: 0 comparison, 1 treatment, -1 not analysed (washout, or the lag after a change). */
export function conditionsOf(design: TrialDesign, schedule: Schedule, lagDays: number): Int8Array[] {
  return schedule.map((line) => {
    const conditions = new Int8Array(line.length).fill(-1);
    periodsOf(design, line).forEach(({ letter, from, days }, period) => {
      // Nothing goes before the first phase of a design whose phases only change; in pairs all periods are cut alike.
      const lag = period === 0 && design.type !== 'pairs' ? 0 : lagDays;
      for (let day = from + lag; day < from + days; day++) conditions[day] = letter === 'B' ? 1 : 0;
    });
    return conditions;
  });
}

/** How much of the period before acts on: (before - now) halved every half-life since the change. 0 where nothing changed. */
export function carryOverOf(design: TrialDesign, line: string, halfLifeDays: number): Float64Array {
  const carried = new Float64Array(line.length);
  if (halfLifeDays <= 0) return carried;
  const periods = periodsOf(design, line);
  periods.slice(1).forEach(({ letter, from, days }, index) => {
    const before = periods[index];
    const change = Number(before.letter === 'B') - Number(letter === 'B');
    for (let day = from; day < from + days; day++)
      carried[day] = change * 2 ** -((day - before.from - before.days) / halfLifeDays);
  });
  return carried;
}

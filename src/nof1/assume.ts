import type { TrialDesign } from '../dossier/trial.ts';
import type { DesignKnown } from './analyse.ts';
import type { Schedule } from './schedules.ts';

/**
 * The design behind an order of treatments that came without a plan: cycles of two periods of one length where they fit, with
 * days that state no treatment taken to go on as before. Otherwise `unknown`: the phases are as they are, and nobody knows
 * what else could have been drawn. Undefined where only one treatment was given.
 */
export function assumeDesign(
  letters: readonly ('A' | 'B' | undefined)[],
): { design: TrialDesign; schedule: Schedule; known: DesignKnown } | undefined {
  if (!letters.includes('A') || !letters.includes('B')) return undefined;
  for (let periodDays = Math.ceil(letters.length / 3); periodDays >= 1; periodDays--) {
    const periods = blocksOf(letters, periodDays);
    const cycles = periods.length / 2;
    const even = periods.every(
      (one, index) => one !== undefined && one !== 'mixed' && (index % 2 === 0 || one !== periods[index - 1]),
    );
    if (!even || !Number.isInteger(cycles) || cycles < 2 || cycles > 30 || periodDays > 60) continue;
    const schedule = [periods.map((letter) => letter!.repeat(periodDays)).join('')];
    return { design: { type: 'pairs', cycles, periodDays, washoutDays: 0 }, schedule, known: 'assumed' };
  }
  let last = letters.find((one) => one !== undefined)!;
  const line = letters.map((one) => (last = one ?? last)).join('');
  // Only the rule for the lag is taken from it: the phases are those of the line.
  const design: TrialDesign = { type: 'phases', order: 'AB', days: line.length, minimumDays: 3 };
  return { design, schedule: [line], known: 'unknown' };
}

/** What each stretch of so many days holds; undefined where nothing is stated in it. */
function blocksOf(letters: readonly ('A' | 'B' | undefined)[], days: number): ('A' | 'B' | 'mixed' | undefined)[] {
  return Array.from({ length: Math.ceil(letters.length / days) }, (_, index) => {
    const seen = new Set(letters.slice(index * days, (index + 1) * days).filter((one) => one !== undefined));
    return seen.size > 1 ? 'mixed' : [...seen][0];
  });
}

import type { Dossier } from '../dossier/analysis.ts';
import type { Plan } from '../plan/buildPlan.ts';

/** Measures that say what the medication list says: what rests on them falls with the list. */
const fromTheList = new Set(['medication-list', 'active-medication', 'stopped-medication', 'enzyme-inhibition']);

export interface MedicationDoubt {
  /** Said beside everything that rests on the list. */
  words: string;
  /** Ids of findings and plan lines that rest on it, directly or through other findings. */
  ids: ReadonlySet<string>;
}

/** What must be greyed because the medication list is out of date or contradicts itself; undefined when the list stands. */
export function medicationDoubt(dossier: Dossier, plan: Plan): MedicationDoubt | undefined {
  const check = plan.safetyChecks.find((one) => one.check === 'medication-list');
  if (check === undefined || (check.state !== 'stale' && check.state !== 'positive')) return undefined;
  const ids = new Set(dossier.findings.filter((one) => fromTheList.has(one.measure.code)).map((one) => one.id));
  for (let before = -1; before !== ids.size; ) {
    before = ids.size;
    for (const one of dossier.findings) if (one.derivedFrom.some((id) => ids.has(id))) ids.add(one.id);
  }
  for (const line of plan.recommendations) if (line.basis.some((id) => ids.has(id))) ids.add(line.id);
  return { words: `Rests on a medication list that is ${check.stateLabel}: confirm it first.`, ids };
}

import type { Dossier } from '../dossier/analysis.ts';
import type { Plan } from '../plan/buildPlan.ts';
import { doubtfulList, restingOnList } from '../plan/medicationDoubt.ts';

export interface MedicationDoubt {
  /** Said beside everything that rests on the list. */
  words: string;
  /** Ids of findings and plan lines that rest on it, directly or through other findings. */
  ids: ReadonlySet<string>;
}

/** What must be greyed because the medication list is out of date or contradicts itself; undefined when the list stands. */
export function medicationDoubt(dossier: Dossier, plan: Plan): MedicationDoubt | undefined {
  const check = doubtfulList(plan.safetyChecks);
  if (check === undefined) return undefined;
  const ids = restingOnList(dossier.findings);
  for (const line of plan.recommendations) if (line.basis.some((id) => ids.has(id))) ids.add(line.id);
  return { words: `Rests on a medication list that is ${check.stateLabel}: confirm it first.`, ids };
}

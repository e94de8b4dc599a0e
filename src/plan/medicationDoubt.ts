import type { Finding } from '../dossier/finding.ts';
import { issue } from '../dossier/issue.ts';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';

/** Measures that repeat or follow from the medication list. */
const fromTheList = new Set([
  'medication-list',
  'active-medication',
  'planned-medication',
  'stopped-medication',
  'unclear-medication',
  'medication-start',
  'enzyme-inhibition',
  'enzyme-induction',
  'morphine-milligram-equivalents',
  'allergy-conflict',
]);

/** The check on the medication list when the list cannot be relied on: out of date or contradictory. */
export function doubtfulList(safety: readonly SafetyCheck[]): SafetyCheck | undefined {
  return safety.find((one) => one.check === 'medication-list' && (one.state === 'stale' || one.state === 'positive'));
}

/** Ids of findings that repeat the medication list or follow from it, directly or through others. */
export function restingOnList(findings: readonly Finding[]): Set<string> {
  const resting = new Set(findings.filter((one) => fromTheList.has(one.measure.code)).map(({ id }) => id));
  for (let before = -1; before !== resting.size; ) {
    before = resting.size;
    for (const one of findings) if (one.derivedFrom.some((id) => resting.has(id))) resting.add(one.id);
  }
  return resting;
}

/**
 * A list that is out of date or contradicts itself says so on every line that rests on it, wherever the line is read:
 * as an issue and as the first argument against.
 */
export function qualifyByList(
  lines: readonly Recommendation[],
  findings: readonly Finding[],
  safety: readonly SafetyCheck[],
): Recommendation[] {
  const check = doubtfulList(safety);
  if (check === undefined) return [...lines];
  const resting = restingOnList(findings);
  const words = `The medication list is ${check.state === 'stale' ? 'out of date' : 'contradictory'} (${
    check.at?.slice(0, 10) ?? 'no date'
  }): confirm it before this line is used.`;
  return lines.map((line) =>
    line.basis.some((id) => resting.has(id))
      ? {
          ...line,
          against: [{ statement: words, basis: check.basis }, ...line.against],
          issues: [
            ...line.issues,
            issue('warning', 'medication-list-doubtful', words, { remedy: 'Confirm the list with the person.' }),
          ],
        }
      : line,
  );
}

import type { Finding } from '../dossier/finding.ts';

/** What counts in one slot, and what it prevailed over. */
export interface Winner {
  finding: Finding;
  over: Finding[];
}

/**
 * Where several runs state one slot, the finding of the one that comes last in `runs` counts: the order of analyses, then
 * that of selections. So the outcome hangs neither on threads nor on what was run when. Findings of other runs are left out.
 */
export function winnersOf(runs: readonly string[], findings: readonly Finding[]): Map<string, Winner> {
  const byRun = Map.groupBy(new Map(findings.map((finding) => [finding.id, finding])).values(), ({ run }) => run);
  const winners = new Map<string, Winner>();
  for (const run of runs) {
    for (const finding of byRun.get(run) ?? []) {
      const before = winners.get(finding.slot);
      winners.set(finding.slot, { finding, over: before ? [...before.over, before.finding] : [] });
    }
  }
  return winners;
}

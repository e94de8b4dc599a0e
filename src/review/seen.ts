import { IdiographError } from '../dossier/errors.ts';
import { chainHeads, describeStated } from './chains.ts';
import { type Change, planChanges } from './changes.ts';
import { checkContent, lineContent } from './content.ts';
import type { ReviewInput, Seen } from './input.ts';

/**
 * Compares what a person had before their eyes with what stands. `slot`: only that line or check matters, so that two
 * readers can work on different lines at once. Throws `conflict` with `changes`: what changed since.
 */
export function requireSeen(input: ReviewInput, seen: Seen | undefined, slot?: string): void {
  if (seen === undefined) return;
  const changes = changesSinceSeen(input, seen).filter((change) => slot === undefined || change.slot === slot);
  if (changes.length > 0) throw seenConflict(changes);
}

export function seenConflict(changes: readonly Change[]): IdiographError {
  return new IdiographError('conflict', `it changed since you looked: ${changes.map(({ says }) => says).join('; ')}`, {
    reason: 'changed',
    changes,
    remedy: 'Look at what changed, then do it again if it still holds.',
  });
}

/** Entries and plan lines that are new since a page was shown. A plan of another day with the same words is the same. */
export function changesSinceSeen(input: ReviewInput, seen: Seen): Change[] {
  const known = new Set(seen.entries);
  const entries = chainHeads(input)
    .filter(({ entry }) => !known.has(entry.id))
    .map((stated): Change => ({ what: 'entry', slot: stated.entry.slot!, says: describeStated(stated), changed: [] }));
  if (seen.planRun === input.plan.run.id) return entries;
  if (input.seenPlan === undefined) {
    return [
      ...entries,
      { what: 'plan', slot: '', says: `the plan ${seen.planRun} that was seen is not in this store`, changed: [] },
    ];
  }
  const { seenPlan, plan } = input;
  return [
    ...entries,
    ...planChanges(
      {
        lines: seenPlan.recommendations.map((line) => ({ slot: line.slot, content: lineContent(line) })),
        checks: seenPlan.safetyChecks.map(checkContent),
      },
      plan,
    ),
  ];
}

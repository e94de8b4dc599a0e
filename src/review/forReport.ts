import type { ReviewState } from './state.ts';

/** The state as a report says it: signature, what changed since, and the decision on each line. */
export function forReport({ status, signature, changes, lines }: ReviewState) {
  return {
    status,
    ...(signature ? { signature } : {}),
    changes: changes.map(({ says }) => says),
    decisions: lines.flatMap(({ slot, decision }) =>
      decision ? [{ ...decision, slot, earlierVersion: decision.standing !== 'stands' }] : [],
    ),
  };
}

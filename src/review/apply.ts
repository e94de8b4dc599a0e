import type { Entry } from '../dossier/entry.ts';
import { isIdiographError } from '../dossier/errors.ts';
import type { Access, Store } from '../dossier/store.ts';
import type { Plan } from '../plan/buildPlan.ts';
import type { Said } from './author.ts';
import { acknowledge, changeSafetyAction, safetyAction } from './checks.ts';
import { parseCommand, type ReviewCommand } from './command.ts';
import { decide } from './decide.ts';
import type { ReviewInput, Seen } from './input.ts';
import { loadReview } from './load.ts';
import { release } from './release.ts';
import { reviewRules } from './rules.ts';
import { changesSinceSeen, seenConflict } from './seen.ts';
import { sign } from './sign.ts';
import { type ReviewState, reviewState } from './state.ts';
import { stateWorkingDecision } from './working.ts';

export interface ReviewOptions extends Said {
  /** Name and version of the program, kept with a signature. */
  program: string;
  /** What the person had before their eyes; without it nothing is compared. */
  seen?: Seen | undefined;
  knowledgeDirectory?: string | undefined;
}

export interface Reviewed {
  entries: Entry[];
  state: ReviewState;
}

/**
 * Does one command: reads, decides, writes one batch, and gives the state that follows. `plan` is the plan for the data
 * as they are; after a safety action it has to be built anew. A command that somebody else's overtook in the meantime,
 * in whatever process, throws `conflict` with what changed; then nothing was written.
 */
export async function applyReview(
  store: Store,
  plan: Plan,
  command: ReviewCommand,
  access: Access,
  options: ReviewOptions,
): Promise<Reviewed> {
  const parsed = parseCommand(command);
  const reader = store.reading(access);
  const before = await loadReview(reader, plan, options.seen);
  const { entries, signedBytes } = entriesFor(before, parsed, options);
  if (signedBytes) await store.putBlob(plan.subject, signedBytes, 'application/json');
  try {
    await store.write(entries);
  } catch (error) {
    if (!isIdiographError(error, 'conflict')) throw error;
    const now = await loadReview(reader, plan, options.seen);
    const known = new Set(before.entries.map(({ id }) => id));
    const seen = { planRun: plan.run.id, entries: [...known] };
    const changes = changesSinceSeen(now, seen);
    throw changes.length > 0 ? seenConflict(changes) : error;
  }
  const after = await loadReview(reader, plan);
  return { entries, state: reviewState(after, reviewRules(options.knowledgeDirectory)) };
}

/** The entries that a command amounts to, and the bytes of what is signed. Pure. */
export function entriesFor(
  input: ReviewInput,
  command: ReviewCommand,
  options: ReviewOptions,
): { entries: Entry[]; signedBytes?: Uint8Array } {
  const { author, at, seen, program } = options;
  const said = { author, at };
  switch (command.type) {
    case 'decide':
      return { entries: decide(input, command, said, seen) };
    case 'acknowledge':
      return { entries: acknowledge(input, command, said, seen) };
    case 'safety-action':
      return { entries: safetyAction(input, command, said, seen) };
    case 'change-safety-action':
      return { entries: changeSafetyAction(input, command, said) };
    case 'working-decision':
      return { entries: stateWorkingDecision(input, command, said) };
    case 'sign':
      return sign(input, command, said, { rules: reviewRules(options.knowledgeDirectory), program, seen });
    case 'release':
      return { entries: release(input, command, said, { rules: reviewRules(options.knowledgeDirectory), seen }) };
  }
}

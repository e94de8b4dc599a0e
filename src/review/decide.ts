import type { Entry } from '../dossier/entry.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { Recommendation } from '../dossier/recommendation.ts';
import { chainedEntry, requireClinician, type Said } from './author.ts';
import type { CommandOf } from './command.ts';
import { lineContent } from './content.ts';
import { type DecisionForm, heads, statedAs } from './forms.ts';
import type { ReviewInput, Seen } from './input.ts';
import { requireSeen } from './seen.ts';

/**
 * A decision on a line: one entry that follows the one that held. Modify and reject need a reason, modify needs wording;
 * `taken-back` ends an earlier decision and leaves it readable.
 * Throws `usage`, `not-found`, and `conflict` when the line or its decision changed since it was seen.
 */
export function decide(input: ReviewInput, command: CommandOf<'decide'>, said: Said, seen?: Seen): Entry[] {
  requireClinician(said.author, 'deciding on a plan line');
  const { decision, reason, wording } = command;
  if ((decision === 'modify' || decision === 'reject') && reason === undefined) {
    throw new IdiographError('usage', `to ${decision} a line needs a reason`, { remedy: 'State why in one sentence.' });
  }
  if ((decision === 'modify') !== (wording !== undefined)) {
    throw new IdiographError(
      'usage',
      decision === 'modify' ? 'a modified line needs its own wording' : `to ${decision} a line takes no wording`,
      { remedy: 'Modify carries your wording; accept and reject leave the line as it is.' },
    );
  }
  const line = lineSeen(input, command.line);
  requireSeen(input, seen, line.slot);
  const { plan, entries } = input;
  const head = heads(statedAs(entries, 'decision')).get(line.slot);
  if (decision === 'taken-back' && (head === undefined || head.content.decision === 'taken-back')) {
    throw new IdiographError('usage', 'there is no decision on this line to take back', { line: line.id });
  }
  const content: DecisionForm = {
    form: 'decision',
    decision,
    ...(wording === undefined ? {} : { wording }),
    ...(reason === undefined ? {} : { reason }),
    lineId: line.id,
    planRun: plan.run.id,
    line: lineContent(line),
  };
  const text = [decision, wording === undefined ? undefined : `as "${wording}"`, reason]
    .filter((part) => part !== undefined)
    .join(': ');
  return [
    chainedEntry(
      {
        subject: plan.subject,
        type: 'decision',
        slot: line.slot,
        targets: [line.id, plan.run.id],
        text,
        content,
        after: head?.entry.id,
      },
      said,
    ),
  ];
}

/** The line of the current plan that a person means by an id or slot, which may be one of an earlier plan. */
function lineSeen({ plan, seenPlan }: ReviewInput, named: string): Recommendation {
  const named_ = (line: Recommendation) => line.id === named || line.slot === named;
  const slot = plan.recommendations.find(named_)?.slot ?? seenPlan?.recommendations.find(named_)?.slot;
  const line = plan.recommendations.find((one) => one.slot === slot);
  if (line !== undefined) return line;
  if (slot !== undefined) {
    throw new IdiographError('conflict', 'the plan has this line no more: newer data took it away', {
      reason: 'changed',
      line: named,
      remedy: 'Look at the plan as it stands.',
    });
  }
  throw new IdiographError('not-found', `the plan has no line ${named}`, {
    remedy: 'Ids of lines stand in plan.json, and "idiograph plan" prints them.',
  });
}

import type { Entry } from '../dossier/entry.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { SafetyCheck } from '../dossier/recommendation.ts';
import type { StoreRecord } from '../dossier/store.ts';
import { chainedEntry, loneEntry, requireClinician, type Said } from './author.ts';
import type { CommandOf } from './command.ts';
import { checkContent, checkSlot } from './content.ts';
import { heads, statedAs } from './forms.ts';
import type { ReviewInput, Seen } from './input.ts';
import { requireSeen } from './seen.ts';

/** Says that a check was seen and why it may stand, or takes that back. It holds for the words of the check and no others. */
export function acknowledge(input: ReviewInput, command: CommandOf<'acknowledge'>, said: Said, seen?: Seen): Entry[] {
  requireClinician(said.author, 'acknowledging a safety check');
  const check = checkSeen(input, command.check);
  const slot = checkSlot(check.subject, check.check);
  requireSeen(input, seen, slot);
  const head = heads(statedAs(input.entries, 'acknowledgement')).get(slot);
  return [
    chainedEntry(
      {
        subject: check.subject,
        type: 'decision',
        slot,
        targets: [check.id, input.plan.run.id],
        text: command.reason,
        content: {
          form: 'acknowledgement',
          acknowledged: command.acknowledged,
          checkId: check.id,
          planRun: input.plan.run.id,
          check: checkContent(check),
        },
        after: head?.entry.id,
      },
      said,
    ),
  ];
}

/** Records what was done about a check, on each answer that raised it: the next plan counts those as handled. */
export function safetyAction(
  input: ReviewInput,
  command: CommandOf<'safety-action'>,
  said: Said,
  seen?: Seen,
): Entry[] {
  const check = checkSeen(input, command.check);
  requireSeen(input, seen, checkSlot(check.subject, check.check));
  const answers = input.dossier.findings.filter(({ id }) => check.basis.includes(id));
  return noteEntries({ target: check, answers, type: 'safety-action', text: command.text }, said);
}

/**
 * A note about any record. About a check it is a note about each answer behind it: an action on the check is an action
 * on each of them. `answers`: the records behind the target that have a slot.
 */
export function noteEntries(
  note: {
    target: Exclude<StoreRecord, { kind: 'subject' }>;
    answers: readonly { id: string; slot: string }[];
    type: 'safety-action' | 'decision' | 'comment';
    text: string;
  },
  said: Said,
): Entry[] {
  const { target, answers, type, text } = note;
  const check = target.kind === 'safety-check' ? target : undefined;
  const about = answers.length > 0 ? answers : [target];
  return about.map((record) =>
    loneEntry(
      {
        subject: target.subject,
        type,
        targets: [record.id, target.id],
        text,
        ...('slot' in record && record.slot !== undefined ? { slot: record.slot } : {}),
        ...(type === 'safety-action'
          ? {
              content: {
                form: 'safety-action',
                ...(check ? { checkId: check.id, check: checkContent(check) } : {}),
              },
            }
          : {}),
      },
      said,
    ),
  );
}

function checkSeen({ plan, seenPlan }: ReviewInput, named: string): SafetyCheck {
  const isNamed = (check: SafetyCheck) => check.id === named || check.check === named;
  const name = plan.safetyChecks.find(isNamed)?.check ?? seenPlan?.safetyChecks.find(isNamed)?.check;
  const check = plan.safetyChecks.find((one) => one.check === name);
  if (check !== undefined) return check;
  throw new IdiographError(
    name === undefined ? 'not-found' : 'conflict',
    name === undefined ? `the plan has no safety check ${named}` : 'the plan has this check no more',
    { reason: 'changed', check: named, remedy: 'Look at the plan as it stands: "idiograph plan".' },
  );
}

import type { Entry } from '../dossier/entry.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { SafetyCheck } from '../dossier/recommendation.ts';
import { isTakenBack, saysSomething, whatToSay } from '../dossier/safetyEntries.ts';
import type { StoreRecord } from '../dossier/store.ts';
import { chainedEntry, loneEntry, requireClinician, type Said } from './author.ts';
import type { CommandOf } from './command.ts';
import { checkContent, checkSlot } from './content.ts';
import { heads, SafetyActionForm, statedAs } from './forms.ts';
import type { ReviewInput, Seen } from './input.ts';
import { requireSeen } from './seen.ts';

/** Says that a check was seen and why it may stand, or takes that back. It holds for the words of the check and no others. */
export function acknowledge(input: ReviewInput, command: CommandOf<'acknowledge'>, said: Said, seen?: Seen): Entry[] {
  requireClinician(said.author, 'acknowledging a safety check');
  requireWords(command.reason, 'a reason');
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

/**
 * Records what was done about a check, on each answer that raised it: the next plan counts those as acted on.
 * Throws `usage` for anybody but a clinician and for words that say nothing.
 */
export function safetyAction(
  input: ReviewInput,
  command: CommandOf<'safety-action'>,
  said: Said,
  seen?: Seen,
): Entry[] {
  const check = checkSeen(input, command.check);
  requireSeen(input, seen, checkSlot(check.subject, check.check));
  const inForms = input.dossier.entries.flatMap(({ id, type, slot }) =>
    type === 'safety-answer' && slot !== undefined ? [{ id, slot }] : [],
  );
  const answers = [...input.dossier.findings, ...inForms].filter(({ id }) => check.basis.includes(id));
  return noteEntries({ target: check, answers, type: 'safety-action', text: command.text }, said);
}

/**
 * Another wording of an action, or its end: an entry after each entry of the action, which stays readable. Throws `usage`
 * for anybody but a clinician and for words that say nothing, `not-found` for what is no action that stands.
 */
export function changeSafetyAction(
  { entries }: Pick<ReviewInput, 'entries'>,
  command: CommandOf<'change-safety-action'>,
  said: Said,
): Entry[] {
  requireClinician(said.author, 'changing a safety action');
  requireWords(command.text, command.takeBack ? 'taking back an action' : 'an action');
  const standing = standingActions(entries);
  const named = standing.find(({ id }) => id === command.entry);
  if (named === undefined) {
    throw new IdiographError('not-found', `${command.entry} is no safety action that stands`, {
      remedy: 'Look at the plan as it stands: somebody may have corrected it or taken it back.',
    });
  }
  // One action on a check with several answers is one entry an answer.
  const same = standing.filter(
    (one) =>
      one.id === named.id || (one.author === named.author && one.at === named.at && checkOf(one) === checkOf(named)),
  );
  return same.map((one) => {
    const before = SafetyActionForm.safeParse(one.content).data;
    return chainedEntry(
      {
        subject: one.subject,
        type: 'safety-action',
        slot: one.slot ?? `${one.subject}|safety-action|${one.id}`,
        targets: one.targets,
        text: command.text,
        content: { ...before, form: 'safety-action', ...(command.takeBack ? { takenBack: true } : {}) },
        after: one.id,
      },
      said,
    );
  });
}

/** Actions that were neither corrected nor taken back. */
export function standingActions(entries: readonly Entry[]): Entry[] {
  const followed = new Set(entries.flatMap(({ supersedes }) => supersedes ?? []));
  return entries.filter((one) => one.type === 'safety-action' && !followed.has(one.id) && !isTakenBack(one));
}

function checkOf({ content }: Entry): string | undefined {
  return SafetyActionForm.safeParse(content).data?.checkId;
}

/** Throws `usage` for words that tell the next reader nothing: they would close a question in silence. */
function requireWords(text: string, what: string): void {
  if (saysSomething(text)) return;
  throw new IdiographError('usage', `"${text}" is too short for ${what}`, {
    reason: 'says-nothing',
    remedy: whatToSay,
  });
}

/** A record behind a check, with what it rests on. */
export interface Answered {
  id: string;
  slot: string;
  derivedFrom?: readonly string[];
}

/**
 * A note about any record. About a check it is a note about each answer behind it: an action on the check is an action
 * on each of them, and on the facts that they rest on. `answers`: the records behind the target that have a slot.
 * Throws `usage` for a safety action of anybody but a clinician or in words that say nothing.
 */
export function noteEntries(
  note: {
    target: Exclude<StoreRecord, { kind: 'subject' }>;
    answers: readonly Answered[];
    type: 'safety-action' | 'decision' | 'comment';
    text: string;
  },
  said: Said,
): Entry[] {
  const { target, answers, type, text } = note;
  if (type === 'safety-action') {
    requireClinician(said.author, 'recording a safety action');
    requireWords(text, 'an action');
  }
  const check = target.kind === 'safety-check' ? target : undefined;
  const about = answers.length > 0 ? answers : [target];
  return about.map((record) =>
    loneEntry(
      {
        subject: target.subject,
        type,
        targets: [record.id, target.id, ...('derivedFrom' in record ? (record.derivedFrom ?? []) : [])],
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

import { canonicalJson, sha256 } from '../dossier/canonical.ts';
import type { Entry } from '../dossier/entry.ts';
import { IdiographError } from '../dossier/errors.ts';
import { chainedEntry, requireClinician, type Said } from './author.ts';
import { blocking } from './blocking.ts';
import { changesSinceSigned } from './changes.ts';
import type { CommandOf } from './command.ts';
import { heads, type SignatureForm, statedAs } from './forms.ts';
import type { ReviewInput, Seen } from './input.ts';
import type { ReviewRules } from './rules.ts';
import { requireSeen } from './seen.ts';
import { signedContent } from './signedContent.ts';

export interface Signing {
  entries: Entry[];
  /** Canonical JSON of what was signed, to be put as a blob before the entries are written. */
  signedBytes: Uint8Array;
}

export function signatureSlot(subject: string): string {
  return `${subject}|signature`;
}

/**
 * A signature under the plan, its decisions, checks and findings as they stand, or an amendment that takes its place.
 * Throws `usage` for anybody but a clinician and for an amendment of nothing; `conflict` while urgent lines or checks are
 * unsettled (`reason: unsettled`), for a second signature without a reason to amend, and for what was not seen.
 */
export function sign(
  input: ReviewInput,
  command: CommandOf<'sign'>,
  said: Said,
  given: { rules: ReviewRules; program: string; seen?: Seen | undefined },
): Signing {
  requireClinician(said.author, 'signing');
  requireSeen(input, given.seen);
  const { plan, entries } = input;
  const slot = signatureSlot(plan.subject);
  const head = heads(statedAs(entries, 'signature')).get(slot);
  refuseWrongOccasion(input, command, head?.entry);
  const unsettled = blocking(input, given.rules);
  if (unsettled.length > 0) {
    throw new IdiographError(
      'conflict',
      `not signed, because ${unsettled.length === 1 ? 'this is' : 'these are'} unsettled: ${unsettled.map(({ title, needs }) => `${title} (${needs})`).join('; ')}`,
      {
        reason: 'unsettled',
        blocking: unsettled,
        remedy: 'Decide on each urgent line and answer for each urgent check.',
      },
    );
  }
  const content = signedContent(input, { statement: command.statement, program: given.program });
  const text = canonicalJson(content);
  const hash = sha256(text);
  const decisions = [...content.lines.map((one) => one.decision), ...content.checks.map((one) => one.acknowledgement)]
    .flatMap((one) => (one ? [one.entry] : []))
    .sort();
  const form: SignatureForm = {
    form: 'signature',
    planRun: plan.run.id,
    asOf: plan.asOf,
    sha256: hash,
    decisions,
    ...(command.statement === undefined ? {} : { statement: command.statement }),
    program: given.program,
    ...(command.amend && head ? { amends: head.entry.id, reason: command.amend.reason } : {}),
  };
  const targets = [
    plan.run.id,
    ...content.lines.map(({ id }) => id),
    ...content.checks.map(({ id }) => id),
    ...decisions,
    `${plan.subject}/${hash}`,
  ];
  const words = command.statement ?? (command.amend ? `amended: ${command.amend.reason}` : 'signed');
  const entry = chainedEntry(
    { subject: plan.subject, type: 'signature', slot, targets, text: words, content: form, after: head?.entry.id },
    said,
  );
  return { entries: [entry], signedBytes: new TextEncoder().encode(text) };
}

function refuseWrongOccasion(input: ReviewInput, command: CommandOf<'sign'>, head: Entry | undefined): void {
  if (command.amend && head === undefined) {
    throw new IdiographError('usage', 'there is no signed report to amend', { remedy: 'Sign it first.' });
  }
  if (command.amend || head === undefined) return;
  const changes = input.signed === undefined ? [] : changesSinceSigned(input, input.signed);
  const since =
    changes.length === 0 ? 'nothing changed since' : `since then: ${changes.map(({ says }) => says).join('; ')}`;
  throw new IdiographError('conflict', `signed by ${head.author} at ${head.at} already; ${since}`, {
    reason: 'signed',
    signature: head.id,
    changes,
    remedy: 'A signed report is never changed. Amend it with a reason; the older one stays readable.',
  });
}

import { IdiographError } from '../dossier/errors.ts';
import type { Access, Store } from '../dossier/store.ts';
import type { Plan } from '../plan/buildPlan.ts';
import { planOfDay } from '../plan/keepPlan.ts';
import { applyReview, type Reviewed } from '../review/apply.ts';
import type { ReviewCommand } from '../review/command.ts';
import type { Seen } from '../review/input.ts';
import { loadReview } from '../review/load.ts';
import { reviewRules } from '../review/rules.ts';
import { type ReviewState, reviewState } from '../review/state.ts';
import type { Terminal } from './command.ts';
import { version } from './version.ts';

/** Roles that a person can claim at the command line. Nobody checks it there: the operating system's account is kept beside it. */
const roles = ['clinician', 'researcher', 'administrator', 'viewer'];

export function roleOf(given: string | undefined): string {
  const role = given ?? 'clinician';
  if (roles.includes(role)) return role;
  throw new IdiographError('usage', `--role ${role} is not known`, { remedy: `One of ${roles.join(', ')}.` });
}

/** Does one review command on the plan of today. */
export async function review(
  store: Store,
  plan: Plan,
  command: ReviewCommand,
  terminal: Terminal,
  given: { access: Access; role: string; seen?: Seen; knowledgeDirectory?: string | undefined },
): Promise<Reviewed> {
  const { access, role, seen, knowledgeDirectory } = given;
  return applyReview(store, plan, command, access, {
    author: { name: terminal.actor, roles: [role] },
    at: terminal.now(),
    program: `idiograph ${version()}`,
    seen,
    knowledgeDirectory,
  });
}

/** The state of the review of a plan. */
export async function stateOf(store: Store, plan: Plan, access: Access, knowledge?: string): Promise<ReviewState> {
  return reviewState(await loadReview(store.reading(access), plan), reviewRules(knowledge));
}

/** The plan of today for a subject. */
export function planOfToday(
  store: Store,
  subject: string,
  access: Access,
  terminal: Terminal,
  knowledge: string | undefined,
): Promise<Plan> {
  const now = terminal.now();
  return planOfDay(store, subject, now.slice(0, 10), access, now, knowledge);
}

/** The state in a few lines for a terminal. */
export function sayState(state: ReviewState, terminal: Terminal): void {
  const { signature, status } = state;
  if (signature === undefined) terminal.say('\nnot signed');
  else {
    terminal.say(
      `\n${status === 'amended' ? 'amended' : 'signed'} by ${signature.author} (${signature.role}) at ${signature.at}, content sha256 ${signature.sha256.slice(0, 12)}`,
    );
    if (signature.reason !== undefined) terminal.say(`  reason of the amendment: ${signature.reason}`);
  }
  for (const { says } of state.changes) terminal.say(`  changed since the signature: ${says}`);
  for (const { title, needs, id } of state.blocking) terminal.say(`  unsettled: ${title} ${needs} (${id})`);
  for (const { action, decision, author } of state.gone)
    terminal.say(`  ${decision} by ${author}, and the plan has the line no more: ${action}`);
}

/** A decision in one line. */
export function decisionText(decision: NonNullable<ReviewState['lines'][number]['decision']>): string {
  const { author, role, at, wording, reason, standing, changed } = decision;
  const words = [
    `${decision.decision} by ${author} (${role}) at ${at}`,
    wording === undefined ? undefined : `"${wording}"`,
    reason,
  ].filter((part) => part !== undefined);
  if (standing === 'stands') return words.join(': ');
  const what = changed.flatMap(({ part, added }) => added.map((one) => `${part} now: ${one}`));
  return `${words.join(': ')} [decided on an earlier version; ${what.join('; ') || 'something was taken away'}]`;
}

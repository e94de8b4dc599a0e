import type { Entry } from '../dossier/entry.ts';
import { IdiographError } from '../dossier/errors.ts';
import { chainedEntry, requireClinician, type Said } from './author.ts';
import { changesSinceSigned } from './changes.ts';
import type { CommandOf } from './command.ts';
import { heads, type Stated, statedAs } from './forms.ts';
import type { ReviewInput, Seen } from './input.ts';
import { type PageItem, pageItems } from './items.ts';
import type { ReviewRules } from './rules.ts';
import { requireSeen } from './seen.ts';
import { signatureSlot } from './sign.ts';

export interface ReleaseItem extends PageItem {
  state: 'released' | 'withheld' | 'undecided';
  reason?: string;
  /** What the patient reads in place of the words of the plan. */
  wording?: string;
  by?: { author: string; role: string; at: string };
}

export interface ReleaseState {
  /** Nothing may leave without a signature that holds. */
  open: boolean;
  /** Why nothing may leave, in one sentence. */
  closedBecause?: string;
  items: ReleaseItem[];
  /** An earlier release that a newer signature made void. */
  voided: number;
}

function releaseSlot(subject: string, item: string): string {
  return `${subject}|release|${item}`;
}

/**
 * Hands over or holds back items of the patient's page under the signature that holds. A sensitive item is released
 * alone and with a reason; whatever is held back needs a reason too.
 * Throws `conflict` without a signature or when data changed since, `not-found`, `usage`.
 */
export function release(
  input: ReviewInput,
  command: CommandOf<'release'>,
  said: Said,
  given: { rules: ReviewRules; seen?: Seen | undefined },
): Entry[] {
  requireClinician(said.author, "releasing the patient's page");
  const state = releaseState(input, given.rules);
  if (!state.open) {
    throw new IdiographError('conflict', `nothing is released: ${state.closedBecause}`, {
      reason: 'not-signed',
      remedy: 'Sign the plan, or amend the signed report, then release item by item.',
    });
  }
  const { subject } = input.plan;
  const signature = heads(statedAs(input.entries, 'signature')).get(signatureSlot(subject))!.entry;
  const chains = heads(statedAs(input.entries, 'release'));
  return command.items.map(({ item, released, reason, wording }) => {
    const known = state.items.find((one) => one.item === item);
    if (known === undefined) {
      throw new IdiographError('not-found', `the signed report has no item ${item}`, { item });
    }
    requireSeen(input, given.seen, releaseSlot(subject, item));
    if (!released && reason === undefined) {
      throw new IdiographError('usage', `to hold back "${known.title}" needs a reason`, { item });
    }
    if (released && known.sensitive !== undefined && (command.items.length > 1 || reason === undefined)) {
      throw new IdiographError(
        'usage',
        `"${known.title}" is sensitive (${known.sensitive}): it is released alone and with a reason`,
        { item, remedy: 'Release it by itself and state what was agreed with the person.' },
      );
    }
    return chainedEntry(
      {
        subject,
        type: 'decision',
        slot: releaseSlot(subject, item),
        targets: [signature.id],
        text: [released ? 'released' : 'held back', reason].filter((part) => part !== undefined).join(': '),
        content: {
          form: 'release',
          signature: signature.id,
          item,
          released,
          ...(known.sensitive === undefined ? {} : { sensitive: known.sensitive }),
          ...(reason === undefined ? {} : { reason }),
          ...(wording === undefined ? {} : { wording }),
        },
        after: chains.get(releaseSlot(subject, item))?.entry.id,
      },
      said,
    );
  });
}

/** Which items of the patient's page may leave. A release belongs to one signature; a newer one makes it void. */
export function releaseState(input: ReviewInput, rules: ReviewRules): ReleaseState {
  const { plan, entries, signed } = input;
  const signature = heads(statedAs(entries, 'signature')).get(signatureSlot(plan.subject));
  const chains = [...heads(statedAs(entries, 'release')).values()];
  if (signature === undefined || signed === undefined) {
    return { open: false, closedBecause: 'the plan is not signed', items: [], voided: 0 };
  }
  const valid = new Map(
    chains.flatMap((one) => (one.content.signature === signature.entry.id ? [[one.content.item, one] as const] : [])),
  );
  const voided = chains.filter(({ content }) => content.released && content.signature !== signature.entry.id).length;
  const items = pageItems(signed, rules).map((item) => withState(item, valid.get(item.item)));
  const changes = changesSinceSigned(input, signed);
  if (changes.length > 0) {
    const closedBecause = `${changes.length === 1 ? 'something' : `${changes.length} things`} changed since the signature`;
    return { open: false, closedBecause, items, voided };
  }
  return { open: true, items, voided };
}

function withState(
  item: PageItem,
  stated: Stated<Extract<Stated['content'], { form: 'release' }>> | undefined,
): ReleaseItem {
  if (stated === undefined) return { ...item, state: item.sensitive === undefined ? 'undecided' : 'withheld' };
  const { released, reason, wording } = stated.content;
  const { author, role, at } = stated.entry;
  return {
    ...item,
    state: released ? 'released' : 'withheld',
    ...(reason === undefined ? {} : { reason }),
    ...(wording === undefined ? {} : { wording }),
    by: { author, role, at },
  };
}

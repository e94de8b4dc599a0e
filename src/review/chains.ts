import { heads, type ReviewForm, type Stated, statedAs } from './forms.ts';
import type { ReviewInput } from './input.ts';

const chained = ['decision', 'acknowledgement', 'signature', 'release'] as const;

/** The newest entry of every chain. */
export function chainHeads({ entries }: Pick<ReviewInput, 'entries'>): Stated[] {
  return chained.flatMap((form) => [...heads<ReviewForm>(statedAs(entries, form)).values()]);
}

const doing: Record<string, string> = {
  accept: 'accepted',
  modify: 'modified',
  reject: 'rejected',
  'taken-back': 'took back the decision on',
};

/** One entry in words: who did what to which line, and when. */
export function describeStated({ entry, content }: Stated): string {
  const who = `${entry.author} at ${entry.at}`;
  switch (content.form) {
    case 'decision':
      return `${who} ${doing[content.decision]} "${content.line.action}"`;
    case 'acknowledgement':
      return `${who} ${content.acknowledged ? 'acknowledged' : 'took back the acknowledgement of'} "${content.check.display}"`;
    case 'safety-action':
      if (content.takenBack)
        return `${who} took back an action${content.check ? ` on "${content.check.display}"` : ''}`;
      return `${who} recorded an action${content.check ? ` on "${content.check.display}"` : ''}`;
    case 'working-decision':
      return `${who} stated a working decision (${content.phase} reading)`;
    case 'signature':
      return `${who} ${content.amends === undefined ? 'signed' : 'amended the signed report'}`;
    case 'release':
      return `${who} ${content.released ? 'released' : 'held back'} "${content.item}" of the patient's page`;
  }
}

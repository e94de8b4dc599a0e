import { z } from 'zod';
import { contentId } from '../../dossier/canonical.ts';
import { Entry } from '../../dossier/entry.ts';

/** That two patients who look alike are two people, or that this is taken back: the content of an entry of each. */
const Apart = z.object({ form: z.literal('two-people'), other: z.string().min(1), apart: z.boolean() });

/** Somebody's word that a patient is not another one. */
export interface ApartView {
  other: string;
  author: string;
  at: string;
  reason: string;
}

/** Whom a patient was said not to be, as it stands. `entries`: without those that were followed by others. */
export function apartFrom(entries: readonly Entry[]): ApartView[] {
  return entries.flatMap(({ content, author, at, text }) => {
    const parsed = Apart.safeParse(content);
    return parsed.success && parsed.data.apart ? [{ other: parsed.data.other, author, at, reason: text ?? '' }] : [];
  });
}

/** The entries, one of each patient, that say or take back that two are two people. They follow those that stand. */
export function apartEntries(
  pair: readonly [subject: string, entries: readonly Entry[]][],
  said: { apart: boolean; reason: string; author: string; role: string; at: string },
): Entry[] {
  return pair.map(([subject, entries], index) => {
    const other = pair[1 - index]![0];
    const before = entries.find(({ content }) => {
      const parsed = Apart.safeParse(content);
      return parsed.success && parsed.data.other === other;
    });
    const slot = `${subject}|two-people|${other}`;
    return Entry.parse({
      kind: 'entry',
      id: contentId('entry', { slot, apart: said.apart, after: before?.id ?? null }),
      subject,
      type: 'decision',
      author: said.author,
      role: said.role,
      at: said.at,
      targets: [],
      slot,
      text: said.reason,
      content: { form: 'two-people', other, apart: said.apart },
      ...(before === undefined ? {} : { supersedes: before.id }),
    });
  });
}

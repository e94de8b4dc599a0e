import { contentId } from '../dossier/canonical.ts';
import { Entry } from '../dossier/entry.ts';
import { IdiographError } from '../dossier/errors.ts';
import { ReviewForm } from './forms.ts';

/** Who states something. Roles are what the caller has made sure of: an account's, or those that the person claims. */
export interface Author {
  name: string;
  roles: readonly string[];
}

export interface Said {
  author: Author;
  /** ISO 8601, from the caller's clock. */
  at: string;
}

/** The role in which the author acts: clinician where they are one. */
export function actingRole(author: Author): string {
  return author.roles.includes('clinician') ? 'clinician' : (author.roles[0] ?? 'not stated');
}

/** Throws `usage` for anybody but a clinician. */
export function requireClinician(author: Author, what: string): void {
  if (author.roles.includes('clinician')) return;
  throw new IdiographError('usage', `${what} is a clinician's; ${author.name} acts as ${actingRole(author)}`, {
    reason: 'not-a-clinician',
    remedy: 'Ask a clinician with an account of their own.',
  });
}

interface EntryParts {
  subject: string;
  type: Entry['type'];
  slot: string;
  targets: readonly string[];
  text: string;
  content: ReviewForm;
  /** The head of the chain that this entry follows. */
  after: string | undefined;
}

/**
 * An entry that follows another in a chain. Its id is a hash of its place in the chain, so that of two people who follow
 * the same entry at once only one is taken in: the store refuses the second with `conflict`, in whatever process.
 */
export function chainedEntry({ subject, after, ...parts }: EntryParts, said: Said): Entry {
  const { slot, content } = parts;
  return Entry.parse({
    kind: 'entry',
    id: contentId('entry', { subject, slot, form: content.form, after: after ?? null }),
    subject,
    author: said.author.name,
    role: actingRole(said.author),
    at: said.at,
    ...parts,
    content: ReviewForm.parse(content),
    targets: [...new Set(parts.targets)],
    ...(after === undefined ? {} : { supersedes: after }),
  });
}

/** An entry that stands for itself: a note, an action, a working decision. */
export function loneEntry(
  parts: Omit<EntryParts, 'after' | 'slot' | 'content'> & Partial<EntryParts>,
  said: Said,
): Entry {
  const { after: _, content, ...rest } = parts;
  const stated = content === undefined ? {} : { content: ReviewForm.parse(content) };
  const entry = { ...rest, ...stated, author: said.author.name, role: actingRole(said.author), at: said.at };
  return Entry.parse({ kind: 'entry', id: contentId('entry', entry), ...entry, targets: [...new Set(rest.targets)] });
}

import type { Reader } from '../../dossier/store.ts';
import type { Identity, IdentityClaim, Subject } from '../../dossier/subject.ts';
import { datesAgree, lookalikeKeys, namesSomebody, numberKey } from './claims.ts';
import type { Person } from './persons.ts';

/** The link table of a store, read once for one import. */
export interface KnownSubjects {
  subjects: ReadonlyMap<string, Subject>;
  byNumber: ReadonlyMap<string, Identity[]>;
  byLookalike: ReadonlyMap<string, Set<string>>;
  /** Subjects that have a number, not files alone. */
  named: ReadonlySet<string>;
}

/** Identity systems of our own: a declared number, and bytes that name nobody. */
export const declaredSystem = 'patient.json';
export const contentSystem = 'content';

export async function readKnownSubjects(reader: Reader): Promise<KnownSubjects> {
  const subjects = new Map<string, Subject>();
  const byNumber = new Map<string, Identity[]>();
  const byLookalike = new Map<string, Set<string>>();
  const named = new Set<string>();
  for (const subject of await reader.subjects()) {
    subjects.set(subject.id, subject);
    for (const identity of await reader.list(subject.id, 'identity')) {
      const key = numberKey(identity);
      byNumber.set(key, [...(byNumber.get(key) ?? []), identity]);
      if (identity.system !== contentSystem) named.add(subject.id);
      if (identity.system === contentSystem || identity.system === declaredSystem) continue;
      for (const mark of lookalikeKeys(identity)) {
        byLookalike.set(mark, (byLookalike.get(mark) ?? new Set()).add(subject.id));
      }
    }
  }
  return { subjects, byNumber, byLookalike, named };
}

/**
 * The subject that a person is in this store, if it is there.
 * `blobs`: hashes of what names nobody, by which unknown people are found again.
 */
export function findKnown(person: Person, known: KnownSubjects, blobs: readonly string[]): Subject | undefined {
  const holders = (claim: { system: string; value: string }) => known.byNumber.get(numberKey(claim)) ?? [];
  const subjectsOf = (identities: Identity[]) =>
    [...new Set(identities.map(({ subject }) => subject))].sort().flatMap((id) => known.subjects.get(id) ?? []);

  const id = person.declaration?.id;
  if (id !== undefined) {
    const [declared] = subjectsOf(holders({ system: declaredSystem, value: id }));
    if (declared) return declared;
  }
  if (person.claims.length > 0) {
    const candidates = person.claims.map((claim) =>
      subjectsOf(holders(claim).filter((one) => birthsAgree(one, claim))),
    );
    // A composite is nobody: files of one of its people do not come to it unless the same join is declared again.
    const all = [...new Set(candidates.flat())].filter(
      (subject) => subject.composite === person.composite && (person.basis === 'declared' || !subject.composite),
    );
    // One number under a patient.json must not pull in a subject that another patient.json declared.
    const open = all.filter((subject) => id === undefined || !isDeclared(subject, known));
    const ranked = open
      .map((subject) => ({ subject, hits: candidates.filter((some) => some.includes(subject)).length }))
      .sort((a, b) => b.hits - a.hits || (a.subject.id < b.subject.id ? -1 : 1));
    if (ranked.length === 1 || (person.composite && ranked.length > 0)) return ranked[0]!.subject;
    return person.basis === 'declared' ? undefined : ranked[0]?.subject;
  }
  // Files that came with a named patient once bring nothing new to that patient when they come with others alone.
  const candidates = subjectsOf(blobs.flatMap((value) => holders({ system: contentSystem, value })));
  const holdsAll = ({ id }: Subject) =>
    blobs.every((value) => holders({ system: contentSystem, value }).some(({ subject }) => subject === id));
  return candidates.find(holdsAll) ?? candidates.find(({ id }) => !known.named.has(id));
}

function isDeclared(subject: Subject, known: KnownSubjects): boolean {
  for (const identities of known.byNumber.values()) {
    if (identities.some((one) => one.subject === subject.id && one.system === declaredSystem)) return true;
  }
  return false;
}

function birthsAgree(identity: IdentityClaim, claim: IdentityClaim): boolean {
  if (!namesSomebody(identity)) return false;
  return !identity.birthDate || !claim.birthDate || datesAgree(identity.birthDate, claim.birthDate);
}

import {
  contentSystem,
  datesAgree,
  declaredSystem,
  lookalikeKeys,
  numberKey,
  numberMark,
} from '../../dossier/identityMarks.ts';
import type { Reader } from '../../dossier/store.ts';
import type { Identity, IdentityClaim, Subject } from '../../dossier/subject.ts';
import { namesSomebody } from './claims.ts';
import type { Person } from './persons.ts';

/** The part of a store's link table that one import can touch, read once. */
export interface KnownSubjects {
  subjects: ReadonlyMap<string, Subject>;
  byNumber: ReadonlyMap<string, Identity[]>;
  byLookalike: ReadonlyMap<string, Set<string>>;
  /** Subjects that have a number, not files alone. */
  named: ReadonlySet<string>;
  /** Subjects that a patient.json declared. */
  declared: ReadonlySet<string>;
}

/** Somebody to be looked for, with the hashes of the files that name nobody. */
export interface Sought {
  person: Person;
  blobs: readonly string[];
}

/** Looks up whom the store may know under these numbers, names or files: by its index, whatever else it holds. */
export async function readKnownSubjects(reader: Reader, sought: readonly Sought[]): Promise<KnownSubjects> {
  const marks = sought.flatMap(({ person, blobs }) => [
    ...(person.declaration?.id === undefined
      ? []
      : [numberMark({ system: declaredSystem, value: person.declaration.id })]),
    ...person.claims.flatMap((claim) => [numberMark(claim), ...lookalikeKeys(claim)]),
    ...blobs.map((value) => numberMark({ system: contentSystem, value })),
  ]);
  const subjects = new Map<string, Subject>();
  const byNumber = new Map<string, Identity[]>();
  const byLookalike = new Map<string, Set<string>>();
  const named = new Set<string>();
  const declared = new Set<string>();
  const found = await reader.identified(marks);
  for (const identity of found) {
    const key = numberKey(identity);
    const holders = byNumber.get(key) ?? [];
    holders.push(identity);
    byNumber.set(key, holders);
    if (identity.system === contentSystem || identity.system === declaredSystem) continue;
    for (const mark of lookalikeKeys(identity)) {
      byLookalike.set(mark, (byLookalike.get(mark) ?? new Set()).add(identity.subject));
    }
  }
  for (const id of new Set(found.map(({ subject }) => subject))) {
    const record = (await reader.get(id))?.record;
    if (record?.kind !== 'subject' || record.mergedInto !== undefined) continue;
    subjects.set(id, record);
    for (const { system } of await reader.list(id, 'identity')) {
      if (system !== contentSystem) named.add(id);
      if (system === declaredSystem) declared.add(id);
    }
  }
  return { subjects, byNumber, byLookalike, named, declared };
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
    const open = all.filter((subject) => id === undefined || !known.declared.has(subject.id));
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

function birthsAgree(identity: IdentityClaim, claim: IdentityClaim): boolean {
  if (!namesSomebody(identity)) return false;
  return !identity.birthDate || !claim.birthDate || datesAgree(identity.birthDate, claim.birthDate);
}

import { lookalikeKeys, numberKey } from '../../dossier/identityMarks.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { IdentityClaim, Subject } from '../../dossier/subject.ts';
import type { KnownSubjects } from './known.ts';
import type { Person } from './persons.ts';

/** A person of an import and the subject that stands for them in the store: one that was known, or a new id. */
export interface PersonMatch {
  person: Person;
  known: Subject | undefined;
  subject: string;
}

/**
 * One issue for each person who looks like another subject of this import or of the store, naming those subjects.
 * Nothing is merged: who is who is decided by people.
 */
export function lookalikeIssues(matches: readonly PersonMatch[], known: KnownSubjects): Map<Person, Issue[]> {
  const bearers = new Map<string, Set<string>>();
  const bear = (claim: IdentityClaim, subject: string) => {
    for (const key of lookalikeKeys(claim)) bearers.set(key, (bearers.get(key) ?? new Set()).add(subject));
  };
  for (const { person, subject } of matches) for (const claim of person.claims) bear(claim, subject);
  for (const [key, subjects] of known.byLookalike) {
    for (const subject of subjects) bearers.set(key, (bearers.get(key) ?? new Set()).add(subject));
  }
  const issues = new Map<Person, Issue[]>();
  for (const { person, subject } of matches) {
    const others = new Set(person.claims.flatMap(lookalikeKeys).flatMap((key) => [...(bearers.get(key) ?? [])]));
    others.delete(subject);
    // A declared join has decided already; its parts may stand in the store from before.
    for (const claim of person.basis === 'declared' ? person.claims : []) {
      for (const { subject: older } of known.byNumber.get(numberKey(claim)) ?? []) others.delete(older);
    }
    if (others.size > 0) issues.set(person, [possibleMatch([...others].sort())]);
  }
  return issues;
}

function possibleMatch(subjects: readonly string[]): Issue {
  const who = subjects.length === 1 ? `Subject ${subjects[0]} has` : `Subjects ${subjects.join(', ')} have`;
  const message = `${who} the same name and date of birth, or the same number from another issuer. They are not merged.`;
  const remedy = 'If they are one patient, declare it with a patient.json that lists both numbers as members.';
  return issue('warning', 'identity-possible-match', message, { remedy });
}

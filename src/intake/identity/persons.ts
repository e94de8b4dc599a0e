import { datesAgree, normalName, numberKey } from '../../dossier/identityMarks.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { IdentityClaim } from '../../dossier/subject.ts';
import type { Draft } from '../format.ts';
import { countPeople, isWeak, namesSomebody } from './claims.ts';
import { bidsSubject, folderOf, foldersUp } from './folders.ts';
import { type PatientFile, patientFileName } from './patientFile.ts';

/** Somebody whom files are about, before the store is asked whether it knows them. */
export interface Person {
  /** How the drafts came together. */
  basis: 'declared' | 'claimed' | 'attached';
  /** Distinct claims, in the order in which they were met. */
  claims: IdentityClaim[];
  drafts: Draft[];
  /** Drafts that name nobody and were given to this person. */
  attached: Draft[];
  declaration?: Partial<PatientFile>;
  composite: boolean;
  label: string;
  issues: Issue[];
}

export interface Declarations {
  /** Folder (`''` for the root) -> its patient.json. The nearest one above a file holds. */
  files: ReadonlyMap<string, PatientFile>;
  /** Everything is one patient, whatever it says. */
  asOnePatient: boolean;
  /** Folders that were given to the import one by one. */
  roots?: readonly string[];
}

/**
 * Whose are these drafts? One person for each identity; nothing is merged that only looks alike (design, section 3).
 * What names nobody goes to the only person of the nearest folder that has one, else becomes somebody unknown.
 */
export function findPersons(drafts: readonly Draft[], declarations: Declarations): Person[] {
  const persons: Person[] = [];
  const declared = new Map<string, Person>();
  const claimed: Draft[] = [];
  const nameless: Draft[] = [];

  for (const draft of drafts) {
    const scope = declarations.asOnePatient
      ? ''
      : foldersUp(draft.source.path).find((folder) => declarations.files.has(folder));
    const declaration = scope === undefined ? undefined : declarations.files.get(scope);
    if (scope !== undefined && isMember(draft.claim, declaration)) {
      let person = declared.get(scope);
      if (!person) {
        person = newPerson('declared', declaration?.label ?? declaration?.id ?? '');
        person.declaration = declaration ?? {};
        declared.set(scope, person);
        persons.push(person);
      }
      give(person, draft);
    } else if (namesSomebody(draft.claim)) claimed.push(draft);
    else nameless.push(draft);
  }
  for (const person of declared.values()) finishDeclared(person);
  const unused = declarations.asOnePatient
    ? []
    : [...declarations.files].filter(([folder, { members }]) => members !== undefined && !declared.has(folder));

  persons.push(...groupClaimed(claimed, persons));
  attach(nameless, persons);
  warnOfSeveral(persons, declarations);
  for (const [folder] of unused) {
    const there = persons.find(({ drafts }) => drafts.some(({ source }) => foldersUp(source.path).includes(folder)));
    there?.issues.push(unusedIssue(folder));
  }
  return persons.filter(({ drafts }) => drafts.length > 0);
}

function isMember(claim: IdentityClaim | undefined, declaration: PatientFile | undefined): boolean {
  const members = declaration?.members;
  if (members === undefined || !namesSomebody(claim)) return true;
  return members.some((member) => numberKey(member) === numberKey(claim));
}

function newPerson(basis: Person['basis'], label: string): Person {
  return { basis, claims: [], drafts: [], attached: [], composite: false, label, issues: [] };
}

function give(person: Person, draft: Draft): void {
  person.drafts.push(draft);
  const { claim } = draft;
  if (!namesSomebody(claim)) {
    person.attached.push(draft);
    return;
  }
  const same = person.claims.find((known) => numberKey(known) === numberKey(claim));
  if (!same) person.claims.push({ ...claim });
  // Later files may know what earlier ones left out.
  else Object.assign(same, { ...claim, ...same });
}

/** What a page calls somebody of whom this is known. */
export function labelOf(claim: IdentityClaim): string {
  return claim.name?.replace(/\^+/g, ' ').trim() || claim.value;
}

/** Label of a declared person whom neither the declaration nor a file names. */
export const unnamedPerson = 'one patient, unnamed';

/** A declared person is composite when the files name more than one person and the declaration does not say otherwise. */
function finishDeclared(person: Person): void {
  const { claims, declaration } = person;
  const strong = claims.filter((claim) => !isWeak(claim));
  const weak = claims.filter(isWeak);
  // A patient.json vouches that the sample is the patient's; nobody vouches under --as-one-patient.
  const vouched = declaration?.id !== undefined;
  const people = vouched ? Math.max(countPeople(strong), countPeople(weak)) : countPeople([...strong, ...weak]);
  const listed = declaration?.composite === false && declaration.members !== undefined;
  person.composite = declaration?.composite === true || (people > 1 && !listed);
  const absent = (declaration?.members ?? []).filter(
    (member) => !claims.some((one) => numberKey(one) === numberKey(member)),
  );
  if (absent.length > 0) {
    const numbers = absent.map(({ system, value }) => `${system} ${value}`).join(', ');
    person.issues.push(
      issue('warning', 'member-not-found', `patient.json names members that no file names: ${numbers}.`, {
        remedy: 'Add their files, or compare the numbers with those in the files.',
      }),
    );
  }
  if (person.label === '') person.label = claims[0] ? labelOf(claims[0]) : unnamedPerson;
  if (person.composite) {
    const numbers = claims.map(({ system, value }) => `${system} ${value}`).join(', ');
    const message = `Files of several people were declared to be one patient: ${numbers || 'as declared'}.`;
    person.issues.push(
      issue('warning', 'composite-patient', message, {
        remedy: 'If they are one person, list the numbers as members in patient.json with "composite": false.',
      }),
    );
  }
}

/** One person for each number. One number with two dates of birth is two people until somebody says otherwise. */
function groupClaimed(drafts: readonly Draft[], declared: readonly Person[]): Person[] {
  const groups = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const key = numberKey(draft.claim!);
    const home = declared.find(
      (person) => !person.composite && person.claims.some((claim) => numberKey(claim) === key),
    );
    if (home) give(home, draft);
    else groups.set(key, [...(groups.get(key) ?? []), draft]);
  }
  const persons: Person[] = [];
  for (const group of groups.values()) {
    const births: string[] = [];
    for (const { claim } of group) {
      const birth = claim!.birthDate;
      if (birth && !births.some((known) => datesAgree(known, birth))) births.push(birth);
    }
    const parts = new Map<string, Person>();
    for (const draft of group) {
      const claim = draft.claim!;
      const part = births.length > 1 ? (births.find((birth) => datesAgree(birth, claim.birthDate ?? '-')) ?? '') : '';
      let person = parts.get(part);
      if (!person) {
        person = newPerson('claimed', labelOf(claim));
        parts.set(part, person);
        persons.push(person);
      }
      give(person, draft);
    }
    for (const person of parts.values()) {
      if (births.length > 1) person.issues.push(conflictIssue(person.claims[0]!, births));
      const names = new Set(group.flatMap(({ claim }) => (claim!.name ? [normalName(claim!.name)] : [])));
      if (names.size > 1) person.issues.push(nameIssue(person.claims[0]!));
    }
  }
  return persons;
}

function unusedIssue(folder: string): Issue {
  const message = 'patient.json names members, and no file below it names one of them or nobody: it joined nothing.';
  return issue('warning', 'patient-file-unused', message, {
    place: folder === '' ? patientFileName : `${folder}/${patientFileName}`,
    remedy: 'Compare the numbers in it with those in the files.',
  });
}

function conflictIssue({ system, value }: IdentityClaim, births: string[]): Issue {
  const message = `Number ${value} (${system}) stands with ${births.length} dates of birth: its files are kept apart.`;
  const remedy = 'Find out which files are whose; join what belongs together with a patient.json.';
  return issue('error', 'identity-conflict', message, { remedy });
}

function nameIssue({ system, value }: IdentityClaim): Issue {
  const message = `Number ${value} (${system}) stands with more than one name.`;
  return issue('warning', 'identity-name-differs', message, { remedy: 'Check that all files are of this patient.' });
}

function attach(nameless: readonly Draft[], persons: Person[]): void {
  const byFolder = new Map<string, Set<Person>>();
  for (const person of persons) {
    for (const draft of person.drafts) {
      for (const folder of foldersUp(draft.source.path)) {
        byFolder.set(folder, (byFolder.get(folder) ?? new Set()).add(person));
      }
    }
  }
  const unknown = new Map<string, Person>();
  for (const draft of nameless) {
    const folder = foldersUp(draft.source.path).find((one) => byFolder.has(one));
    const there = folder === undefined ? undefined : byFolder.get(folder)!;
    if (there?.size === 1) {
      give([...there][0]!, draft);
      continue;
    }
    const group = bidsSubject(draft.source.path) ?? folderOf(draft.source.path);
    let person = unknown.get(group);
    if (!person) {
      person = newPerson('attached', group === '' ? 'unnamed' : `unnamed (${group})`);
      unknown.set(group, person);
      persons.push(person);
    }
    give(person, draft);
  }
  for (const person of unknown.values()) {
    const count = person.drafts.length;
    const message =
      count === 1
        ? 'A file names nobody.'
        : `${count} files name nobody; they are kept together because they lie together.`;
    const remedy = 'Put a patient.json with {"id": "..."} beside them, or import with --as-one-patient.';
    person.issues.push(issue('warning', 'identity-unknown', message, { remedy }));
  }
}

/** Design, section 3: conflicting identities in one folder give a banner on each. A patient.json makes a folder of its own. */
function warnOfSeveral(persons: readonly Person[], { files, roots = [] }: Declarations): void {
  const named = persons.filter(({ basis }) => basis !== 'attached');
  const byScope = new Map<string, Set<Person>>();
  for (const person of named) {
    for (const { source } of person.drafts) {
      const scope = foldersUp(source.path).find((folder) => files.has(folder) || roots.includes(folder)) ?? '';
      byScope.set(scope, (byScope.get(scope) ?? new Set()).add(person));
    }
  }
  for (const person of named) {
    const together = [...byScope.values()].filter((some) => some.has(person)).map(({ size }) => size);
    const most = Math.max(...together);
    if (most < 2) continue;
    const message = `The folder holds files of ${most} identities; each is a subject of its own and nothing joins them.`;
    const remedy = 'If they are one patient, declare it with a patient.json or --as-one-patient.';
    person.issues.unshift(issue('warning', 'several-identities', message, { remedy }));
  }
}

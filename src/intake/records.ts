import { contentId } from '../dossier/canonical.ts';
import type { Entry } from '../dossier/entry.ts';
import type { Fact } from '../dossier/fact.ts';
import { contentSystem, declaredSystem, numberKey } from '../dossier/identityMarks.ts';
import type { Region } from '../dossier/region.ts';
import type { Source } from '../dossier/source.ts';
import type { Identity, Subject } from '../dossier/subject.ts';
import { namesSomebody } from './identity/claims.ts';
import { type Person, unnamedPerson } from './identity/persons.ts';
import { sourceId } from './planSources.ts';
import { mainFile, type PreparedSource } from './prepare.ts';

/** The subject of a person: what is declared holds, then what the store knows, then what the files say. */
export function subjectOf(person: Person, known: Subject | undefined, id: string): Subject {
  const { declaration } = person;
  const question = declaration?.question ?? questionOf(person) ?? known?.question;
  const synthetic =
    declaration?.synthetic ??
    (known?.synthetic || person.drafts.some(({ source }) => source.metadata['testData'] === true));
  return {
    kind: 'subject',
    id,
    type: 'patient',
    // Nobody named them: two such people are told apart by their ids.
    label: declaration?.label ?? known?.label ?? (person.label === unnamedPerson ? `Unnamed ${id}` : person.label),
    ...(question !== undefined && { question }),
    composite: person.composite || (known?.composite ?? false),
    synthetic,
  };
}

/** The newest referral that asks something. */
function questionOf({ drafts }: Person): string | undefined {
  const referrals = drafts.flatMap(({ facts }) =>
    facts.filter(({ type, status }) => type === 'referral' && status !== 'entered-in-error'),
  );
  const when = (fact: (typeof referrals)[number]) => fact.at ?? fact.statedAt ?? '';
  const newest = referrals.sort((a, b) => (when(a) < when(b) ? -1 : 1)).at(-1);
  if (newest === undefined) return undefined;
  return newest.value?.type === 'text' ? newest.value.text : newest.code.display;
}

export function identityId(subject: string, claim: { system: string; value: string }): string {
  return contentId('identity', { subject, number: numberKey(claim) });
}

/** The links of the outside world's numbers, and of files that name nobody, to a subject. */
export function identitiesOf(person: Person, prepared: readonly PreparedSource[], subject: string): Identity[] {
  const identity = (claim: Omit<Identity, 'kind' | 'id' | 'subject'>): Identity => ({
    ...claim,
    kind: 'identity',
    id: identityId(subject, claim),
    subject,
  });
  const basis = person.basis === 'declared' ? 'declared' : 'claimed';
  const declared = person.declaration?.id;
  return [
    ...(declared === undefined ? [] : [identity({ system: declaredSystem, value: declared, basis: 'declared' })]),
    ...person.claims.map((claim) => identity({ ...claim, basis })),
    ...prepared
      .filter(({ draft }) => !namesSomebody(draft.claim))
      .map((one) => identity({ system: contentSystem, value: mainFile(one), basis: 'attached' })),
  ];
}

export interface MadeRecords {
  source: Source;
  facts: Fact[];
  regions: Region[];
}

/** A source with its facts and regions, under the ids that follow from their content. */
export function recordsOf(...of: Parameters<typeof recordSteps>): MadeRecords {
  const steps = recordSteps(...of);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in steps of a millisecond or so, each with the share that is done: the ids of a long table take seconds. */
export function* recordSteps(
  prepared: Pick<PreparedSource, 'draft' | 'blob'>,
  subject: string,
  importId: string,
  supersedes: string | undefined,
): Generator<number, MadeRecords> {
  const { draft, blob } = prepared;
  const id = sourceId(subject, prepared);
  const source: Source = {
    ...draft.source,
    kind: 'source',
    id,
    subject,
    blob,
    import: importId,
    ...(namesSomebody(draft.claim) && { identity: identityId(subject, draft.claim) }),
    ...(supersedes !== undefined && { supersedes }),
  };
  const facts = new Map<string, Fact>();
  for (const [index, fact] of draft.facts.entries()) {
    if (index % 100 === 99) yield index / draft.facts.length;
    const content = { ...fact, kind: 'fact' as const, subject, source: id };
    const factId = contentId('fact', content);
    facts.set(factId, { ...content, id: factId });
  }
  const regions = draft.regions.map(
    (region): Region => ({
      ...region,
      kind: 'region',
      id: contentId('region', { source: id, number: region.number }),
      subject,
      source: id,
    }),
  );
  return { source, facts: [...facts.values()], regions };
}

/** The entry of a trial that came as a file. Its author is the file; who planned it stands in none. */
export function trialEntryOf({ draft: { trial } }: Pick<PreparedSource, 'draft'>, source: Source): Entry | undefined {
  if (trial === undefined) return undefined;
  const content = {
    kind: 'entry' as const,
    subject: source.subject,
    type: 'trial' as const,
    author: 'imported plan',
    role: 'file',
    at: trial.frozenAt,
    targets: [source.id],
    content: trial,
  };
  return { ...content, id: contentId('entry', content) };
}

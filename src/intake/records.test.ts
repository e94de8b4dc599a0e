import { describe, expect, it } from 'vitest';
import type { Subject } from '../dossier/subject.ts';
import type { Draft } from './format.ts';
import { type Person, unnamedPerson } from './identity/persons.ts';
import type { PreparedSource } from './prepare.ts';
import { identitiesOf, recordsOf, subjectOf } from './records.ts';

const referral = (
  text: string,
  at: string,
  status: 'active' | 'entered-in-error' = 'active',
): Draft['facts'][number] => ({
  place: 'entry 1',
  type: 'referral',
  code: { system: 'x', code: 'r', display: 'referral' },
  value: { type: 'text', text },
  at,
  status,
  isEvent: false,
  issues: [],
});

function person(facts: Draft['facts'] = [], rest: Partial<Person> = {}): Person {
  const source = { format: 'fhir' as const, locator: {}, path: 'a', modality: 'record', metadata: {}, issues: [] };
  const draft: Draft = { source, files: ['a'], facts, regions: [] };
  return {
    basis: 'claimed',
    claims: [],
    drafts: [draft],
    attached: [],
    composite: false,
    label: 'P',
    issues: [],
    ...rest,
  };
}

const known: Subject = {
  kind: 'subject',
  id: 'S1',
  type: 'patient',
  label: 'old',
  question: 'before?',
  composite: true,
  synthetic: true,
};

describe('subjectOf', () => {
  it('asks what was declared, else the newest valid referral, else what was known', () => {
    const facts = [
      referral('new?', '2024-02-01'),
      referral('old?', '2023'),
      referral('no', '2025', 'entered-in-error'),
    ];
    expect(subjectOf(person(facts), undefined, 'S1').question).toBe('new?');
    expect(subjectOf(person(facts, { declaration: { question: 'mine?' } }), known, 'S1').question).toBe('mine?');
    expect(subjectOf(person(), known, 'S1').question).toBe('before?');
    expect(subjectOf(person(), undefined, 'S1')).not.toHaveProperty('question');
  });

  it('tells people whom nobody named apart by their ids', () => {
    const nobody = person([], { label: unnamedPerson });
    expect(subjectOf(nobody, undefined, 'S1').label).toBe('Unnamed S1');
    expect(subjectOf(nobody, undefined, 'S2').label).toBe('Unnamed S2');
    expect(subjectOf(nobody, known, 'S1').label).toBe('old');
  });

  it('never forgets that a subject is composite, nor its label, but lets a declaration say that it is real', () => {
    expect(subjectOf(person(), known, 'S1')).toMatchObject({ label: 'old', composite: true, synthetic: true });
    expect(subjectOf(person([], { declaration: { synthetic: false } }), known, 'S1').synthetic).toBe(false);
  });
});

describe('records', () => {
  const prepared = (one: Person): PreparedSource => ({
    draft: one.drafts[0]!,
    blob: 'f'.repeat(64),
    manifest: undefined,
    members: [{ file: { path: 'a' } as never, sha256: 'f'.repeat(64) }],
  });

  it('have ids that follow from their content', () => {
    const one = prepared(person([referral('a', '2024'), referral('a', '2024'), referral('b', '2024')]));
    const made = recordsOf(one, 'S1', 'import-1', undefined);
    expect(made).toEqual(recordsOf(one, 'S1', 'import-1', undefined));
    expect(made.facts).toHaveLength(2);
    expect(recordsOf(one, 'S2', 'import-1', undefined).source.id).not.toBe(made.source.id);
    expect(recordsOf(one, 'S1', 'import-2', undefined).source.id).toBe(made.source.id);
  });

  it('link files that name nobody by their content, people by their numbers', () => {
    const claim = { system: 'dicom:PatientID', value: 'P1' };
    const named = person([], { claims: [claim], declaration: { id: 'X' }, basis: 'declared' });
    const identities = identitiesOf(named, [prepared(named)], 'S1');
    expect(identities.map(({ system, value, basis }) => [system, value.slice(0, 4), basis])).toEqual([
      ['patient.json', 'X', 'declared'],
      ['dicom:PatientID', 'P1', 'declared'],
      ['content', 'ffff', 'attached'],
    ]);
  });
});

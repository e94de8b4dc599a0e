import { describe, expect, it } from 'vitest';
import { normalName, numberKey } from '../../dossier/identityMarks.ts';
import type { IdentityClaim } from '../../dossier/subject.ts';
import type { Draft } from '../format.ts';
import { countPeople } from './claims.ts';
import { parsePatientFile } from './patientFile.ts';
import { type Declarations, findPersons } from './persons.ts';

function draft(path: string, claim?: Partial<IdentityClaim> & { value: string }): Draft {
  return {
    ...(claim && { claim: { system: 'dicom:PatientID', ...claim } }),
    source: { format: 'nifti', locator: {}, path, modality: 'MR', metadata: {}, issues: [] },
    files: [path],
    facts: [],
    regions: [],
  };
}

const nothing: Declarations = { files: new Map(), asOnePatient: false };

/** label, basis, number of drafts, composite, issue codes. */
function summary(drafts: Draft[], declarations = nothing) {
  return findPersons(drafts, declarations).map(({ label, basis, drafts, composite, issues }) =>
    [label, basis, drafts.length, composite ? 'composite' : '', ...issues.map(({ code }) => code)].join(' '),
  );
}

const sample = { system: 'vcf:sample', value: 'NA1' };

describe('findPersons', () => {
  it('makes one person of one number, however it is written', () => {
    expect(summary([draft('a', { value: 'p 1 ' }), draft('b', { value: 'P  1' }), draft('c')])).toEqual([
      'p 1  claimed 3 ',
    ]);
  });

  it('keeps identities apart, with a banner on each; what names nobody stays alone', () => {
    expect(summary([draft('a', { value: 'P1' }), draft('b', sample), draft('c')])).toEqual([
      'P1 claimed 1  several-identities',
      'NA1 claimed 1  several-identities',
      'unnamed attached 1  identity-unknown',
    ]);
  });

  it('gives what names nobody to the only person of the nearest folder', () => {
    const drafts = [
      draft('a/1.dcm', { value: 'P1' }),
      draft('b/1.dcm', { value: 'P2' }),
      draft('a/nii/x'),
      draft('b/y'),
    ];
    const persons = findPersons(drafts, nothing);
    expect(persons.map(({ attached }) => attached.map(({ source }) => source.path))).toEqual([['a/nii/x'], ['b/y']]);
  });

  it('keeps unnamed participants of a BIDS set apart', () => {
    const paths = ['sub-01/anat/a', 'sub-01/func/b', 'sub-02/anat/a', 'sub-03_T1w'];
    expect(summary(paths.map((path) => draft(path)))).toEqual([
      'unnamed (sub-01) attached 2  identity-unknown',
      'unnamed (sub-02) attached 1  identity-unknown',
      'unnamed (sub-03) attached 1  identity-unknown',
    ]);
  });

  it('does not take placeholders for people', () => {
    expect(summary([draft('a', { value: 'ANONYMOUS' }), draft('b', { value: 'P1' })])).toEqual(['P1 claimed 2 ']);
  });

  it('splits one number with two dates of birth, and leaves out who could be either', () => {
    const drafts = [
      draft('a', { value: 'P1', birthDate: '1980-01-01' }),
      draft('b', { value: 'P1', birthDate: '1990-01-01' }),
      draft('c', { value: 'P1', birthDate: '1980' }),
      draft('d', { value: 'P1' }),
    ];
    const persons = findPersons(drafts, nothing);
    expect(persons.map(({ drafts }) => drafts.map(({ source }) => source.path))).toEqual([['a', 'c'], ['b'], ['d']]);
    for (const { issues } of persons) expect(issues.map(({ code }) => code)).toContain('identity-conflict');
  });

  it('says when one number stands with two names, not when one name is written in two ways', () => {
    const named = (name: string) => draft(name, { value: 'P1', name });
    expect(summary([named('Doe^Jane'), named('Jane Doe')])).toEqual(['Doe Jane claimed 2 ']);
    expect(summary([named('Doe^Jane'), named('Roe^Mary')])).toEqual(['Doe Jane claimed 2  identity-name-differs']);
  });
});

describe('a declared join', () => {
  const declared = (json: object): Declarations => {
    const parsed = parsePatientFile(Buffer.from(JSON.stringify(json)), 'patient.json');
    if ('refused' in parsed) throw new Error(parsed.refused.message);
    return { files: new Map([['', parsed.declared]]), asOnePatient: false };
  };
  const two = [draft('a', { value: 'P1' }), draft('b', { value: 'P2' }), draft('c', sample), draft('d')];

  it('is composite when more than one person was joined', () => {
    expect(summary(two, declared({ id: 'X' }))).toEqual(['X declared 4 composite composite-patient']);
    expect(summary(two, { ...nothing, asOnePatient: true })).toEqual(['P1 declared 4 composite composite-patient']);
  });

  it('is not composite for one number and a sample that a patient.json vouches for', () => {
    const one = [draft('a', { value: 'P1' }), draft('c', sample)];
    expect(summary(one, declared({ id: 'X', label: 'Ms X' }))).toEqual(['Ms X declared 2 ']);
    expect(summary(one, { ...nothing, asOnePatient: true })).toEqual(['P1 declared 2 composite composite-patient']);
  });

  it('says which members no file names, and that a declaration without any joined nothing', () => {
    const members = [
      { system: 'dicom:PatientID', value: 'P1' },
      { system: 'dicom:PatientID', value: 'P9' },
    ];
    expect(summary([draft('a', { value: 'P1' })], declared({ id: 'X', members }))).toEqual([
      'X declared 1  member-not-found',
    ]);
    expect(summary([draft('a', { value: 'P2' })], declared({ id: 'X', members }))).toEqual([
      'P2 claimed 1  patient-file-unused',
    ]);
  });

  it('is not composite when the members are listed and it says so; others stay out', () => {
    const members = [
      { system: 'dicom:PatientID', value: 'p1' },
      { system: 'vcf:sample', value: 'NA1' },
    ];
    expect(summary(two, declared({ id: 'X', composite: false, members }))).toEqual([
      'X declared 3  several-identities',
      'P2 claimed 1  several-identities',
    ]);
  });

  it('is composite when two samples are joined: a trio is not one patient', () => {
    const trio = ['A', 'B', 'C'].map((value) => draft(value, { system: 'vcf:sample', value }));
    expect(summary(trio, declared({ id: 'X' }))).toEqual(['X declared 3 composite composite-patient']);
  });

  it('holds in its folder only, and nobody else there needs no banner', () => {
    const declarations = { ...nothing, files: new Map([['a', { id: 'X' }]]) };
    const drafts = [draft('a/1', { value: 'P1' }), draft('b/1', { value: 'P2' })];
    expect(summary(drafts, declarations)).toEqual(['X declared 1 ', 'P2 claimed 1 ']);
    expect(summary(drafts, { ...nothing, roots: ['a', 'b'] })).toEqual(['P1 claimed 1 ', 'P2 claimed 1 ']);
    expect(summary(drafts)[0]).toBe('P1 claimed 1  several-identities');
  });

  it.each([
    ['no id', '{}'],
    ['an unknown field', '{"id": "X", "lable": "x"}'],
    ['no JSON', '{"id": '],
    ['a text as composite', '{"id": "X", "composite": "no"}'],
  ])('with %s declares nothing', (_name, text) => {
    expect(parsePatientFile(Buffer.from(text), 'patient.json')).toMatchObject({
      refused: { code: 'patient-file-invalid', place: 'patient.json' },
    });
  });
});

describe('claims', () => {
  it('counts people, not numbers', () => {
    const claim = (system: string, value: string, rest: Partial<IdentityClaim> = {}) => ({ system, value, ...rest });
    const jane = { name: 'Doe^Jane', birthDate: '1980-01-02' };
    expect(countPeople([claim('a', 'P1'), claim('b', 'p1')])).toBe(1);
    expect(countPeople([claim('a', 'P1', jane), claim('b', 'Q', { ...jane, name: 'Jane Doe' })])).toBe(1);
    expect(countPeople([claim('a', '1'), claim('a', '2'), claim('b', '3', jane), claim('c', '2', jane)])).toBe(2);
  });

  it('ignores case and white space in numbers, never leading zeros', () => {
    expect(numberKey({ system: 's', value: ' ab\u00a01 ' })).toBe(numberKey({ system: 's', value: 'AB 1' }));
    expect(numberKey({ system: 's', value: '001' })).not.toBe(numberKey({ system: 's', value: '1' }));
    expect(normalName('DOE^JANE^^^')).toBe(normalName('Jane Doe'));
  });
});

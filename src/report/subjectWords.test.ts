import { expect, it } from 'vitest';
import type { Identity } from '../dossier/subject.ts';
import { testDossier } from '../plan/testFindings.ts';
import { subjectWords } from './subjectWords.ts';

const { subject } = testDossier([]);
const identity = (system: string, value: string, basis: Identity['basis'] = 'claimed'): Identity => ({
  kind: 'identity',
  id: `${system}${value}`,
  subject: 's1',
  system,
  value,
  basis,
});

it('says of a synthetic patient that nobody is behind it, of a composite only that parts are synthetic', () => {
  expect(subjectWords({ ...subject, synthetic: true }, []).notes.join()).toContain('no person behind it');
  const composite = subjectWords({ ...subject, composite: true, synthetic: true }, []);
  expect(composite.stamps).toEqual(['COMPOSITE', 'PARTLY SYNTHETIC']);
  expect(composite.notes.join()).not.toContain('no person');
  expect(subjectWords({ ...subject, composite: false, synthetic: false }, []).stamps).toEqual([]);
});

it('puts the declared number first, joins systems of one number, leaves content hashes out', () => {
  const { identifiers } = subjectWords(subject, [
    identity('vcf:sample', 'N1'),
    identity('fhir:https://example.org/ids', 'N1'),
    identity('content', 'f00'),
    identity('patient.json', 'P1', 'declared'),
  ]);
  expect(identifiers).toEqual([
    { value: 'P1', systems: ['patient.json'] },
    { value: 'N1', systems: ['fhir', 'vcf:sample'] },
  ]);
});

it('falls back on the number of the data folder', () => {
  expect(subjectWords(subject, [identity('content', 'f00')]).identifiers[0].value).toBe('s1');
});

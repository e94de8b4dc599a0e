import { expect, it } from 'vitest';
import { type PatientPage, patientPageDocument } from './patientPage.ts';

const page: PatientPage = {
  label: 'Example <one>',
  birthDate: '1980-05-14',
  words: {
    stamps: ['SYNTHETIC'],
    notes: ['SYNTHETIC: made by a program.'],
    identifiers: [{ value: 'P-42', systems: ['x'] }],
  },
  day: '2026-03-10',
  signature: { author: 'dr-one', role: 'clinician', at: '2026-03-10T09:00:00Z' },
  items: [{ type: 'line', title: 'tablets', says: 'We talk about <script>alert(1)</script> your tablets.' }],
  language: 'de',
};

it('names two identifiers, the signature and the label of synthetic data, and escapes what it is given', () => {
  const text = patientPageDocument(page);
  expect(text).toContain('<html lang="de">');
  expect(text).toContain('P-42');
  expect(text).toContain('1980-05-14');
  expect(text).toContain('Freigegeben nach Unterschrift von dr-one (clinician) am 2026-03-10');
  expect(text).toContain('class="watermark"');
  expect(text).not.toContain('<script');
  expect(patientPageDocument(page)).toBe(text);
});

it('says when nothing was released', () => {
  expect(patientPageDocument({ ...page, items: [], language: 'en' })).toContain('Nothing has been released yet.');
});

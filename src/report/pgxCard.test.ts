import { describe, expect, it } from 'vitest';
import { issue } from '../dossier/issue.ts';
import type { Identity, Subject } from '../dossier/subject.ts';
import type { PgxDrug, PgxGene, PgxResult } from '../genomics/pgxTable.ts';
import { pgxCard } from './pgxCard.ts';

const subject: Subject = {
  kind: 'subject',
  id: 'S1',
  type: 'patient',
  label: 'Subject <one>',
  composite: false,
  synthetic: false,
};
const identity: Identity = {
  kind: 'identity',
  id: 'i',
  subject: 'S1',
  basis: 'claimed',
  system: 'fhir:urn:x',
  value: '4711',
  birthDate: '1980-02-03',
};
const gene = (phenotypes: string[], codes: string[] = []): PgxGene => ({
  diplotypes: phenotypes.length > 0 ? [{ name: '*1/*2' }] : [],
  phenotypes,
  evidence: [],
  issues: codes.map((code) => issue('warning', code, code)),
});
const drug = (name: string, action: string): PgxDrug => ({
  drug: name,
  genes: ['CYP2D6'],
  phenotypes: [],
  class: action,
  strength: 'Strong',
  source: 'CPIC',
  statement: 'x',
});

const result: PgxResult = {
  sample: 'p',
  build: 'GRCh38',
  genes: {
    CYP2C19: gene(['Poor Metabolizer']),
    CYP2D6: gene(['Intermediate Metabolizer', 'Normal Metabolizer'], ['cyp2d6-snv-only']),
    CYP2C9: gene(['Normal Metabolizer'], ['could-also-be']),
    TPMT: gene([]),
  },
  drugs: [
    drug('codeine', 'label'),
    drug('codeine', 'avoid'),
    drug('sertraline', 'label'),
    drug('clopidogrel', 'avoid'),
  ],
};

const card = (more: Partial<Parameters<typeof pgxCard>[0]> = {}) =>
  pgxCard({
    subject,
    identities: [identity],
    result,
    asOf: '2026-11-24',
    program: { name: 'idiograph', version: '0' },
    ...more,
  });

describe('wallet card', () => {
  it('says of each gene whether it is settled, and names genes without a call', () => {
    expect(card()).toContain('<b>CYP2C19</b> Poor Metabolizer</li>');
    expect(card()).toContain('<b>CYP2D6</b> Intermediate Metabolizer or Normal Metabolizer <em>not settled</em>');
    expect(card()).toContain('<b>CYP2C9</b> Normal Metabolizer <em>not settled</em>');
    expect(card()).toContain('Not determined: TPMT.');
  });

  it('lists drugs that any possibility asks to discuss, and no others', () => {
    expect(card()).toContain('<b>clopidogrel</b> CYP2D6</li>');
    expect(card()).toContain('<b>codeine</b> CYP2D6 *</li>');
    expect(card()).not.toContain('sertraline');
  });

  it('counts what does not fit', () => {
    const drugs = Array.from({ length: 43 }, (_, i) => drug(`drug${i}`, 'lower'));
    expect(card({ result: { ...result, drugs } })).toContain('And 3 more: see the report.');
  });

  it('bears two identifiers, the day and the labels of made-up subjects', () => {
    expect(card()).toContain('<b>Subject &#60;one&#62;</b>; no. 4711; born 1980-02-03');
    expect(card()).toContain('Issued 2026-11-24');
    expect(card({ identities: [] })).toContain('no. S1');
    expect(card({ identities: [{ ...identity, value: subject.label, birthDate: undefined }] })).toContain(
      'second identifier: ____',
    );
    expect(card()).not.toContain('class="stamp"');
    expect(card({ subject: { ...subject, composite: true } }).match(/class="stamp">COMPOSITE/g)).toHaveLength(2);
    expect(card({ subject: { ...subject, synthetic: true } }).match(/class="stamp">SYNTHETIC/g)).toHaveLength(2);
  });
});

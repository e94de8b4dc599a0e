import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { findingFromDraft } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { recorded } from './recorded-analysis.ts';
import { recordedGenotypes } from './recorded-genotypes.ts';

const fact = (id: string, place: string, system: string, code: string, text: string): Fact => ({
  kind: 'fact',
  id,
  subject: 's',
  source: 'src',
  place,
  type: 'observation',
  code: { system: 'LOINC', code: system, display: system },
  value: { type: 'code', code: { system: 'http://www.pharmvar.org', code, display: text } },
  status: 'completed',
  isEvent: false,
  issues: [],
});

const genotype = (id: string, code: string) => fact(id, `entry[${id}]`, '84413-4', code, code);
const gene = (id: string, code: string) => fact(`${id}g`, `entry[${id}].component[0]`, '48018-6', code, code);

describe('genotypes of a record', () => {
  it.each([
    ['CYP2C19 *1/*17', 'HGNC:2621', 'CYP2C19', ['*1/*17'], []],
    ['CYP2D6*1/*4x2', '2625', 'CYP2D6', ['*1/*4x2'], []],
    ['CYP2D6*36+*10/*41', 'HGNC:2625', 'CYP2D6', ['*36+*10/*41'], []],
    ['CYP2C9*4/*35B', '2623', 'CYP2C9', ['*4/*35B'], ['*35B']],
    ['CYP2D6*5/*999', 'HGNC:2625', 'CYP2D6', ['*5/*999'], ['*999']],
    ['14909', 'HGNC:4932', 'HLA-B', [], []],
  ])('%s', (code, hgnc, symbol, pairs, unknown) => {
    const [read] = recordedGenotypes([genotype('1', code), gene('1', hgnc)]);
    expect(read).toMatchObject({ gene: symbol, pairs, unknown });
    expect(read!.issues.some((one) => one.code === 'allele-unknown')).toBe(unknown.length > 0);
  });

  it('of no gene that can be named are passed over', () => {
    expect(recordedGenotypes([genotype('1', '14909')])).toEqual([]);
  });
});

it('are compared with our call and refused where an allele is unknown', async () => {
  const call = findingFromDraft(
    {
      measure: { system: 'idiograph', code: 'diplotype', display: 'Diplotype' },
      site: { system: 'HGNC', code: 'CYP2C19', display: 'CYP2C19' },
      value: { type: 'code', code: { system: 'star-allele', code: '*1/*2', display: 'CYP2C19 *1/*2' } },
      issues: [],
      derivedFrom: [],
    },
    { id: 'run', subject: 's', method: 'genomics.pharmacogenes' },
  );
  const facts = [
    genotype('1', 'CYP2C19 *1/*17'),
    gene('1', 'HGNC:2621'),
    genotype('2', 'CYP2C9*4/*35B'),
    gene('2', '2623'),
  ];
  const { findings } = await runAll(recorded, dossierOf({ facts, findings: [call] }));
  expect(findings.map(({ site, value }) => [site!.code, value.type])).toEqual([
    ['CYP2C19', 'code'],
    ['CYP2C9', 'refused'],
  ]);
  expect(findings[0]!.issues.map(({ code }) => code)).toEqual(['recorded-not-used', 'recorded-differs']);
  expect(findings[0]!.derivedFrom).toContain(call.id);
  expect(findings[1]!.value).toEqual({ type: 'refused', reason: 'allele-unknown' });
});

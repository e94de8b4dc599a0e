import { expect, test } from 'vitest';
import type { CalledGene } from './call.ts';
import { builtIn, callFrom, callMade, issueCodes, openPairs, recordsFor, topOf } from './match-testing.ts';
import { phenotypes } from './phenotype.ts';

/** Unphased genotypes of two alleles, the order of the letters lost. */
function unphased(gene: CalledGene, first: string, second: string) {
  const definition = builtIn(gene);
  const [a, b] = [first, second].map((name) => definition.alleles.find((allele) => allele.name === name)!);
  const records = recordsFor(
    definition,
    (i) => [a!.accepted[i]![0]!, b!.accepted[i]![0]!].sort() as [string, string],
    '/',
  );
  return callMade(gene, records);
}

test.each([
  ['UGT1A1', '*1/*80+*28', '*28/*80'],
  ['TPMT', '*1/*3A', '*3B/*3C'],
  ['NUDT15', '*1/*2', '*3/*6'],
  ['CYP2C9', '*1/*71', '*10/*12'],
  ['CYP2B6', '*1/*36', '*6/*22'],
] as const)('%s: %s and %s explain the same unphased genotypes, and both stay', (gene, one, other) => {
  for (const pair of [one, other]) {
    const [first, second] = pair.split('/') as [string, string];
    const call = unphased(gene, first, second);
    const open = openPairs(call);
    expect(open).toContain(one);
    expect(open).toContain(other);
    expect(issueCodes(call).some((code) => code === 'diplotype-other-phase' || code === 'diplotype-tie')).toBe(true);
  }
});

test('TPMT *1/*3A v *3B/*3C is another dose: the set holds both phenotypes', () => {
  const call = unphased('TPMT', '*1', '*3A');
  expect(topOf(call)).toEqual(['*1/*3A']);
  expect(call.called.map(({ phenotype }) => phenotype)).toEqual(['intermediate-metabolizer']);
  expect(call.possible.map(({ phenotype }) => phenotypes[phenotype])).toEqual([
    'Poor Metabolizer',
    'Intermediate Metabolizer',
  ]);
});

test('phase decides between them', () => {
  const both = { rs1800460: '0|1', rs1142345: '0|1' };
  const apart = { rs1800460: '0|1', rs1142345: '1|0' };
  const rest = Object.fromEntries(
    builtIn('TPMT').positions.map(({ pos, rsid }) => [rsid ?? String(pos.GRCh38), '0|0']),
  );
  expect(topOf(callFrom('TPMT', { ...rest, ...both }))).toEqual(['*1/*3A']);
  expect(openPairs(callFrom('TPMT', { ...rest, ...both }))).not.toContain('*3B/*3C');
  expect(topOf(callFrom('TPMT', { ...rest, ...apart }))).toEqual(['*3B/*3C']);
});

test('an undocumented base is the reference in TPMT, with a note, and no call in CYP2C19', () => {
  const tpmt = builtIn('TPMT');
  const records = recordsFor(
    tpmt,
    (i) => {
      const { ref, alts, rsid } = tpmt.positions[i]!;
      const other = ['A', 'C', 'G', 'T'].find((letter) => letter !== ref.GRCh38 && !alts.includes(letter))!;
      return rsid === 'rs1800462' ? [ref.GRCh38!, other] : [ref.GRCh38!, ref.GRCh38!];
    },
    '/',
  );
  const call = callMade('TPMT', records);
  expect(topOf(call)).toEqual(['*1/*1']);
  expect(issueCodes(call)).toContain('undocumented-as-reference');
});

test('a missing position of tier 1 is named', () => {
  const call = callFrom('TPMT', { rs1800460: 'absent' });
  expect(issueCodes(call)).toContain('tier1-position-missing');
  expect(issueCodes(callFrom('TPMT', {}))).not.toContain('tier1-position-missing');
});

test('NAT2 is not named without its five positions', () => {
  const call = callFrom('NAT2', { rs1208: 'absent' });
  expect(call.match.state).toBe('required-missing');
  expect(call.possible).toEqual([]);
  expect(issueCodes(call)).toContain('required-position-missing');
});

test('SLCO1B1 falls back to rs4149056 where no pair fits', () => {
  // *5 and a variant of its own on both chromosomes together are no allele of the table.
  const call = callFrom('SLCO1B1', { rs4149056: '0/1', rs139257324: '1/1', rs373327528: '1/1' });
  expect(call.match.state).toBe('no-pair-fits');
  expect(call.fallback).toEqual({ genotype: 'rs4149056 C/rs4149056 T', standIn: { first: '*1', second: '*5' } });
  expect(call.possible).toEqual([{ phenotype: 'decreased-function' }]);
  expect(issueCodes(call)).toContain('slco1b1-single-position');
});

test('CYP2C19: the GRCh38 base everywhere is *38, with the usual base of rs3758581 it is *1', () => {
  expect(topOf(callFrom('CYP2C19', {}))).toEqual(['*38/*38']);
  expect(topOf(callFrom('CYP2C19', { rs3758581: '1/1' }))).toEqual(['*1/*1']);
});

test('malignant hyperthermia: without an associated variant uncertain, never normal', () => {
  for (const gene of ['CACNA1S', 'RYR1'] as const) {
    expect(callFrom(gene, {}).possible).toEqual([{ phenotype: 'uncertain-susceptibility' }]);
  }
  expect(callFrom('CACNA1S', { rs772226819: '0/1' }).possible).toEqual([
    { phenotype: 'malignant-hyperthermia-susceptibility' },
  ]);
});

test('genes without a phenotype have genotypes alone', () => {
  for (const gene of ['IFNL3', 'CYP4F2'] as const) {
    const call = callFrom(gene, {});
    expect(call.match.state).toBe('called');
    expect(call.possible).toEqual([]);
  }
  expect(callFrom('VKORC1', { rs9923231: '0/1' }).possible).toEqual([{ phenotype: 'vkorc1-1639-ag' }]);
});

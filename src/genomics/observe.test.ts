import { expect, test } from 'vitest';
import type { VariantRecord } from '../dossier/image.ts';
import { parseRecord } from '../intake/vcf/record.ts';
import { type GeneDefinition, rangesOf } from './definition.ts';
import { builtIn } from './match-testing.ts';
import { observe } from './observe.ts';
import { definitionOf } from './testing.ts';

const cyp2c9 = definitionOf('CYP2C9');
const cyp2d6 = definitionOf('CYP2D6');

function records(...rows: string[]): VariantRecord[] {
  return rows.map((row, i) => {
    const record = parseRecord(row.replaceAll(' ', '\t'), i + 1, 0);
    if ('malformed' in record) throw new Error(record.malformed);
    return record;
  });
}

function at(definition: GeneDefinition, pos: number, ...rows: string[]) {
  const i = definition.positions.findIndex((position) => position.pos.GRCh38 === pos);
  const observation = observe(definition, 'GRCh38', records(...rows))[i]!;
  return observation.state === 'called' ? observation.alleles.join('/') : observation.state;
}

const star2 = 94942290; // C>T
test.each([
  ['a plain row', ['chr10 94942290 . C T . PASS . GT 0/1'], 'C/T'],
  ['the second of two alternatives', ['10 94942290 . C G,T . PASS . GT 0|2'], 'C/T'],
  ['a longer substitution', ['chr10 94942288 . GACG GATG . PASS . GT 1/1'], 'called'],
  ['no row', [], 'absent'],
  ['no call', ['chr10 94942290 . C T . PASS . GT ./.'], 'no-call'],
  ['half a reference', ['chr10 94942290 . C T . PASS . GT 0/.'], 'no-call'],
  ['half a variant', ['chr10 94942290 . C T . PASS . GT ./1'], 'half'],
  ['a failed filter', ['chr10 94942290 . C T . LowQual . GT 0/1'], 'no-call'],
  ['a haploid call on an autosome', ['chr10 94942290 . C T . PASS . GT 1'], 'no-call'],
  ['depths of one allele only', ['chr10 94942290 . C T . PASS . GT:AD 0/1:30,0'], 'no-call'],
  ['an unspecified alternative', ['chr10 94942290 . C <NON_REF> . PASS . GT 0/1'], 'absent or no-call'],
  ['a genotype beyond the alternatives', ['chr10 94942290 . C T . PASS . GT 0/3'], 'no-call'],
])('one base: %s', (what, rows, expected) => {
  const seen = at(cyp2c9, star2, ...rows);
  if (what === 'a longer substitution') expect(seen).toBe('T/T');
  else if (expected === 'absent or no-call') expect(['absent', 'no-call']).toContain(seen);
  else expect(seen).toBe(expected);
});

test('two rows of a split multi-allelic site make one genotype', () => {
  const split = ['chr10 94942309 . G A . PASS . GT 0/1', 'chr10 94942309 . G T . PASS . GT 0/1'];
  expect(at(cyp2c9, 94942309, ...split)).toBe('A/T');
  const phased = ['chr10 94942309 . G A . PASS . GT 1|0', 'chr10 94942309 . G T . PASS . GT 0|1'];
  expect(at(cyp2c9, 94942309, ...phased)).toBe('A/T');
  const tooMany = ['chr10 94942309 . G A . PASS . GT 1/1', 'chr10 94942309 . G T . PASS . GT 0/1'];
  expect(at(cyp2c9, 94942309, ...tooMany)).toBe('no-call');
});

test('a block proves the reference only with depth and quality', () => {
  const block = (format: string, value: string) => `chr10 94942200 . G <NON_REF> . . END=94942400 ${format} ${value}`;
  expect(at(cyp2c9, star2, block('GT:GQ:MIN_DP', '0/0:40:20'))).toBe('C/C');
  expect(at(cyp2c9, star2, block('GT:GQ:MIN_DP', '0/0:40:4'))).toBe('no-call');
  expect(at(cyp2c9, star2, block('GT:GQ:MIN_DP', '0/0:3:20'))).toBe('no-call');
  expect(at(cyp2c9, star2, block('GT', '0/0'))).toBe('no-call');
  expect(at(cyp2c9, star2, block('GT:GQ', './.:40'))).toBe('no-call');
});

test('an indel is found however it is written', () => {
  // CYP2C9*6, one A of GA gone.
  expect(at(cyp2c9, 94949281, 'chr10 94949281 . GA G . PASS . GT 0/1')).toBe('GA/G');
  // CYP2C9*25: the table anchors it at ...210; left-aligned callers write ...205.
  expect(at(cyp2c9, 94942210, 'chr10 94942205 . CAATGGAAAGA C . PASS . GT 0/1')).toBe('GAAAGAAATGG/G');
  // CYP2D6*9 with a spare base behind.
  expect(at(cyp2d6, 42128173, 'chr22 42128173 . CCTTC CC . PASS . GT 1/1')).toBe('C/C');
  expect(at(cyp2d6, 42128173, 'chr22 42128173 . CC C . PASS . GT 0/1')).toBe('CCTT/CC>C');
});

test('a single base row says nothing of an indel that begins there', () => {
  expect(at(cyp2c9, 94949281, 'chr10 94949281 . G . . PASS . GT 0/0')).toBe('absent');
  expect(at(cyp2c9, 94949281, 'chr10 94949281 . GA . . PASS . GT 0/0')).toBe('GA/GA');
});

test('a deletion over a base of the table: the known one counts at its own place, another one spoils the base', () => {
  const inside = cyp2d6.positions.find(({ pos }) => pos.GRCh38! > 42127845 && pos.GRCh38! <= 42127864);
  expect(inside).toMatchObject({ pos: { GRCh38: 42127852 }, ref: { GRCh38: 'C' } });
  const own = 'chr22 42127852 . C T . PASS . GT 0/0';
  expect(at(cyp2d6, 42127852, own, 'chr22 42127845 . GCACATCCGGATGTAGGATC G . PASS . GT 0/1')).toBe('C/C');
  expect(at(cyp2d6, 42127852, 'chr22 42127850 . TCCGGATG T . PASS . GT 0/1')).toBe('C/*');
});

test('phase is kept by set', () => {
  const [first, second] = [94942290, 94981296].map((pos) => cyp2c9.positions.findIndex((p) => p.pos.GRCh38 === pos));
  const seen = observe(
    cyp2c9,
    'GRCh38',
    records('chr10 94942290 . C T . PASS . GT:PS 0|1:7', 'chr10 94981296 . A C . PASS . GT 1|0'),
  );
  expect(seen[first!]).toMatchObject({ alleles: ['C', 'T'], block: '7' });
  expect(seen[second!]).toMatchObject({ alleles: ['C', 'A'], block: 'all' });
});

test('an indel written beside the place of the table, in a repeat, is found', () => {
  const g6pd = builtIn('G6PD');
  expect(at(g6pd, 154534418, 'chrX 154534414 . GGGA G . PASS . GT 0/1')).toBe('GGAG/G');
  expect(at(g6pd, 154546049, 'chrX 154546045 . CATG C . PASS . GT 1/1')).toBe('A/A');
  const reach = rangesOf(g6pd, 'GRCh38').find(({ start, end }) => start <= 154534417 && end >= 154534421);
  expect(reach?.chrom).toBe('X');
});

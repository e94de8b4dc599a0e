import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calledGenes } from './call.ts';
import { pairName } from './match.ts';
import { builtIn, callMade, functions, madePerson, madeRecords, openPairs, rules } from './match-testing.ts';
import { standingOf } from './phenotype.ts';

const sorted = (pair: string) =>
  pair
    .split(/\/(?![^[]*\])/)
    .sort()
    .join('/');

test.each(calledGenes)('%s: the true pair and phenotype of any made person are in the set, in both builds', (gene) => {
  const definition = builtIn(gene);
  fc.assert(
    fc.property(madePerson(definition), fc.constantFrom('GRCh38' as const, 'GRCh37' as const), (person, build) => {
      const records = madeRecords(definition, person, build);
      const call = callMade(gene, records, { sex: 'female' }, definition, build);
      if (call.match.state === 'nothing-observed') return;
      const [first, second] = [definition.alleles[person.first]!.name, definition.alleles[person.second]!.name];
      expect(openPairs(call).map(sorted)).toContain(sorted(pairName({ first, second })));
      const truth = standingOf(gene, { first, second }, functions, rules);
      const inSet = call.possible.some((one) => one.phenotype === truth.phenotype && one.score === truth.score);
      const told = call.issues.some(({ code }) => code === 'could-also-be');
      expect(call.possible.length === 0 || inSet || (person.absent.length > 0 && told)).toBe(true);
    }),
    { seed: 4, numRuns: 60 },
  );
});

test('the order of the records changes nothing', () => {
  const definition = builtIn('CYP2B6');
  fc.assert(
    fc.property(madePerson(definition), (person) => {
      const records = madeRecords(definition, person);
      expect(callMade('CYP2B6', records.toReversed())).toEqual(callMade('CYP2B6', records));
    }),
    { seed: 4, numRuns: 10 },
  );
});

test.each(calledGenes)('%s: whatever a file shows, the answer is a set or a named refusal', (gene) => {
  const definition = builtIn(gene);
  const genotype = fc.constantFrom(
    '0/1',
    '1|1',
    '1/2',
    './1',
    '.|1',
    '1',
    '.',
    '0/0:7',
    '0|1:7',
    '2|0:9',
    '0/9',
    'x',
    '',
  );
  const alternatives = fc.constantFrom(['*'], ['<DEL>'], ['G', 'T'], ['A'], ['AT', 'C'], ['<NON_REF>'], []);
  const row = fc.record({
    at: fc.nat({ max: definition.positions.length - 1 }),
    shift: fc.integer({ min: -2, max: 2 }),
    genotype,
    alternatives,
  });
  const sex = fc.constantFrom('female' as const, 'male' as const, undefined);
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), sex, fc.boolean(), (rows, known, combinations) => {
      const records = rows.map(({ at, shift, genotype, alternatives }, line) => {
        const [text, phaseSet] = genotype.split(':') as [string, string | undefined];
        const { pos, ref } = definition.positions[at]!;
        return {
          line,
          chrom: definition.chromosome,
          pos: pos.GRCh38! + shift,
          id: '.',
          ref: ref.GRCh38!,
          alt: [...alternatives],
          qual: '.',
          filter: 'PASS',
          info: '.',
          format: phaseSet === undefined ? ['GT'] : ['GT', 'PS'],
          sample: phaseSet === undefined ? [text] : [text, phaseSet],
        };
      });
      const call = callMade(gene, records, { sex: known, combinations });
      const determined = call.match.state === 'called' || call.fallback !== undefined;
      if (!determined) {
        expect(call.possible).toEqual([]);
        expect(call.issues.some(({ severity }) => severity === 'error')).toBe(true);
      } else
        expect(call.match.top.length + (call.match.listed?.length ?? 0) + (call.fallback ? 1 : 0)).toBeGreaterThan(0);
    }),
    { seed: 4, numRuns: 40 },
  );
});

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

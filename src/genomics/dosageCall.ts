import { issue } from '../dossier/issue.ts';
import type { GeneCall } from './call.ts';
import { hardCallFloor, type ImputedWorld } from './dosage.ts';
import { type Diplotype, pairName } from './match.ts';
import { distinctStandings } from './phenotype.ts';

/**
 * One call of a gene from its calls in each state of the uncertain imputed genotypes: all pairs with their weights, all
 * that they may mean. `callIn` names the alleles of one state. Where a state fits no alleles its weight is nobody's.
 */
export function callOverWorlds(
  worlds: readonly ImputedWorld[],
  callIn: (records: ImputedWorld['records']) => GeneCall,
): GeneCall {
  const calls = worlds.map(({ weight, records }) => ({ weight, call: callIn(records) }));
  const { call: likeliest } = calls[0]!;
  const called = calls.filter(({ call }) => call.match.state === 'called' && call.match.top.length > 0);
  if (worlds.length === 1 || called.length === 0) return likeliest;
  const weights = new Map<string, number>();
  const pairs = new Map<string, Diplotype>();
  for (const { weight, call } of called) {
    const { top } = call.match;
    for (const pair of top) {
      const name = pairName(pair);
      pairs.set(name, pair);
      weights.set(name, (weights.get(name) ?? 0) + weight / top.length);
    }
  }
  const first = called[0]!.call;
  const doubt = issue(
    'warning',
    'imputed-uncertain',
    `Genotypes of ${first.gene} were imputed with less than ${hardCallFloor} probability: ${pairs.size} pairs of alleles are possible, weighted by the file's own probabilities.`,
    { remedy: 'Sequence or genotype the gene where the answer matters.' },
  );
  const byMessage = new Map(called.flatMap(({ call }) => call.issues).map((one) => [`${one.code}`, one]));
  return {
    ...first,
    match: {
      ...first.match,
      top: [...pairs.values()],
      otherPhase: [],
      heterozygous: called.some(({ call }) => call.match.heterozygous),
    },
    posterior: weights,
    called: distinctStandings(called.flatMap(({ call }) => call.called)),
    possible: distinctStandings(called.flatMap(({ call }) => call.possible)),
    issues: [...byMessage.values(), doubt],
  };
}

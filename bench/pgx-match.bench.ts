/**
 * Naming all alleles of one person once the positions are read, and the worst case of CYP2D6: 40 heterozygous, unphased
 * positions. Full tables from the folder given or the shared test data, else those that come with Idiograph:
 * `node bench/pgx-match.bench.ts [FOLDER]`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedData } from '../conformance/shared.ts';
import type { VariantRecord } from '../src/dossier/image.ts';
import { type CalledGene, calledGenes } from '../src/genomics/call.ts';
import { fullDefinition, type GeneDefinition, readReduced } from '../src/genomics/definition.ts';
import { builtIn, callMade, recordsFor } from '../src/genomics/match-testing.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';

const folder = process.argv[2] ?? sharedData('genomics/facts/alleles');

function definitionOf(gene: CalledGene): GeneDefinition {
  if (folder === undefined) return builtIn(gene);
  const file: unknown = JSON.parse(readFileSync(join(folder, `${gene}.json`), 'utf8'));
  return fullDefinition(file, readReduced(loadKnowledge(`genomics/definition-${gene.toLowerCase()}.json`).data));
}

const definitions = new Map(calledGenes.map((gene) => [gene, definitionOf(gene)]));

/** Person number `k`: alleles k and 7k of each gene, unphased. */
function person(k: number): Map<CalledGene, VariantRecord[]> {
  return new Map(
    calledGenes.map((gene) => {
      const definition = definitions.get(gene)!;
      const pick = (n: number) => definition.alleles[n % definition.alleles.length]!;
      const [a, b] = [pick(k), pick(7 * k + 3)];
      return [
        gene,
        recordsFor(definition, (i) => [a.accepted[i]![0]!, b.accepted[i]!.at(-1)!].sort() as [string, string], '/'),
      ];
    }),
  );
}

function callAll(records: ReadonlyMap<CalledGene, VariantRecord[]>): void {
  for (const gene of calledGenes) callMade(gene, records.get(gene)!, {}, definitions.get(gene)!);
}

const cyp2d6 = definitions.get('CYP2D6')!;
const memory = () => `largest memory of the process ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`;
for (const count of [40, cyp2d6.positions.length]) {
  const records = recordsFor(
    cyp2d6,
    (i) => {
      const { ref, alts } = cyp2d6.positions[i]!;
      return i < count ? [ref.GRCh38!, alts[0]!] : [ref.GRCh38!, ref.GRCh38!];
    },
    '/',
  );
  const start = performance.now();
  const call = callMade('CYP2D6', records, {}, cyp2d6);
  const spent = performance.now() - start;
  console.log(
    `CYP2D6 with ${count} heterozygous unphased positions: ${spent.toFixed(1)} ms (${call.match.state}), ${memory()}`,
  );
}

/** Processor time of each of 60 people, garbage collection included. */
function timed(what: string, records: (k: number) => Map<CalledGene, VariantRecord[]>): void {
  const times = Array.from({ length: 60 }, (_, k) => {
    const own = records(k);
    const start = process.cpuUsage();
    callAll(own);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  }).sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))]!.toFixed(1);
  console.log(`${what}, CPU ms a person: median ${at(0.5)}, 95 % ${at(0.95)}, largest ${at(1)}`);
}

const tables = `${folder === undefined ? 'built-in' : 'full'} tables, ${calledGenes.length} genes`;
timed(`${tables}, every position`, person);
timed(
  `${tables}, one position in twenty (a list of variants)`,
  (k) => new Map([...person(k)].map(([gene, records]) => [gene, records.filter((_, i) => (i + k) % 20 === 0)])),
);
console.log(memory());

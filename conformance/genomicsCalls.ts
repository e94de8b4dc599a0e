import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { VariantRecord } from '../src/dossier/image.ts';
import type { Source } from '../src/dossier/source.ts';
import { decideBuild, referenceAgreement } from '../src/genomics/build.ts';
import { type CallExtras, type CalledGene, calledGenes, callGene, type GeneCall } from '../src/genomics/call.ts';
import {
  fullDefinition,
  type GeneDefinition,
  rangesOf,
  readReduced,
  reducedDefinition,
} from '../src/genomics/definition.ts';
import { pairName } from '../src/genomics/match.ts';
import { observe } from '../src/genomics/observe.ts';
import { AlleleFunctions, PhenotypeRules } from '../src/genomics/phenotype.ts';
import { bareContig } from '../src/intake/vcf/build.ts';
import { parseHeader } from '../src/intake/vcf/header.ts';
import { openVcf } from '../src/intake/vcf/open.ts';
import { parseRecord } from '../src/intake/vcf/record.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';
import type { Case } from './method.ts';
import { sharedData } from './shared.ts';

export const alleles = 'genomics/facts/alleles';

export const functions = AlleleFunctions.parse(loadKnowledge('genomics/allele-function.json').data);
export const rules = PhenotypeRules.parse(loadKnowledge('genomics/phenotype.json').data);

export type Definitions = ReadonlyMap<CalledGene, GeneDefinition>;
export const isCalled = (gene: unknown): gene is CalledGene => (calledGenes as readonly unknown[]).includes(gene);

function reducedFile(gene: CalledGene) {
  return readReduced(loadKnowledge(`genomics/definition-${gene.toLowerCase()}.json`).data);
}

/** Of the pack's tables, for all genes or for some. */
export function fullDefinitions(genes: readonly CalledGene[] = calledGenes): Definitions {
  const folder = sharedData(alleles)!;
  return new Map(
    genes.map((gene) => {
      const file: unknown = JSON.parse(readFileSync(join(folder, `${gene}.json`), 'utf8'));
      return [gene, fullDefinition(file, reducedFile(gene))];
    }),
  );
}

export function reducedDefinitions(): Definitions {
  return new Map(calledGenes.map((gene) => [gene, reducedDefinition(reducedFile(gene))]));
}

function sourceOf(path: string, sample: string): Source {
  return {
    kind: 'source',
    id: `src-${path}-${sample}`,
    subject: 'subject',
    blob: '0'.repeat(64),
    format: 'vcf',
    locator: { sample },
    path,
    import: 'import',
    modality: 'genome',
    metadata: {},
    issues: [],
  };
}

/** All genes of one sample, through reader, build check, observation and matcher. `refused`: by the build check. */
export async function callSample(path: string, sample: string, definitions: Definitions, extras: CallExtras = {}) {
  const handle = await openVcf(sourceOf(path, sample), {
    bytes: async () => readFileSync(path),
    file: async () => path,
  });
  const all = [...definitions.values()];
  const ranges = all.flatMap((one) => [...rangesOf(one, 'GRCh37'), ...rangesOf(one, 'GRCh38')]);
  const records: VariantRecord[] = [];
  for await (const record of handle.records(ranges)) records.push(record);
  const declared = parseHeader(handle.header).declared;
  const decision = decideBuild(
    declared.build,
    (['GRCh37', 'GRCh38'] as const).map((build) => referenceAgreement(all, build, records)),
  );
  if ('refused' in decision) return { calls: new Map<CalledGene, GeneCall>(), refused: decision.refused.code };
  return { calls: callRecords(records, definitions, decision.build, extras), refused: undefined };
}

export function callRecords(
  records: readonly VariantRecord[],
  definitions: Definitions,
  build: 'GRCh37' | 'GRCh38' = 'GRCh38',
  extras: CallExtras = {},
): Map<CalledGene, GeneCall> {
  const calls = new Map<CalledGene, GeneCall>();
  for (const [gene, definition] of definitions) {
    const own = records.filter((record) => bareContig(record.chrom).toUpperCase() === definition.chromosome);
    calls.set(gene, callGene(gene, definition, observe(definition, build, own), functions, rules, extras));
  }
  return calls;
}

/** Records of each sample of a small gzipped VCF, read once for all. */
export function recordsOfAll(path: string): Map<string, VariantRecord[]> {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n');
  const samples = lines
    .find((line) => line.startsWith('#CHROM'))!
    .split('\t')
    .slice(9);
  const rows = lines.flatMap((line, i) => (line === '' || line.startsWith('#') ? [] : [[line, i + 1] as const]));
  return new Map(
    samples.map((sample, column) => [
      sample,
      rows.flatMap(([line, number]) => {
        const record = parseRecord(line, number, column);
        return 'malformed' in record ? [] : [record];
      }),
    ]),
  );
}

export function samplesOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return /^#CHROM.*$/m.exec(text)![0].trim().split('\t').slice(9);
}

/** Both alleles of a pair, whatever the order; `/` inside brackets is none. Sub-alleles count as their allele. */
export function alleleSet(pair: string): string {
  const parts = pair.replace(/(\*\d+)\.\d{3}/g, '$1').split(/\/(?![^[]*\])/);
  return parts.sort().join('/');
}

export const sameSet = (a: readonly string[], b: readonly string[]) =>
  [...a].map(alleleSet).sort().join('; ') === [...b].map(alleleSet).sort().join('; ');

export const topNames = (call: GeneCall | undefined) => (call ? call.match.top.map(pairName).sort() : []);

/** Every pair that the call leaves open, by name. */
export function openPairs({ match }: GeneCall): string[] {
  const { top, otherPhase, hiddenCommon, hiddenRare, limiting = [] } = match;
  return [...top, ...limiting, ...otherPhase, ...hiddenCommon, ...hiddenRare].map(pairName);
}

export const verdict = (name: string, good: boolean, note: string): Case => ({
  name,
  error: good ? 0 : 1,
  tolerance: 0,
  note,
});

export const jsonLines = <T>(path: string): T[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

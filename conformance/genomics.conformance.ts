import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VariantRecord } from '../src/dossier/image.ts';
import type { Source } from '../src/dossier/source.ts';
import { decideBuild, referenceAgreement } from '../src/genomics/build.ts';
import { type CalledGene, calledGenes, callGene, type GeneCall, pairName } from '../src/genomics/call.ts';
import {
  fullDefinition,
  type GeneDefinition,
  rangesOf,
  readReduced,
  reducedDefinition,
} from '../src/genomics/definition.ts';
import { observe } from '../src/genomics/observe.ts';
import {
  AlleleFunctions,
  type Phenotype,
  PhenotypeRules,
  phenotypeOfFunctions,
  phenotypeOfScore,
  standingOf,
} from '../src/genomics/phenotype.ts';
import { defaultLimits } from '../src/intake/format.ts';
import { inputFile } from '../src/intake/inputFile.ts';
import { bareContig } from '../src/intake/vcf/build.ts';
import { vcfFormat } from '../src/intake/vcf/format.ts';
import { parseHeader } from '../src/intake/vcf/header.ts';
import { openVcf } from '../src/intake/vcf/open.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const alleles = 'genomics/facts/alleles';
const units = 'genomics/tests/pharmcat-unit/cases';
const people = 'genomics/tests/synthetic-people/cases';
const getrm = 'genomics/tests/getrm';
const real = 'genomics/real-vcf';
const ruleTable = 'genomics/facts/phenotype_rules.json';
const functionTable = 'genomics/facts/allele_function.tsv';

const functions = AlleleFunctions.parse(loadKnowledge('genomics/allele-function.json').data);
const rules = PhenotypeRules.parse(loadKnowledge('genomics/phenotype.json').data);

type Definitions = ReadonlyMap<CalledGene, GeneDefinition>;
const isCalled = (gene: string): gene is CalledGene => (calledGenes as readonly string[]).includes(gene);

function reducedFile(gene: CalledGene) {
  return readReduced(loadKnowledge(`genomics/definition-${gene.toLowerCase()}.json`).data);
}

function fullDefinitions(): Definitions {
  const folder = sharedData(alleles)!;
  return new Map(
    calledGenes.map((gene) => {
      const file: unknown = JSON.parse(readFileSync(join(folder, `${gene}.json`), 'utf8'));
      return [gene, fullDefinition(file, reducedFile(gene))];
    }),
  );
}

function reducedDefinitions(): Definitions {
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

/** The three genes of one sample, through reader, build check, observation and matcher. `refused`: by the build check. */
async function callSample(path: string, sample: string, definitions: Definitions) {
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
  const calls = new Map<CalledGene, GeneCall>();
  if ('refused' in decision) return { calls, refused: decision.refused.code };
  for (const [gene, definition] of definitions) {
    const own = records.filter((record) => bareContig(record.chrom).toUpperCase() === definition.chromosome);
    calls.set(gene, callGene(gene, definition, observe(definition, decision.build, own), functions, rules));
  }
  return { calls, refused: undefined };
}

const topNames = (call: GeneCall | undefined) => (call ? call.match.top.map(pairName).sort() : []);
const ordered = (name: string) => name.split('/').sort().join('/');
const sameSet = (a: readonly string[], b: readonly string[]) =>
  [...a].map(ordered).sort().join(' ') === [...b].map(ordered).sort().join(' ');
const verdict = (name: string, good: boolean, note: string): Case => ({
  name,
  error: good ? 0 : 1,
  tolerance: 0,
  note,
});

function samplesOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return /^#CHROM.*$/m.exec(text)![0].trim().split('\t').slice(9);
}

interface PeerRow {
  sample: string;
  gene: string;
  diplotypes: [string, number][];
}

const jsonLines = <T>(path: string): T[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

const unitCases: Conformance = {
  id: 'genomics.matcher.units',
  method: 'Star-allele matcher, full definitions',
  oracle: 'PharmCAT 3.1.1 unit-test expectations for CYP2C19, CYP2C9 (MPL-2.0)',
  errorIs: 'verdict',
  needs: [alleles, units],
  async run() {
    const definitions = fullDefinitions();
    const folder = sharedData(units)!;
    const list = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as {
      id: string;
      gene: string | null;
      vcf: string;
      genes: string[];
      expect: unknown[][];
      outsideCalls?: unknown[];
      matcherArgs?: unknown[];
    }[];
    const cases: Case[] = [];
    for (const one of list) {
      const path = join(folder, 'vcf', one.vcf);
      const inVcf = (gene: unknown): gene is CalledGene =>
        typeof gene === 'string' &&
        isCalled(gene) &&
        one.genes.includes(gene) &&
        !JSON.stringify(one.outsideCalls ?? []).includes(gene);
      // Several assertDiplotypePairs are several runs of one test; the first is the default mode (no partial alleles).
      const matcher = one.expect.find(([what]) => what === 'assertDiplotypePairs');
      const wanted: { gene: CalledGene; check: 'top' | 'all' | 'called' | 'not called'; names: string[] }[] = [];
      if (matcher && inVcf(one.gene)) {
        const check = one.matcherArgs?.[0] === true ? 'top' : 'all';
        wanted.push({ gene: one.gene, check, names: matcher.slice(1).flat() as string[] });
      }
      for (const [what, ...rest] of one.expect) {
        const [gene, ...names] = rest;
        if (/^test(Print|PrintCpic)Calls$|^testSourceDiplotypes$/.test(String(what)) && inVcf(gene)) {
          wanted.push({ gene, check: 'top', names: names.flat() as string[] });
        }
        const called =
          what === 'testCalledByMatcher' ? 'called' : what === 'testNotCalledByMatcher' ? 'not called' : '';
        if (called) for (const name of rest.filter(inVcf)) wanted.push({ gene: name, check: called, names: [] });
      }
      if (wanted.length === 0) continue;
      const { calls } = await callSample(path, samplesOf(path)[0]!, definitions);
      for (const { gene, check, names } of wanted) {
        const match = calls.get(gene)?.match;
        const top = match ? match.top.map(pairName) : [];
        const all = match
          ? [...match.top, ...match.otherPhase, ...match.hiddenCommon, ...match.hiddenRare].map(pairName)
          : [];
        const good =
          check === 'called'
            ? top.length > 0
            : check === 'not called'
              ? top.length === 0
              : sameSet(check === 'top' ? top : all, names);
        const note = `expected ${names.join(', ') || check}; top ${top.join(', ') || 'none'}; all ${all.slice(0, 12).join(', ')}`;
        cases.push(verdict(`${one.id} ${gene} ${check}`, good, note));
      }
    }
    return cases;
  },
};

async function againstPeer(file: string, peerFile: string, truthFile: string, wanted: readonly CalledGene[]) {
  const definitions = fullDefinitions();
  const folder = sharedData(people)!;
  const truth = JSON.parse(readFileSync(join(folder, truthFile), 'utf8')) as Record<
    string,
    { missing: boolean; undoc: boolean; truth: Record<string, string> }
  >;
  const rows = jsonLines<PeerRow>(join(folder, peerFile)).filter(({ gene }) => wanted.includes(gene as CalledGene));
  const bySample = Map.groupBy(rows, ({ sample }) => sample);
  const cases: Case[] = [];
  for (const [sample, own] of bySample) {
    const { calls } = await callSample(join(folder, file), sample, definitions);
    for (const { gene, diplotypes } of own) {
      const call = calls.get(gene as CalledGene);
      const peer = diplotypes.map(([name]) => name);
      const best = Math.max(...diplotypes.map(([, score]) => score));
      const scored = call?.match.top.every(({ score }) => score === best) || peer.length === 0;
      cases.push(
        verdict(
          `${sample} ${gene} top set`,
          sameSet(topNames(call), peer) && scored,
          `peer ${diplotypes.join(' ')}; ours ${call?.match.top.map((pair) => `${pairName(pair)} ${pair.score}`).join(', ')}`,
        ),
      );
      const real = truth[sample]!;
      // An undocumented base has no place in any table, so there is no call to compare.
      if (!call || real.undoc || call.match.state !== 'called') continue;
      const [first, second] = real.truth[gene]!.split('/') as [string, string];
      const standing =
        gene === 'CYP2D6'
          ? { score: add(functions.CYP2D6[first], functions.CYP2D6[second]) }
          : standingOf(gene as 'CYP2C19', { first, second }, functions, rules);
      const inSet = call.possible.some((one) =>
        'phenotype' in standing ? one.phenotype === standing.phenotype : one.score === standing.score,
      );
      const hidden =
        !inSet && [...call.match.hiddenRare].some((pair) => sameSet([pairName(pair)], [real.truth[gene]!]));
      cases.push(
        verdict(
          `${sample} ${gene} truth in the possible set`,
          inSet || hidden,
          `truth ${real.truth[gene]}; ${hidden ? 'named as could-also-be' : call.possible.map((one) => `${one.score ?? ''} ${one.phenotype}`).join(', ')}`,
        ),
      );
    }
  }
  return cases;
}

const add = (a: number | null | undefined, b: number | null | undefined) =>
  typeof a === 'number' && typeof b === 'number' ? a + b : null;

const peopleCases: Conformance = {
  id: 'genomics.matcher.people',
  method: 'Star-allele matcher, full definitions: CYP2C19, CYP2C9',
  oracle: 'PharmCAT 3.1.1 on 200 synthetic people, and their truth',
  errorIs: 'verdict',
  needs: [alleles, people],
  run: () =>
    againstPeer('all_genes.vcf.gz', 'all_genes.pharmcat311.top.jsonl', 'all_genes.truth.json', ['CYP2C19', 'CYP2C9']),
};

const cyp2d6Cases: Conformance = {
  id: 'genomics.matcher.cyp2d6',
  method: 'Star-allele matcher, full definitions: CYP2D6',
  oracle: 'PharmCAT 3.1.1 (research mode) on 60 synthetic people, and their truth',
  errorIs: 'verdict',
  needs: [alleles, people],
  run: () => againstPeer('cyp2d6.vcf.gz', 'cyp2d6.pharmcat311.top.jsonl', 'cyp2d6.truth.json', ['CYP2D6']),
};

/** Scores of GeT-RM's consensus genotypes, by hand from CPIC's values: *1/*36x2+*10, *10/*36x2, *5/*29. */
const consensusScore: Record<string, number> = { NA18526: 1.25, NA18565: 0.25, NA18861: 0.5 };

const getrmCases: Conformance = {
  id: 'genomics.cyp2d6.getrm',
  method: 'CYP2D6 score set under unknown copy number',
  oracle: 'GeT-RM consensus genotypes (CDC)',
  errorIs: 'verdict',
  needs: [alleles, getrm],
  async run() {
    const cases: Case[] = [];
    for (const [kind, definitions] of [
      ['full', fullDefinitions()],
      ['reduced', reducedDefinitions()],
    ] as const) {
      const path = join(sharedData(getrm)!, 'getrm3_pgx_positions_grch38.vcf');
      for (const [sample, score] of Object.entries(consensusScore)) {
        const { calls } = await callSample(path, sample, definitions);
        const call = calls.get('CYP2D6');
        const set = call?.possible.map((one) => one.score) ?? [];
        cases.push(
          verdict(
            `${sample}, ${kind} definitions`,
            set.includes(score) && set.length > 1,
            `truth ${score}; set ${set.join(', ')}; top ${topNames(call).slice(0, 8).join(', ')}`,
          ),
        );
      }
    }
    const peer = jsonLines<PeerRow & { vcf: string }>(join(sharedData(getrm)!, 'preprocessed3.pharmcat311.jsonl'));
    const definitions = fullDefinitions();
    for (const row of peer.filter(({ gene }) => isCalled(gene))) {
      const { calls } = await callSample(join(sharedData(getrm)!, row.vcf), row.sample, definitions);
      const ours = topNames(calls.get(row.gene as CalledGene));
      cases.push(
        verdict(
          `${row.sample} ${row.gene} as PharmCAT`,
          sameSet(
            ours,
            row.diplotypes.map(([name]) => name),
          ),
          `peer ${row.diplotypes.join(' ')}; ours ${ours.join(', ')}`,
        ),
      );
    }
    return cases;
  },
};

const realCases: Conformance = {
  id: 'genomics.vcf.real',
  method: 'VCF reader and three genes on real and odd files',
  oracle: 'no crash; every file read, or refused by a named issue',
  errorIs: 'verdict',
  needs: [real, alleles],
  async run() {
    const definitions = reducedDefinitions();
    const cases: Case[] = [];
    for (const folder of readdirSync(sharedData(real)!)) {
      for (const name of readdirSync(join(sharedData(real)!, folder)).sort()) {
        if (!/\.(vcf|vcf\.gz|vcf\.bgz|bcf)$/.test(name)) continue;
        const path = join(sharedData(real)!, folder, name);
        const file = inputFile(path, path);
        const sniffed = vcfFormat.sniff(file.head, file);
        const read = await vcfFormat.read(file, defaultLimits);
        let note = '';
        let good = sniffed;
        if ('refused' in read) {
          note = read.refused.code;
          good &&= read.refused.remedy !== undefined;
        } else if (read.piece.kind === 'variants') {
          const { drafts } = vcfFormat.assemble([{ path, piece: read.piece }]);
          note = `${read.piece.records} records, ${read.piece.samples.length} samples, ${read.piece.build ?? 'no build'}, issues ${read.issues.map(({ code }) => code).join(' ') || 'none'}`;
          good &&= drafts.length > 0 && drafts.length <= 50;
          for (const draft of drafts.slice(0, 2)) {
            const { calls, refused } = await callSample(path, draft.source.locator['sample'] ?? '', definitions);
            const states = [...calls.values()].map(
              ({ gene, match, issues }) =>
                `${gene} ${match.state}${match.state !== 'called' && issues.length === 0 ? ' unexplained' : ''}`,
            );
            good &&= !states.some((state) => state.endsWith('unexplained'));
            note += `; ${refused ?? states.join(', ')}`;
          }
        }
        cases.push(verdict(`${folder}/${name}`, good, note));
      }
    }
    return cases;
  },
};

const phenotypeCases: Conformance = {
  id: 'genomics.phenotype',
  method: 'Phenotype rules and activity values',
  oracle: 'CPIC diplotype-to-phenotype tables as rules (CC0)',
  errorIs: 'verdict',
  needs: [ruleTable, functionTable],
  async run() {
    const table = JSON.parse(readFileSync(sharedData(ruleTable)!, 'utf8')) as Record<
      string,
      { rule: Record<string, string> }
    >;
    const code = (words: string) => words.toLowerCase().replaceAll(' ', '-');
    const cases: Case[] = [];
    for (const gene of calledGenes) {
      for (const [pair, expected] of Object.entries(table[gene]!.rule)) {
        const [a, b] = pair.split(' | ') as [string, string];
        let ours: Phenotype;
        if (gene === 'CYP2C19') {
          const word = (text: string) => text.toLowerCase().replace(' function', '');
          ours = phenotypeOfFunctions(word(a), word(b), rules);
        } else {
          const bands = gene === 'CYP2D6' ? rules.scoreBandsCYP2D6 : rules.scoreBandsCYP2C9;
          const value = (text: string) => (text === 'n/a' ? null : Number(text.replace('≥', '')));
          const score = add(value(a), value(b));
          ours = score === null ? 'indeterminate' : phenotypeOfScore(score, bands);
        }
        cases.push(verdict(`${gene} ${pair}`, ours === code(expected), `expected ${expected}; ours ${ours}`));
      }
    }
    for (const allele of ['*9', '*41']) {
      cases.push(
        verdict(`CYP2D6${allele} = 0.25`, functions.CYP2D6[allele] === 0.25, String(functions.CYP2D6[allele])),
      );
    }
    return cases;
  },
};

export default [unitCases, peopleCases, cyp2d6Cases, getrmCases, realCases, phenotypeCases];

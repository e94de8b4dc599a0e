import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CalledGene, GeneCall } from '../src/genomics/call.ts';
import type { GeneDefinition } from '../src/genomics/definition.ts';
import { phenotypes, standingOf } from '../src/genomics/phenotype.ts';
import { defaultLimits } from '../src/intake/format.ts';
import { inputFile } from '../src/intake/inputFile.ts';
import { vcfFormat } from '../src/intake/vcf/format.ts';
import {
  alleleSet,
  alleles,
  callRecords,
  callSample,
  fullDefinitions,
  functions,
  isCalled,
  jsonLines,
  openPairs,
  recordsOfAll,
  reducedDefinitions,
  rules,
  sameSet,
  samplesOf,
  topNames,
  verdict,
} from './genomicsCalls.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const units = 'genomics/tests/pharmcat-unit/cases';
const people = 'genomics/tests/synthetic-people/cases';
const getrm = 'genomics/tests/getrm';
const real = 'genomics/real-vcf';
const examples = 'genomics/pharmcat-examples';

/** Differences from PharmCAT that stay, each with its reason. One that is no difference any more is an error. */
const differences = JSON.parse(readFileSync(join(import.meta.dirname, 'genomics-differences.json'), 'utf8')) as {
  cases: Record<string, string>;
};

function compared(name: string, same: boolean, note: string): Case {
  const reason = differences.cases[name];
  if (reason === undefined) return verdict(name, same, note);
  return verdict(name, !same, same ? 'no difference any more: take it out of the list' : `explained: ${reason}`);
}

interface UnitCase {
  id: string;
  gene: string | null;
  vcf: string;
  genes: string[];
  expect: unknown[][];
  outsideCalls?: unknown[];
  matcherArgs?: unknown[];
  pipelineArgs?: unknown[];
}
interface Wanted {
  gene: CalledGene;
  check: 'top' | 'all' | 'called' | 'not called';
  names: string[];
}

/** What a unit case says of a gene that the matcher names from the file (not from an outside call). */
function wantedOf(one: UnitCase): Wanted[] {
  const inVcf = (gene: unknown): gene is CalledGene =>
    isCalled(gene) && one.genes.includes(gene) && !JSON.stringify(one.outsideCalls ?? []).includes(gene);
  // Several assertDiplotypePairs are several runs of one test; the first is the default mode (no partial alleles).
  const matcher = one.expect.find(([what]) => what === 'assertDiplotypePairs');
  const wanted: Wanted[] = [];
  if (matcher && inVcf(one.gene)) {
    const check = one.matcherArgs?.[0] === true ? 'top' : 'all';
    wanted.push({ gene: one.gene, check, names: matcher.slice(1).flat() as string[] });
  }
  for (const [what, ...rest] of one.expect) {
    const [gene, ...names] = rest;
    if (/^test(Print|PrintCpic)Calls$/.test(String(what)) && inVcf(gene)) {
      wanted.push({ gene, check: 'top', names: names.flat() as string[] });
    }
    if (what === 'testSourceDiplotypes' && inVcf(gene)) {
      wanted.push({ gene, check: 'top', names: [names[0]].flat() as string[] });
    }
    if (what === 'doStandardChecks' && inVcf(one.genes[0])) {
      wanted.push({ gene: one.genes[0], check: 'top', names: [rest[0]].flat() as string[] });
    }
    const called = what === 'testCalledByMatcher' ? 'called' : what === 'testNotCalledByMatcher' ? 'not called' : '';
    if (called) for (const name of rest.filter(inVcf)) wanted.push({ gene: name, check: called, names: [] });
  }
  return wanted;
}

/** Pairs of alleles of which something was seen; PharmCAT does not list those that lie in unknown positions alone. */
function competing(call: GeneCall, definition: GeneDefinition): string[] {
  const unseen = new Set(
    definition.alleles
      .filter(({ scored }) => scored.every((kind, i) => kind === 'never' || call.match.missing.includes(i)))
      .map(({ name }) => name),
  );
  return openPairs(call).filter((pair) => !pair.split('/').some((name) => unseen.has(name)));
}

/** PharmCAT's ways to write a call: single variants of an unphased gene, `(homozygous)`, the reference of CFTR. */
function spelledOut(names: readonly string[], gene: string): string[] {
  return names.flatMap((name) => {
    if (gene === 'CFTR' && name.includes('Reference')) {
      return [name.replaceAll('Reference', 'ivacaftor non-responsive CFTR sequence')];
    }
    const plain = name.replace(/ \((homozygous|heterozygous)\)$/, '');
    if (name.endsWith('(homozygous)')) return [plain, plain];
    return name.endsWith('(heterozygous)') ? [`Reference/${plain}`] : [plain];
  });
}

const unitCases: Conformance = {
  id: 'genomics.matcher.units',
  method: 'Named-allele matcher, full definitions',
  oracle: 'PharmCAT 3.1.1 unit-test expectations (MPL-2.0)',
  errorIs: 'verdict',
  needs: [alleles, units],
  async run() {
    const definitions = fullDefinitions();
    const folder = sharedData(units)!;
    const list = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as UnitCase[];
    const cases: Case[] = [];
    let identical = 0;
    let matched = 0;
    for (const one of list) {
      const wanted = wantedOf(one);
      if (wanted.length === 0) continue;
      const path = join(folder, 'vcf', one.vcf);
      const combinations = one.pipelineArgs?.find((argument) => typeof argument === 'boolean') === true;
      const { calls } = await callSample(path, samplesOf(path)[0]!, definitions, { combinations });
      matched += 1;
      let same = true;
      for (const { gene, check, names } of wanted) {
        const call = calls.get(gene);
        const top = call?.fallback ? [call.fallback.genotype] : topNames(call);
        const listed = call?.match.listed ?? [];
        const all = call ? competing(call, definitions.get(gene)!) : [];
        const expected = spelledOut(names, gene).filter((name) => name !== 'Unknown/Unknown');
        const isList = expected.some((name) => !alleleSet(name).includes('/')) && listed.length > 0;
        const good =
          check === 'called'
            ? call?.match.state === 'called'
            : check === 'not called'
              ? call?.match.state !== 'called'
              : names[0] === 'Unknown/Unknown'
                ? call?.match.state !== 'called'
                : sameSet(check === 'all' ? all : isList ? listed : top, expected);
        same &&= good;
        const note = `expected ${names.join(' | ') || check}; top ${top.join(' | ') || call?.match.state}; all ${all.slice(0, 12).join(' | ')}; listed ${listed.join(' | ')}`;
        cases.push(compared(`${one.id} ${gene} ${check}`, good, note));
      }
      if (same) identical += 1;
    }
    cases.push({
      name: `${identical} of ${matched} cases identical`,
      error: 1 - identical / matched,
      tolerance: 0.02,
    });
    return cases;
  },
};

interface PeerRow {
  sample: string;
  gene: string;
  diplotypes: [string, number][];
  haplotypes?: string[];
}
interface Truth {
  missing: boolean;
  undoc: boolean;
  male: boolean;
  truth: Record<string, string>;
}

async function againstPeer(file: string, peerFile: string, truthFile: string): Promise<Case[]> {
  const folder = sharedData(people)!;
  const truths = JSON.parse(readFileSync(join(folder, truthFile), 'utf8')) as Record<string, Truth>;
  const rows = Map.groupBy(jsonLines<PeerRow>(join(folder, peerFile)), ({ sample }) => sample);
  const definitions = fullDefinitions();
  const cases: Case[] = [];
  for (const [sample, records] of recordsOfAll(join(folder, file))) {
    const calls = callRecords(records, definitions);
    for (const { gene, diplotypes, haplotypes = [] } of rows.get(sample) ?? []) {
      const call = calls.get(gene as CalledGene)!;
      // One heterozygous HapB3 is the list of two alleles there and the pair of them here: the same statement.
      const pairOfTwo = haplotypes.includes('Reference') ? [haplotypes.join('/')] : haplotypes;
      const peer = diplotypes.length > 0 ? diplotypes.map(([name]) => name) : pairOfTwo;
      const ours = diplotypes.length === 0 && call.match.listed ? [...call.match.listed] : topNames(call);
      const best = Math.max(...diplotypes.map(([, score]) => score));
      const scored = diplotypes.length === 0 || call.match.top.some(({ score }) => score === best);
      cases.push(
        compared(
          `${sample} ${gene} top set`,
          sameSet(ours, peer) && scored,
          `peer ${diplotypes.join(' ')} ${haplotypes.join(' | ')}; ours ${call.match.top.map(({ first, second, score }) => `${first}/${second} ${score}`).join(', ')}`,
        ),
      );
      const real = truths[sample]!;
      // An undocumented base has no place in any table, so there is no call to compare.
      if (real.undoc || call.match.state !== 'called') continue;
      const both = alleleSet(real.truth[gene]!).split('/') as [string, string];
      const oneCopy = gene === 'G6PD' && real.male;
      const truth = { first: both[0], second: oneCopy ? undefined : both[1] };
      const standing = standingOf(gene, truth, functions, rules);
      const known = (one: { phenotype: string; score?: number | null }) =>
        one.phenotype === standing.phenotype && one.score === standing.score;
      const pair = openPairs(call).some(
        (name) => alleleSet(name) === (oneCopy ? both[0] : alleleSet(real.truth[gene]!)),
      );
      const told = call.issues.some(({ code }) => code === 'could-also-be');
      const inSet = call.possible.length === 0 || call.possible.some(known);
      cases.push(
        verdict(
          `${sample} ${gene} truth in the set`,
          pair && (inSet || (told && real.missing)),
          `truth ${real.truth[gene]}; pair ${pair}; phenotype ${inSet}; told ${told}; ${call.possible.map((one) => `${one.score ?? ''} ${one.phenotype}`).join(', ')}`,
        ),
      );
    }
  }
  return cases;
}

const peopleCases: Conformance = {
  id: 'genomics.matcher.people',
  method: 'Named-allele matcher, full definitions, nineteen genes',
  oracle: 'PharmCAT 3.1.1 on 200 synthetic people, and their truth',
  errorIs: 'verdict',
  needs: [alleles, people],
  run: () => againstPeer('all_genes.vcf.gz', 'all_genes.pharmcat311.top.jsonl', 'all_genes.truth.json'),
};

const cyp2d6Cases: Conformance = {
  id: 'genomics.matcher.cyp2d6',
  method: 'Named-allele matcher, full definitions: CYP2D6',
  oracle: 'PharmCAT 3.1.1 (research mode) on 60 synthetic people, and their truth',
  errorIs: 'verdict',
  needs: [alleles, people],
  run: () => againstPeer('cyp2d6.vcf.gz', 'cyp2d6.pharmcat311.top.jsonl', 'cyp2d6.truth.json'),
};

const exampleCases: Conformance = {
  id: 'genomics.matcher.examples',
  method: 'Diplotype, phenotype and activity score of whole genomes, full definitions',
  oracle: 'PharmCAT 3.1.0 report tables of its two example inputs (MPL-2.0)',
  errorIs: 'verdict',
  needs: [alleles, examples],
  async run() {
    const definitions = fullDefinitions();
    const cases: Case[] = [];
    for (const name of ['pharmcat.example', 'pharmcat.example2']) {
      const folder = sharedData(examples)!;
      const path = join(folder, `${name}.vcf`);
      const { calls } = await callSample(path, samplesOf(path)[0]!, definitions);
      const [, header, ...rows] = readFileSync(join(folder, `${name}.report.tsv`), 'utf8')
        .trim()
        .split('\n');
      const column = (cells: readonly string[], title: string) =>
        (cells[header!.split('\t').indexOf(title)] ?? '').trim();
      for (const row of rows) {
        const cells = row.split('\t');
        const gene = column(cells, 'Gene');
        if (!isCalled(gene) || column(cells, 'Outside Call') === 'yes') continue;
        const call = calls.get(gene)!;
        const words = call.called.map((one) => phenotypes[one.phenotype]);
        const scores = call.called.flatMap(({ score }) => (typeof score === 'number' ? [score] : []));
        const expected = {
          diplotype: column(cells, 'Source Diplotype'),
          phenotype: column(cells, 'Phenotype'),
          score: column(cells, 'Activity Score'),
        };
        const good =
          sameSet(topNames(call), [expected.diplotype]) &&
          (words.join() || '') === expected.phenotype &&
          (expected.score === '' ? scores.length === 0 : scores.join() === String(Number(expected.score)));
        cases.push(
          compared(
            `${name} ${gene}`,
            good,
            `expected ${Object.values(expected).join(' | ')}; ours ${topNames(call)} | ${words} | ${scores}`,
          ),
        );
      }
    }
    return cases;
  },
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
      const call = calls.get(row.gene as CalledGene);
      const listed = row.diplotypes.length === 0 && call?.match.listed;
      const ours = listed ? [...listed] : topNames(call);
      const peers = row.diplotypes.length > 0 ? row.diplotypes.map(([name]) => name) : (row.haplotypes ?? []);
      cases.push(
        compared(
          `${row.sample} ${row.gene} as PharmCAT`,
          sameSet(ours, peers),
          `peer ${peers.join(' | ')}; ours ${ours.join(' | ')}`,
        ),
      );
    }
    return cases;
  },
};

const realCases: Conformance = {
  id: 'genomics.vcf.real',
  method: 'VCF reader and all genes on real and odd files',
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

export default [unitCases, peopleCases, cyp2d6Cases, exampleCases, getrmCases, realCases];

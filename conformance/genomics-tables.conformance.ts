import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type CalledGene, calledGenes } from '../src/genomics/call.ts';
import type { GeneDefinition } from '../src/genomics/definition.ts';
import { lowestFunctionGenes } from '../src/genomics/match-lowest-function.ts';
import { madePerson, madeRecords, recordsFor } from '../src/genomics/match-testing.ts';
import { type Phenotype, phenotypeOfScore, phenotypes, standingOf } from '../src/genomics/phenotype.ts';
import {
  alleleSet,
  alleles,
  callRecords,
  type Definitions,
  fullDefinitions,
  functions,
  isCalled,
  openPairs,
  reducedDefinitions,
  rules,
  sameSet,
  topNames,
  verdict,
} from './genomicsCalls.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const units = 'genomics/tests/pharmcat-unit/cases';
const ruleTable = 'genomics/facts/phenotype_rules.json';
const functionTable = 'genomics/facts/allele_function.tsv';

const tsv = (path: string) =>
  parse(readFileSync(sharedData(path)!), {
    columns: true,
    delimiter: '\t',
    quote: null,
    relax_column_count: true,
  }) as Record<string, string>[];

const usual = (definition: GeneDefinition, i: number): [string, string] => [
  definition.positions[i]!.ref.GRCh38!,
  definition.positions[i]!.ref.GRCh38!,
];

const nat2Cases: Conformance = {
  id: 'genomics.nat2',
  method: 'NAT2 from unphased genotypes: required positions and priorities',
  oracle: 'table of the PharmCAT tests (MPL-2.0)',
  errorIs: 'verdict',
  needs: [alleles, units],
  async run() {
    const definitions = fullDefinitions(['NAT2']);
    const definition = definitions.get('NAT2')!;
    return tsv(`${units}/NAT2_tests.tsv`).map((row) => {
      const missing: string[] = row['Missing positions']!.match(/rs\d+/g) ?? [];
      const records = recordsFor(
        definition,
        (i) => {
          const { rsid } = definition.positions[i]!;
          if (rsid !== undefined && missing.includes(rsid)) return undefined;
          return (row[rsid ?? '']?.split('/') as [string, string] | undefined) ?? usual(definition, i);
        },
        '/',
      );
      const call = callRecords(records, definitions).get('NAT2')!;
      const pick = row['Pick'] ?? '';
      const listed = row['Output'] === 'not called' ? [] : row['Output']!.split(' or ');
      const ours = topNames(call);
      const all = openPairs(call);
      const good = pick === '' ? sameSet(ours, listed) : sameSet(ours, [pick]);
      const kept = listed.every((name) => all.some((one) => alleleSet(one) === alleleSet(name)));
      return verdict(
        `row ${row['row']}`,
        good && kept,
        `expected ${row['Output']} pick ${pick}; ours ${ours.join(' | ')}; all ${all.slice(0, 8).join(' | ')}`,
      );
    });
  },
};

const hapB3 = 'c.1129-5923C>G, c.1236G>A (HapB3)';
const dpydColumns: Record<string, string> = {
  'c.1236G>A': 'rs56038477',
  'c.1129-5923C>G': 'rs75017182',
  'c.61C>T': 'rs72549310',
  'c.2846A>T': 'rs67376798',
  'c.85T>C (*9A)': 'rs1801265',
  'c.1314A>G': 'rs186169810',
  'c.557A>G': 'rs115232898',
};

/** The short names of that table. */
function dpydName(text: string): string {
  const chromosome = (name: string) => {
    const parts = name.replace(/^\[|\]$/g, '').split('+');
    // A plus between numbers belongs to an intronic position.
    const names = parts.map((part) =>
      part === 'ref' ? 'Reference' : part === 'HapB3' ? hapB3 : part === 'HapB3Intron' ? 'c.1129-5923C>G' : part.trim(),
    );
    const at = (one: string) => Number(/\d+/.exec(one)?.[0] ?? 0);
    names.sort((a, b) => at(a) - at(b) || (a < b ? -1 : 1));
    return names.length === 1 ? names[0]! : `[${names.join(' + ')}]`;
  };
  return text.split('/').map(chromosome).join('/');
}

const withoutReference = (names: readonly string[]) => names.filter((name) => name !== 'Reference');

/** Alleles on both chromosomes of the one arrangement that there is. */
function partsOf(pairs: readonly string[]): string[] {
  if (pairs.length !== 1) return [];
  return withoutReference(pairs[0]!.replace(/[[\]]/g, '').split(/\/| \+ /));
}

const hapB3Cases: Conformance = {
  id: 'genomics.hapb3',
  method: 'DPYD of the lowest function with HapB3, phased and unphased',
  oracle: 'table of the PharmCAT tests (MPL-2.0)',
  errorIs: 'verdict',
  needs: [alleles, units],
  async run() {
    const definitions = fullDefinitions(['DPYD']);
    const definition = definitions.get('DPYD')!;
    const lines = readFileSync(sharedData(`${units}/DPYD_hapb3.tsv`)!, 'utf8')
      .trim()
      .split('\n');
    const titles = lines[1]!.split('\t').slice(0, 8);
    const cases: Case[] = [];
    for (const line of lines.slice(3)) {
      const cells = line.split('\t');
      const byRsid = new Map(titles.map((title, k) => [dpydColumns[title] ?? '', cells[k]!]));
      const records = (separator: '/' | '|') =>
        recordsFor(
          definition,
          (i) => {
            const { rsid, ref, alts } = definition.positions[i]!;
            const genotype = byRsid.get(rsid ?? 'none');
            if (genotype === 'missing') return undefined;
            // c.1314A>G is another change at a position of the table: a letter that it does not have.
            const other =
              rsid === 'rs186169810'
                ? ['A', 'C', 'G', 'T'].find((x) => x !== ref.GRCh38 && !alts.includes(x))!
                : alts[0]!;
            const letters = (genotype ?? '0/0').split(/[/|]/).map((index) => (index === '1' ? other : ref.GRCh38!));
            return letters as [string, string];
          },
          separator,
        );
      const [phasedCall, , unphasedCall] = cells.slice(8, 11) as [string, string, string];
      for (const [kind, separator] of [
        ['phased', '|'],
        ['unphased', '/'],
      ] as const) {
        const call = callRecords(records(separator), definitions).get('DPYD')!;
        const asList = kind === 'unphased' && unphasedCall !== '';
        const listed = asList
          ? unphasedCall.split(/, /).flatMap((name) => (name.endsWith('(homozygous)') ? [name, name] : [name]))
          : [];
        const names = listed.map((name) => dpydName(name.replace(' (homozygous)', '')));
        const ours = call.match.listed ?? [];
        // Exonic and intronic HapB3 count as one here: a list there may be one arrangement with the same alleles here.
        const good = !asList
          ? sameSet(topNames(call), [dpydName(phasedCall)])
          : sameSet(
              call.match.listed ? ours : partsOf(topNames(call)),
              call.match.listed ? names : withoutReference(names),
            );
        cases.push(
          verdict(
            `row ${cells[0]} ${kind}`,
            good,
            `expected ${asList ? names.join(' | ') : dpydName(phasedCall)}; ours ${topNames(call).join(' | ')} listed ${ours.join(' | ')}`,
          ),
        );
      }
    }
    return cases;
  },
};

/** CPIC's words of a copy number: `*1x2` = two copies of *1, `*1x≥3` = three or more. */
function activityValue(allele: string): number | null {
  const copies = /^(\*\d+)x≥?(\d+)$/.exec(allele);
  const value = functions.CYP2D6[copies?.[1] ?? allele] ?? null;
  return value === null ? null : value * Number(copies?.[2] ?? 1);
}

const phenotypeCases: Conformance = {
  id: 'genomics.phenotype',
  method: 'Phenotype of every pair of alleles, by functions and activity values',
  oracle: 'CPIC diplotype-to-phenotype tables, 49,882 rows as rules (CC0)',
  errorIs: 'diplotypes',
  needs: [ruleTable, functionTable],
  async run() {
    const table = JSON.parse(readFileSync(sharedData(ruleTable)!, 'utf8')) as Record<
      string,
      { by: string; nDiplotypes: number; rule: Record<string, string> }
    >;
    const byGene = Map.groupBy(tsv(functionTable), (row) => row['gene']!);
    const cases: Case[] = [];
    let rows = 0;
    for (const [gene, { by, nDiplotypes, rule }] of Object.entries(table)) {
      if (!isCalled(gene) || nDiplotypes === 0) continue;
      const own = byGene.get(gene)!;
      const word = (row: Record<string, string>) =>
        by.startsWith('activity') ? valueWord(row['activity_value']!) : row['clinical_function']!;
      let checked = 0;
      let different = 0;
      const compare = (expected: string | undefined, ours: Phenotype) => {
        checked += 1;
        if (expected === undefined || phenotypes[ours] !== expected) different += 1;
      };
      own.forEach((a, i) => {
        for (const b of own.slice(i)) {
          compare(rule[[word(a), word(b)].sort().join(' | ')], phenotypeOf(gene, a['allele']!, b['allele']!));
        }
        if (rule[word(a)] !== undefined) compare(rule[word(a)], phenotypeOf(gene, a['allele']!, undefined));
      });
      rows += checked;
      cases.push({
        name: `${gene}: ${checked} of ${nDiplotypes} diplotypes`,
        error: different + Math.abs(checked - nDiplotypes),
        tolerance: 0,
      });
    }
    // MT-RNR1, which no small-variant caller names here, is the rest of the 49,882.
    cases.push({ name: `${rows} rows`, error: Math.abs(49882 - 25 - rows), tolerance: 0 });
    for (const allele of ['*9', '*41']) {
      cases.push(
        verdict(`CYP2D6${allele} = 0.25`, functions.CYP2D6[allele] === 0.25, String(functions.CYP2D6[allele])),
      );
    }
    return cases;
  },
};

/** As the rules write activity values: `1` -> `1.0`. */
const valueWord = (value: string) => (/^≥?\d+$/.test(value) ? `${value}.0` : value);

function phenotypeOf(gene: CalledGene, first: string, second: string | undefined): Phenotype {
  if (gene !== 'CYP2D6') return standingOf(gene, { first, second }, functions, rules).phenotype;
  const [a, b] = [activityValue(first), activityValue(second!)];
  return a === null || b === null ? 'indeterminate' : phenotypeOfScore(a + b, rules.scoreBandsCYP2D6);
}

async function madePeople(definitions: Definitions, each: number): Promise<Case[]> {
  const cases: Case[] = [];
  for (const gene of calledGenes) {
    const definition = definitions.get(gene)!;
    let lost = 0;
    let example = '';
    for (const person of fc.sample(madePerson(definition), { numRuns: each, seed: 20260204 })) {
      const [a, b] = [definition.alleles[person.first]!, definition.alleles[person.second]!];
      const records = madeRecords(definition, person);
      const call = callRecords(records, new Map([[gene, definition]]), 'GRCh38', { sex: 'female' }).get(gene)!;
      if (call.match.state === 'nothing-observed') continue;
      const truth = { first: a.name, second: b.name };
      const standing = standingOf(gene, truth, functions, rules);
      const pair = openPairs(call).some((name) => alleleSet(name) === alleleSet(`${a.name}/${b.name}`));
      const phenotype =
        call.possible.length === 0 ||
        call.possible.some((one) => one.phenotype === standing.phenotype && one.score === standing.score) ||
        (person.absent.length > 0 && call.issues.some(({ code }) => code === 'could-also-be'));
      if (pair && phenotype) continue;
      lost += 1;
      example ||= `${a.name}/${b.name} ${JSON.stringify(person.absent)} pair ${pair} phenotype ${phenotype} top ${topNames(call).slice(0, 5).join(' | ')} ${call.match.state}`;
    }
    cases.push({
      name: `${gene}: ${each} made people${lowestFunctionGenes.has(gene) ? ', single variants' : ''}`,
      error: lost,
      tolerance: 0,
      note: example,
    });
  }
  return cases;
}

/** Pairs that the same unphased genotypes explain; CYP2C9 as the definitions of 2025-11 have it. */
const namedPairs: [CalledGene, string, string][] = [
  ['UGT1A1', '*1/*80+*28', '*28/*80'],
  ['TPMT', '*1/*3A', '*3B/*3C'],
  ['NUDT15', '*1/*2', '*3/*6'],
  ['CYP2C9', '*1/*71', '*10/*12'],
  ['CYP2C19', '*1/*34', '*38/*40'],
  ['CYP2B6', '*1/*36', '*6/*22'],
];

const ambiguousCases: Conformance = {
  id: 'genomics.matcher.ambiguous',
  method: 'Pairs that unphased data cannot tell apart: both in the set, either way round',
  oracle: 'definitions of 2025-11-05',
  errorIs: 'verdict',
  needs: [alleles],
  async run() {
    const definitions = fullDefinitions();
    return namedPairs.flatMap(([gene, ...pairs]) => {
      const definition = definitions.get(gene)!;
      return pairs.map((pair) => {
        const both = pair.split('/').map((name) => definition.alleles.find((one) => one.name === name)!);
        const records = recordsFor(
          definition,
          (i) => both.map((allele) => allele.accepted[i]![0]!).sort() as [string, string],
          '/',
        );
        const call = callRecords(records, new Map([[gene, definition]])).get(gene)!;
        const open = openPairs(call);
        return verdict(
          `${gene} ${pair}`,
          pairs.every((one) => open.includes(one)),
          open.slice(0, 6).join(' | '),
        );
      });
    });
  },
};

const madeCases: Conformance = {
  id: 'genomics.matcher.made',
  method: 'Named-allele matcher on people made of any two alleles: true pair and phenotype are in the set',
  oracle: 'how they were made',
  errorIs: 'people lost',
  needs: [alleles],
  run: () => madePeople(fullDefinitions(), 250),
};

const madeReducedCases: Conformance = {
  id: 'genomics.matcher.made-reduced',
  method: 'The same with the reduced definitions',
  oracle: 'how they were made',
  errorIs: 'people lost',
  needs: [],
  run: () => madePeople(reducedDefinitions(), 150),
};

export default [nat2Cases, hapB3Cases, phenotypeCases, ambiguousCases, madeCases, madeReducedCases];

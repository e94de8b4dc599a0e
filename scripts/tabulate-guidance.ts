/**
 * Makes knowledge/genomics/guidance/ and cpic-changes.json from CPIC's tables (CC0):
 *   node scripts/tabulate-guidance.ts FOLDER
 * FOLDER holds recommendations.jsonl and cpic_change_log.tsv. Each row becomes a key, a strength and steps; how a text
 * was read stands in guidance/readings.ts, and nothing of the text itself is kept. A text that no reading fits stops it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { notDetermined, type Row, type Said } from '../src/genomics/guidance.ts';
import { guidelines, notCovered, notes } from './guidance/guidelines.ts';
import { readings } from './guidance/readings.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node scripts/tabulate-guidance.ts FOLDER');
const out = join(import.meta.dirname, '..', 'knowledge', 'genomics');
const tableDate = '2024-05';

interface CpicRow {
  source: string;
  drugs: string[];
  genes: string[];
  lookupKey: Record<string, string>;
  population: string | null;
  classification: string | null;
  recommendation: string;
}

const populations: Record<string, string | undefined> = {
  general: undefined,
  adults: 'Adults',
  pediatrics: 'Children',
  'child >40kg_adult': 'Adults and children over 40 kg',
  'CVI ACS PCI': 'Acute coronary syndrome or coronary stent',
  'CVI non-ACS non-PCI': 'Other cardiovascular indications',
  NVI: 'Neurovascular indications',
  'CBZ naive': 'Not taken before',
  'CBZ-no alternatives': 'Not taken before, without an alternative',
  'CBZ use >3mos': 'Taken for over 3 months without skin reaction',
  'PHT naive': 'Not taken before',
  'PHT use >3mos': 'Taken for over 3 months without skin reaction',
  'OXC naive': 'Not taken before',
  'OXC use >3 mos': 'Taken for over 3 months without skin reaction',
};
const populationOrder = Object.keys(populations);

const rows = readFileSync(join(folder, 'recommendations.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as CpicRow)
  // `xN combinations` ask for the number of copies; they recommend nothing.
  .filter((row) => row.source === 'CPIC' && row.classification !== null);

/** CPIC's words of which the code is not the words themselves (src/genomics/phenotype.ts). */
const codeOfWords: Record<string, string> = {
  Normal: 'normal-activity',
  Variable: 'variable-activity',
  'ivacaftor responsive in CF patients': 'ivacaftor-responsive',
  'ivacaftor non-responsive in CF patients': 'ivacaftor-non-responsive',
};

/** `HLA-B` with `*15:02 positive` -> the allele as the gene, its status as the state. */
function keysOf(row: CpicRow, alleles: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    Object.entries(row.lookupKey).map(([gene, key]) => {
      const allele = alleles.get(gene);
      if (key === 'No Result') return [allele ?? gene, notDetermined];
      if (allele) return [allele, key.split(' ')[1]!];
      if (key === 'n/a') return [gene, 'indeterminate'];
      return [
        gene,
        /\d$/.test(key)
          ? String(Number(key.replace('≥', '')))
          : (codeOfWords[key] ?? key.toLowerCase().replaceAll(' ', '-')),
      ];
    }),
  );
}

function saidBy(row: CpicRow, keys: ReadonlyMap<string, string>): Said {
  const drug = row.drugs[0]!;
  const text = row.recommendation.split('Other Considerations')[0]!.replace(/\s+/g, ' ').trim();
  const masked = text.replaceAll(new RegExp(drug, 'gi'), '<D>').replaceAll('naïve', 'naive');
  const reading = readings.find((one) => one.drugs.test(drug) && one.text.test(masked));
  if (!reading) throw new Error(`no reading for ${drug}: ${masked}`);
  const whom = populations[row.population!];
  const untested = [...keys].flatMap(([gene, key]) => (key === notDetermined ? [gene] : []));
  const missing = untested.map((gene) => ({ do: 'untested' as const, gene }));
  const none = row.classification === 'N/A' || reading.action === 'none';
  const base = { ...(whom ? { for: whom } : {}) };
  // What nobody tested never yields a standard dose (HLA above all).
  if (untested.length > 0 && ['label', 'label-then-review', 'none'].includes(reading.action)) {
    const rest = reading.steps.filter((step) => step.do === 'measure' || step.do === 'watch' || step.do === 'know');
    const keeps = rest.length > 0 && reading.action === 'label-then-review';
    return {
      ...base,
      strength: keeps ? row.classification! : 'No recommendation',
      action: none ? 'none' : 'test-first',
      steps: [...(keeps ? rest : []), ...missing],
    };
  }
  return {
    ...base,
    strength: none ? 'No recommendation' : row.classification!,
    action: reading.action,
    steps: [...reading.steps.filter((step) => untested.length === 0 || step.do !== 'label'), ...missing],
  };
}

const isScore = (key: string) => /^\d/.test(key);

/** Edges of CYP2D6's phenotypes (PMID 33387367): `upTo` belongs to the lower one. */
const edges: Record<string, { upTo: number }[]> = { CYP2D6: [{ upTo: 0 }, { upTo: 2.25 }] };

/** Groups of keys that a table does not tell apart -> what a row is asked by. Scores become intervals without a gap. */
function intervals(gene: string, groups: readonly string[][]): Map<string, string> {
  const scored = groups
    .map((group) =>
      group
        .filter(isScore)
        .map(Number)
        .sort((a, b) => a - b),
    )
    .filter((group) => group.length > 0);
  const runs: { from: number; group: number }[] = [];
  const all = scored.flatMap((group, i) => group.map((score) => ({ score, i }))).sort((a, b) => a.score - b.score);
  for (const { score, i } of all) if (runs.at(-1)?.group !== i) runs.push({ from: score, group: i });
  const texts = new Map<string, string>();
  const edgeBetween = (low: number, high: number) => edges[gene]?.find(({ upTo }) => upTo >= low && upTo < high)?.upTo;
  runs.forEach(({ from }, n) => {
    const before = all.filter(({ score }) => score < from).at(-1)?.score;
    const next = runs[n + 1]?.from;
    const last = all.filter(({ score }) => next === undefined || score < next).at(-1)!.score;
    const edgeBelow = before === undefined ? undefined : edgeBetween(before, from);
    const edgeAbove = next === undefined ? undefined : edgeBetween(last, next);
    const low = before === undefined ? '' : edgeBelow === undefined ? `>=${from}` : `>${edgeBelow}`;
    const high = next === undefined ? '' : edgeAbove === undefined ? `<${next}` : `<=${edgeAbove}`;
    const text = [low, high].filter((one) => one !== '').join(' ') || '>=0';
    for (const { score } of all.filter((one) => one.score >= from && (next === undefined || one.score < next)))
      texts.set(String(score), text === '<=0' ? '0' : text);
  });
  return texts;
}

const short: Record<string, string> = {
  'poor-metabolizer': 'pm',
  'likely-poor-metabolizer': 'lpm',
  'intermediate-metabolizer': 'im',
  'likely-intermediate-metabolizer': 'lim',
  'possible-intermediate-metabolizer': 'pim',
  'normal-metabolizer': 'nm',
  'rapid-metabolizer': 'rm',
  'ultrarapid-metabolizer': 'um',
  'not-determined': 'untested',
  'malignant-hyperthermia-susceptibility': 'susceptible',
  'uncertain-susceptibility': 'uncertain',
};

/** `poor`, `score-1.5`, `positive`: what a row of one gene is called; `um-nm`: of two. `values`: keys of the table. */
function nameOf(gene: string, keys: readonly string[], values: readonly string[], brief: boolean): string {
  const bands: Record<string, string> = brief
    ? { '0': 'pm', '>0 <1.25': 'im', '>=1.25 <=2.25': 'nm', '>2.25': 'um' }
    : { '0': 'poor', '>0 <1.25': 'intermediate', '>=1.25 <=2.25': 'normal', '>2.25': 'ultrarapid' };
  const scores = [...new Set(values.filter(isScore).map(Number))].sort((a, b) => a - b);
  const scored = keys.find((key) => /^[<>=\d]/.test(key));
  const band = gene === 'CYP2D6' && scored !== undefined ? bands[scored] : undefined;
  const words = scores.length === 0 ? [] : [band ?? `score-${[...new Set([scores[0], scores.at(-1)])].join('-')}`];
  for (const key of keys) {
    if (/^[<>=\d]/.test(key)) continue;
    words.push(
      brief
        ? (short[key] ?? key)
        : key.replace(/-(metabolizer|function|activity)$/, '').replace(/-of-aminoglycoside.*/, ''),
    );
  }
  const named = words.filter((word) => !(word.startsWith('likely-') && words.includes(word.replace('likely-', ''))));
  return named.join('-or-');
}

/** From much function to none, what is unknown last: the order of rows. */
const order = [
  'ultrarapid',
  'increased-function',
  'rapid',
  'normal',
  'negative',
  'variable',
  'possible-decreased',
  'possible-intermediate',
  'likely-intermediate',
  'intermediate',
  'decreased',
  'likely-poor',
  'poor',
  'deficient',
  'positive',
  'increased-risk',
  'malignant',
  'uncertain',
  'indeterminate',
  'not-determined',
];
function rank(key: string): number {
  if (isScore(key)) return 1 - Number(key) / 100;
  const place = order.findIndex((start) => key.startsWith(start));
  return 2 + (place < 0 ? order.length : place);
}

/** Parts that say the same stand once; what holds for every population of the drug needs none named. */
function together(says: readonly Said[], populationCount: number): Said[] {
  const merged = Map.groupBy(says, ({ strength, action, steps }) => JSON.stringify({ strength, action, steps }));
  return [...merged.values()].map((same) => {
    const { for: _, ...said } = same[0]!;
    if (populationCount > 1 && same.length === populationCount) return said;
    const whom = same.flatMap((one) => one.for ?? []).join(' / ');
    return whom === '' ? said : { for: whom, ...said };
  });
}

function tabulate(drug: string): { genes: string[]; rows: Row[] } {
  const own = rows.filter(({ drugs }) => drugs.includes(drug));
  const alleles = new Map<string, string>();
  for (const { lookupKey } of own) {
    for (const [gene, key] of Object.entries(lookupKey)) {
      const allele = /^(\*\d+:\d+) (?:positive|negative)$/.exec(key)?.[1];
      if (allele) alleles.set(gene, `${gene}*${allele.slice(1)}`);
    }
  }
  const genes = Object.keys(own[0]!.lookupKey)
    .sort((a, b) => Number(b === 'CYP2D6') - Number(a === 'CYP2D6') || (a < b ? -1 : 1))
    .map((gene) => alleles.get(gene) ?? gene);
  // Key of all genes -> what is said, one part for each population.
  const said = new Map<string, { keys: string[]; says: Said[] }>();
  const byPopulation = [...own].sort(
    (a, b) => populationOrder.indexOf(a.population!) - populationOrder.indexOf(b.population!),
  );
  for (const row of byPopulation) {
    const map = keysOf(row, alleles);
    const keys = genes.map((gene) => map.get(gene)!);
    const known = said.get(keys.join('|')) ?? { keys, says: [] };
    said.set(keys.join('|'), known);
    const one = saidBy(row, map);
    // One score is in the tables twice (3.0 and ≥3.0); both must say the same.
    const same = known.says.find((other) => other.for === one.for);
    if (!same) known.says.push(one);
    else if (JSON.stringify(same) !== JSON.stringify(one)) throw new Error(`${drug} ${keys.join()}: two statements`);
  }
  for (const cell of said.values())
    cell.says = together(cell.says, new Set(own.map(({ population }) => population)).size);
  const valuesOf = (i: number) =>
    [...new Set([...said.values()].map(({ keys }) => keys[i]!))].sort((a, b) => rank(a) - rank(b));
  /** Values of one gene that the table does not tell apart, whatever the other gene is. */
  const groupsOf = (i: number) => {
    const groups = Map.groupBy(valuesOf(i), (value) =>
      JSON.stringify(
        [...said.values()]
          .filter(({ keys }) => keys[i] === value)
          .map(({ keys, says }) => [keys.filter((_, j) => j !== i).join('|'), says])
          .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
      ),
    );
    return [...groups.values()];
  };
  const groups = genes.map((_, i) => groupsOf(i));
  const texts = genes.map((gene, i) => intervals(gene, groups[i]!));
  const asked = (i: number, group: readonly string[]) => [
    ...new Set(group.map((value) => texts[i]!.get(value) ?? value)),
  ];
  const result: Row[] = [];
  if (genes.length === 1) {
    for (const group of groups[0]!) {
      const when = asked(0, group);
      const { says } = said.get(group[0]!)!;
      result.push({ id: nameOf(genes[0]!, when, group, false), when: { [genes[0]!]: when }, says });
    }
  } else {
    // Rectangles of the grid: a group of the first gene with all groups of the second that say the same.
    for (const first of groups[0]!) {
      const cells = Map.groupBy(
        groups[1]!.filter((second) => said.has(`${first[0]}|${second[0]}`)),
        (second) => JSON.stringify(said.get(`${first[0]}|${second[0]}`)!.says),
      );
      for (const seconds of cells.values()) {
        const when = { [genes[0]!]: asked(0, first), [genes[1]!]: asked(1, seconds.flat()) };
        const values = [first, seconds.flat()];
        const id = genes.map((gene, i) => nameOf(gene, when[gene]!, values[i]!, true)).join('-');
        result.push({ id, when, says: said.get(`${first[0]}|${seconds[0]![0]}`)!.says });
      }
    }
  }
  const doubled = result.find(({ id }, i) => result.findIndex((one) => one.id === id) !== i);
  if (doubled) throw new Error(`${drug}: two rows are called ${doubled.id}`);
  return { genes, rows: result };
}

const compact = (value: unknown) =>
  JSON.stringify(value, null, 1)
    .replace(/\n\s+/g, ' ')
    .replace(/([[{]) /g, '$1')
    .replace(/ ([\]}])/g, '$1');

/** One row of the table a line: a change in one fact is a change in one line. */
function write(path: string, content: Record<string, unknown>): void {
  const lines = Object.entries(content).map(([key, value]) => {
    if (key !== 'drugs') return ` ${JSON.stringify(key)}: ${compact(value)}`;
    const drugs = (value as Record<string, unknown>[]).map((drug) => {
      const { rows: drugRows, ...rest } = drug;
      const head = compact(rest).slice(1, -1);
      const table = (drugRows as unknown[]).map((row) => `   ${compact(row)}`).join(',\n');
      return `  {${head}, "rows": [\n${table}\n  ]}`;
    });
    return ` "drugs": [\n${drugs.join(',\n')}\n ]`;
  });
  writeFileSync(path, `{\n${lines.join(',\n')}\n}\n`);
}

const codes = new Map(
  (
    JSON.parse(readFileSync(join(out, '..', 'clinical', 'drugs.json'), 'utf8')) as {
      drugs: { name: string; rxnorm?: string }[];
    }
  ).drugs.map(({ name, rxnorm }) => [name, rxnorm]),
);

mkdirSync(join(out, 'guidance'), { recursive: true });
const done = new Set<string>();
for (const { id, title, version, pmid, drugs } of guidelines) {
  const tables = Object.entries(drugs).map(([drug, level]) => {
    done.add(drug);
    const { genes, rows: table } = tabulate(drug);
    const rxnorm = codes.get(drug);
    return { drug, ...(rxnorm ? { rxnorm } : {}), level, genes, rows: table, notes: notes[drug] ?? [] };
  });
  write(join(out, 'guidance', `${id}.json`), {
    id: `genomics-guidance-${id}`,
    title: `Drug statements after ${title}`,
    version: '1.0.0',
    date: tableDate,
    licence: 'CC0-1.0',
    sources: [
      {
        title: 'CPIC recommendation tables: keys, strength and level; statements are own words',
        reference: `https://cpicpgx.org/guidelines/ (PMID ${pmid})`,
        licence: 'CC0-1.0',
        date: tableDate,
      },
    ],
    guideline: { id, title, body: 'CPIC', version, reference: `PMID ${pmid}` },
    tableDate,
    notCovered: [],
    drugs: tables,
  });
}
const left = [...new Set(rows.flatMap(({ drugs }) => drugs))].filter((drug) => !done.has(drug));
if (left.length > 0) throw new Error(`no guideline is listed for ${left.join(', ')}`);
write(join(out, 'guidance', 'not-covered.json'), {
  id: 'genomics-guidance-not-covered',
  title: 'Drugs with a CPIC guideline that is not looked up',
  version: '1.0.0',
  date: '2025-11',
  licence: 'CC0-1.0',
  sources: [{ title: 'CPIC guidelines', reference: 'https://cpicpgx.org/guidelines/', licence: 'CC0-1.0' }],
  guideline: {
    id: 'not-covered',
    title: 'CPIC guidelines without a table here',
    body: 'CPIC',
    version: '2025',
    reference: 'https://cpicpgx.org/guidelines/',
  },
  tableDate: '2025-11',
  notCovered,
  drugs: [],
});

/** Dates only: that something changed after a statement was written is the fact that the reader needs. */
function changes(): void {
  const [head, ...lines] = readFileSync(join(folder!, 'cpic_change_log.tsv'), 'utf8').trim().split('\n');
  const columns = head!.split('\t');
  const cell = (line: string, column: string) => line.split('\t')[columns.indexOf(column)]?.trim() ?? '';
  const log = lines
    .map((line) => ({
      date: cell(line, 'Date of Change'),
      type: cell(line, 'Type of Data'),
      of: cell(line, 'Subject'),
    }))
    .filter(({ date }) => /^\d{4}-\d{2}-\d{2}$/.test(date));
  const dates = (of: string, types: readonly string[]) =>
    [...new Set(log.filter((one) => one.of === of && types.includes(one.type)).map(({ date }) => date))].sort();
  const last = log
    .map(({ date }) => date)
    .sort()
    .at(-1)!;
  const named = (names: Iterable<string>, types: readonly string[]) =>
    Object.fromEntries([...new Set(names)].sort().map((name) => [name, dates(name, types)]));
  const genes = log.filter(({ type }) => type.startsWith('ALLELE_')).map(({ of }) => of);
  writeChanges({
    id: 'genomics-cpic-changes',
    title: 'Dates on which CPIC changed what Idiograph uses',
    version: '1.1.0',
    date: last,
    licence: 'CC0-1.0',
    sources: [
      { title: 'CPIC change log', reference: 'https://github.com/cpicpgx/cpic-data', licence: 'CC0-1.0', date: last },
    ],
    through: last,
    recommendation: named([...done, ...notCovered.map(({ drug }) => drug)], ['RECOMMENDATION', 'GUIDELINE']),
    alleleDefinition: named(genes, ['ALLELE_DEFINITION']),
    alleleFunction: named(genes, ['ALLELE_FUNCTION_REFERENCE']),
  });
}

function writeChanges(content: Record<string, unknown>): void {
  const lines = Object.entries(content).map(([key, value]) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      return ` ${JSON.stringify(key)}: ${compact(value)}`;
    const members = Object.entries(value).map(([name, dates]) => `  ${JSON.stringify(name)}: ${JSON.stringify(dates)}`);
    return ` ${JSON.stringify(key)}: {\n${members.join(',\n')}\n }`;
  });
  writeFileSync(join(out, 'cpic-changes.json'), `{\n${lines.join(',\n')}\n}\n`);
}

changes();
console.log(`${done.size} drugs in ${guidelines.length} guidelines from ${rows.length} rows`);

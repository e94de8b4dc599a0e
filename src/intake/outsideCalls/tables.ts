import { issue } from '../../dossier/issue.ts';
import { normalCall } from './normalise.ts';
import type { Parsed, RawCall } from './piece.ts';
import { pharmcatHeader } from './sniff.ts';

/** Rows that anybody will read; a file of more is a cohort in the wrong place. */
const mostRows = 20_000;

function rowsOf(text: string): { cells: string[]; place: string }[] {
  const rows = text.split(/\r?\n/).map((line, i) => ({ cells: line.split('\t'), place: `line ${i + 1}` }));
  return rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== '')).slice(0, mostRows);
}

export function parsedOf(raw: readonly RawCall[]): Parsed {
  const parsed: Parsed = { calls: [], issues: [] };
  for (const one of raw) {
    const call = normalCall(one);
    if ('gene' in call) parsed.calls.push(call);
    else parsed.issues.push(call);
  }
  return parsed;
}

/** Outside-call table of PharmCAT: gene, diplotype, phenotype, activity score; `#` begins a comment. No sample is named. */
export function parsePharmcat(text: string): Parsed {
  const rows = rowsOf(text).filter(({ cells }) => !cells[0]!.startsWith('#') && !pharmcatHeader.test(cells.join('\t')));
  return parsedOf(
    rows.map(({ cells: [gene, diplotype = '', phenotype, activityScore], place }) => ({
      gene: gene!.trim(),
      diplotypes: [diplotype],
      phenotype,
      activityScore,
      place,
    })),
  );
}

/** Aldy: one line a mutation; the major star alleles stand on each, under the number of their solution. */
export function parseAldy(text: string): Parsed {
  const calls = new Map<string, RawCall & { diplotypes: string[] }>();
  for (const { cells, place } of rowsOf(text)) {
    const [sample, gene, solution, major] = cells;
    if (sample!.startsWith('#') || gene === undefined || major === undefined || !/^\d+$/.test(solution ?? '')) continue;
    const key = `${sample}\t${gene}`;
    const call = calls.get(key) ?? { sample: sample!, gene, diplotypes: [], place };
    calls.set(key, call);
    if (!call.diplotypes.includes(major)) call.diplotypes.push(major);
  }
  return parsedOf([...calls.values()].map((call) => aldySpelling(call)));
}

/** Aldy writes `-like` and `+rs...` for copies with a mutation that the allele does not have. */
function aldySpelling(call: RawCall & { diplotypes: string[] }): RawCall {
  const novel = call.diplotypes.some((one) => /-like|\+\s*rs\d+|\+\d{4,}/.test(one));
  const diplotypes = call.diplotypes.map((one) => one.replace(/-like|\+\s*rs\d+|\+\d{4,}:[\w.>*]+/g, ''));
  if (!novel) return { ...call, diplotypes };
  const message = `Aldy saw a mutation in ${call.gene} that its allele does not have.`;
  const doubt = issue('warning', 'outside-call-novel-variant', message, {
    place: call.place,
    remedy: 'Ask for the full report; the function of the allele may differ.',
  });
  return { ...call, diplotypes, issues: [doubt] };
}

/** Cyrius: sample, genotype, filter. Two genotypes are joined by `;`, copies that no haplotype is known for by `_`. */
export function parseCyrius(text: string): Parsed {
  const rows = rowsOf(text).slice(1);
  return parsedOf(
    rows.map(({ cells: [sample, genotype = '', filter = ''], place }) =>
      cyriusCall(sample!.trim(), genotype, filter.trim(), place),
    ),
  );
}

export function cyriusCall(sample: string, genotype: string, filter: string, place: string): RawCall {
  const doubt =
    filter === '' || filter === 'PASS'
      ? []
      : [issue('warning', 'outside-call-filter', `Cyrius marks the CYP2D6 call: ${filter.slice(0, 60)}.`, { place })];
  const diplotypes = genotype.split(';').map((one) => (one.includes('/') ? one : one.replaceAll('_', '+')));
  return { gene: 'CYP2D6', sample, diplotypes, place, issues: doubt };
}

/** PyPGx results: sample, genotype, phenotype and more. The gene stands in `metadata.txt` beside the table. */
export function rowsOfPypgx(text: string): RawCall[] {
  const [header, ...rows] = rowsOf(text);
  const at = (name: string) => header!.cells.indexOf(name);
  const [genotype, phenotype] = [at('Genotype'), at('Phenotype')];
  return rows.map(({ cells, place }) => ({
    gene: '',
    sample: cells[0]!.trim() || undefined,
    diplotypes: [cells[genotype] ?? ''],
    phenotype: cells[phenotype],
    place,
  }));
}

/** StellarPGx: headings, each with its value on the lines below. */
export function parseStellarpgx(text: string): Parsed {
  const gene = /(\S+) Star Allele Calling with StellarPGx/.exec(text)?.[1] ?? '';
  const value = (heading: string) => new RegExp(`^${heading}:[ \\t]*\\r?\\n+([^\\n]+)`, 'im').exec(text)?.[1]?.trim();
  const score = value('Activity score');
  const diplotypes = (value('Result') ?? '').split(/\s+or\s+|;/).filter((one) => /\*/.test(one));
  return parsedOf([
    {
      gene,
      diplotypes,
      phenotype: value('Metaboliser status')?.replace(/\s*\([A-Z]{2}\)$/, ''),
      activityScore: score !== undefined && /^[\d.]+$/.test(score) ? score : undefined,
      place: `line ${text.slice(0, Math.max(0, text.search(/^Result:/m))).split('\n').length}`,
    },
  ]);
}

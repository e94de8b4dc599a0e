import type { Issue } from '../dossier/issue.ts';
import type { PgxResult } from '../genomics/pgxTable.ts';
import type { Terminal } from './command.ts';
import { oneLine } from './terminal.ts';

const warning = ({ severity, message, remedy }: Issue) =>
  severity === 'info' ? [] : [`${message}${remedy ? ` ${remedy}` : ''}`];

const asLabelled = new Set(['label', 'none', 'unverified']);

/** A result for people: genes, then the drugs that are taken with every statement, then those that differ from their label. */
export function sayPgx(
  { sample, build, genes, drugs, notDetermined = [], issues = [] }: PgxResult,
  taken: ReadonlySet<string>,
  terminal: Terminal,
): void {
  const say = (line: string) => terminal.say(oneLine(line));
  say(`${sample ?? 'no sample'}, ${build ?? 'genome build unknown'}`);
  for (const [gene, one] of Object.entries(genes)) {
    const names = one.diplotypes.map(({ name }) => name).join(' or ') || 'no call';
    const scores = one.activityScores ? `  score ${one.activityScores.map((score) => score ?? 'n/a').join(', ')}` : '';
    say(`  ${gene.padEnd(8)} ${names}  ${one.phenotypes.join(' or ')}${scores}`);
  }
  const own = drugs.filter(({ drug }) => taken.has(drug));
  const open = notDetermined.filter(({ drug }) => taken.has(drug));
  const silent = [...taken].filter((drug) => ![...own, ...open].some((one) => one.drug === drug)).sort();
  if (taken.size > 0) say('Drugs on the list:');
  for (const statements of Map.groupBy(own, ({ drug }) => drug).values()) {
    for (const one of statements)
      say(`  ${one.drug}: ${one.statement} [${one.strength}; ${one.phenotypes.join('; ')}]`);
    const warnings = new Set(statements.flatMap((one) => one.issues ?? []).flatMap(warning));
    for (const text of warnings) say(`    ${text}`);
    const converted = statements.find((one) => one.phenoconverted)?.phenoconverted;
    if (!converted) continue;
    say(`    under the drugs taken ${converted.class.join(' or ')}: ${converted.phenotypes.join('; ')}.`);
    for (const text of converted.because) say(`    ${text}`);
  }
  for (const { drug, issues: why } of open) say(`  ${drug}: not determined. ${why.flatMap(warning).join(' ')}`);
  if (silent.length > 0) say(`  ${silent.join(', ')}: these tables say nothing by genotype.`);
  const others = Map.groupBy(
    drugs.filter(({ drug }) => !taken.has(drug)),
    ({ drug }) => drug,
  );
  const differing = [...others].filter(([, statements]) => statements.some((one) => !asLabelled.has(one.class)));
  if (differing.length > 0) say('Other drugs that may differ from their label:');
  for (const [drug, statements] of differing) {
    const words = statements.map((one) => `${one.class} (${one.strength})`);
    const of = [...new Set(statements.flatMap((one) => one.genes))].join(', ');
    say(`  ${drug}: ${[...new Set(words)].join(' or ')}; ${of}`);
  }
  const rest = others.size - differing.length;
  if (rest > 0) say(`${rest} further drugs: as labelled, or nothing is recommended (--json lists them).`);
  for (const one of issues) say(`${one.severity}: ${one.message}`);
  say('Research software. It supports a decision and makes none.');
}

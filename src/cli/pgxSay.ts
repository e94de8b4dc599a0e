import type { PgxResult } from '../genomics/pgxTable.ts';
import type { Terminal } from './command.ts';
import { oneLine } from './terminal.ts';

const asLabelled = new Set(['label', 'none', 'unverified']);

/** A result for people: genes, then the drugs that are taken with every statement, then those that differ from their label. */
export function sayPgx(
  { sample, build, genes, drugs, issues = [] }: PgxResult,
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
  if (own.length > 0) say('Drugs taken:');
  for (const one of own) {
    say(`  ${one.drug}: ${one.statement} [${one.strength}; ${one.phenotypes.join('; ')}]`);
    if (!one.phenoconverted) continue;
    const { phenotypes, because } = one.phenoconverted;
    say(
      `    under the drugs taken ${one.phenoconverted.class.join(' or ')}: ${phenotypes.join('; ')}. ${because.join(' ')}`,
    );
  }
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

/**
 * `npm run conformance [-- id...]`: runs every method against its oracle, prints a table, writes docs/conformance.md.
 * Exit 1 when a case fails. Sets that are not on this machine are named and counted, never silently passed over.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case, Conformance } from './method.ts';
import { hasCommand, sharedData } from './shared.ts';

interface Row {
  conformance: Conformance;
  cases: Case[];
  failed: Case[];
  skipped?: string;
  seconds: number;
}

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const here = import.meta.dirname;
const files = readdirSync(here)
  .filter((name) => name.endsWith('.conformance.ts'))
  .sort();
const methods: Conformance[] = [];
for (const file of files) {
  const module = (await import(join(here, file))) as { default: Conformance | Conformance[] };
  methods.push(...[module.default].flat());
}

const rows: Row[] = [];
for (const conformance of methods) {
  if (wanted.length > 0 && !wanted.some((id) => conformance.id.startsWith(id))) continue;
  const absent = [
    ...conformance.needs.filter((path) => sharedData(path) === undefined),
    ...(conformance.commands ?? []).filter((name) => !hasCommand(name)),
  ];
  if (absent.length > 0) {
    rows.push({ conformance, cases: [], failed: [], skipped: absent.join(', '), seconds: 0 });
    console.log(`skip  ${conformance.id}: not here: ${absent.join(', ')}`);
    continue;
  }
  const start = performance.now();
  let cases: Case[];
  try {
    cases = await conformance.run();
    if (cases.length === 0)
      cases = [{ name: 'at least one case', error: 1, tolerance: 0, note: 'the method returned no case' }];
  } catch (error) {
    cases = [
      {
        name: 'runs to its end',
        error: 1,
        tolerance: 0,
        note: error instanceof Error ? (error.stack ?? error.message) : String(error),
      },
    ];
  }
  const failed = cases.filter((one) => !(one.error <= one.tolerance));
  const seconds = (performance.now() - start) / 1000;
  rows.push({ conformance, cases, failed, seconds });
  console.log(
    `${failed.length === 0 ? 'pass ' : 'FAIL '} ${conformance.id}: ${cases.length - failed.length}/${cases.length}, largest error ${largest(cases)} ${conformance.errorIs}, ${seconds.toFixed(1)} s`,
  );
  for (const one of failed.slice(0, 20))
    console.log(`        ${one.name}: ${one.error} > ${one.tolerance} ${one.note ?? ''}`);
}

function largest(cases: Case[]): string {
  const error = Math.max(0, ...cases.map((one) => one.error));
  return error === 0 ? '0' : error.toPrecision(3);
}

function tolerances(cases: Case[]): string {
  const values = [...new Set(cases.map((one) => one.tolerance))].sort((a, b) => a - b);
  if (values.length === 0) return '';
  return values.length === 1 ? String(values[0]) : `${values[0]} to ${values.at(-1)}`;
}

const passed = rows.reduce((sum, row) => sum + row.cases.length - row.failed.length, 0);
const failed = rows.reduce((sum, row) => sum + row.failed.length, 0);
const skipped = rows.filter((row) => row.skipped).length;

if (wanted.length === 0 && skipped === 0) {
  const lines = [
    '# Conformance',
    '',
    'Written by `npm run conformance`. Every numeric method is held against values that others made; the data are not in this repository.',
    '',
    '| method | oracle | cases | passed | largest error | tolerance | error is |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(
      ({ conformance, cases, failed }) =>
        `| ${conformance.method} | ${conformance.oracle} | ${cases.length} | ${cases.length - failed.length} | ${largest(cases)} | ${tolerances(cases)} | ${conformance.errorIs} |`,
    ),
    '',
  ];
  writeFileSync(join(here, '..', 'docs', 'conformance.md'), lines.join('\n'));
}
console.log(
  `\nconformance: ${passed} passed, ${failed} failed${skipped > 0 ? `; ${skipped} methods skipped for want of data or programs` : ''}`,
);
process.exitCode = failed > 0 ? 1 : 0;

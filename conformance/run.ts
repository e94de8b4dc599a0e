/**
 * `npm run conformance [-- id...]`: runs every method against its oracle, prints a table, writes docs/conformance.md.
 * Exit 1 when a case fails. Sets that are not on this machine are named and counted, never silently passed over.
 */
import { fork } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Case } from './method.ts';
import type { Row } from './runFile.ts';

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const here = import.meta.dirname;
const files = readdirSync(here)
  .filter((name) => name.endsWith('.conformance.ts'))
  .sort();

/** The rows of one file, from a process of its own: memory of one method is not there for the next, and two go at a time. */
function rowsOf(file: string): Promise<Row[]> {
  return new Promise((done) => {
    const rows: Row[] = [];
    const child = fork(join(here, 'runFile.ts'), [join(here, file), ...wanted]);
    child.on('message', (row: Row) => {
      rows.push(row);
      say(row);
    });
    child.on('exit', (code, signal) => {
      if (code !== 0) {
        const note = `ended with ${signal ?? `exit code ${code}`}`;
        const conformance = { id: file, method: file, oracle: '', errorIs: 'verdict', needs: [] };
        rows.push({ conformance, cases: [{ name: 'runs to its end', error: 1, tolerance: 0, note }], seconds: 0 });
        say(rows.at(-1)!);
      }
      done(rows);
    });
  });
}

const failures = (cases: readonly Case[]) => cases.filter((one) => !(one.error <= one.tolerance));

function say({ conformance, cases, skipped, seconds }: Row): void {
  if (skipped !== undefined) {
    console.log(`skip  ${conformance.id}: not here: ${skipped}`);
    return;
  }
  const failed = failures(cases);
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

const perFile: Row[][] = [];
const waiting = [...files.keys()];
async function work(): Promise<void> {
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) perFile[at] = await rowsOf(files[at]!);
}
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));

const rows = perFile.flat();
const failed = rows.reduce((sum, row) => sum + failures(row.cases).length, 0);
const passed = rows.reduce((sum, row) => sum + row.cases.length, 0) - failed;
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
      ({ conformance, cases }) =>
        `| ${conformance.method} | ${conformance.oracle} | ${cases.length} | ${cases.length - failures(cases).length} | ${largest(cases)} | ${tolerances(cases)} | ${conformance.errorIs} |`,
    ),
    '',
  ];
  writeFileSync(join(here, '..', 'docs', 'conformance.md'), lines.join('\n'));
}
console.log(
  `\nconformance: ${passed} passed, ${failed} failed${skipped > 0 ? `; ${skipped} methods skipped for want of data or programs` : ''}`,
);
process.exitCode = failed > 0 ? 1 : 0;

import { expect, it } from 'vitest';
import { distinct, notebook, prevailing } from './notes.ts';

const note = (message: string, severity: 'info' | 'warning' | 'error' = 'info') => ({ code: 'n', severity, message });

it('gives each caution one number, the weightier of a finding first', () => {
  const book = notebook();
  expect(book.refs([note('b'), note('a', 'warning')])).toEqual([1, 2]);
  expect(book.issues.map((one) => one.message)).toEqual(['a', 'b']);
  expect(book.refs([note('c'), note('b')])).toEqual([2, 3]);
});

it('writes what holds for several places once', () => {
  const book = notebook();
  expect(book.refs([note('Putamen: not found.')], 'Putamen')).toEqual([1]);
  expect(book.refs([note('Thalamus: not found.')], 'Thalamus')).toEqual([1]);
  expect(book.issues.map((one) => one.message)).toEqual(['Not found.']);
});

it('tells issues of different places apart', () => {
  expect(distinct([{ ...note('a'), place: 'x' }, { ...note('a'), place: 'y' }, note('a'), note('a')])).toHaveLength(3);
});

it('names what holds for at least half of the findings, and no mere note', () => {
  const failed = note('failed', 'warning');
  const findings = [[failed, note('b')], [failed, failed], [note('b'), note('c', 'warning')], [note('b')]];
  expect(prevailing(findings.map((issues) => ({ issues })))).toEqual([failed]);
  expect(prevailing([])).toEqual([]);
});

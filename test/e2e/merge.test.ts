import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransferReport } from '../../src/join/order.ts';
import { idiograph } from './cli.ts';

let folder: string;
let data: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'idiograph-merge-'));
  data = ['--data', join(folder, 'data')];
  for (const [id, item] of [
    ['A', 1],
    ['B', 2],
  ] as const) {
    mkdirSync(join(folder, id));
    writeFileSync(join(folder, id, 'patient.json'), JSON.stringify({ id }));
    writeFileSync(join(folder, id, 'answers.csv'), `instrument,item,answer,date\nPHQ-9,${item},2,2024-05-01\n`);
  }
  const { code, stderr } = await idiograph('import', join(folder, 'A'), join(folder, 'B'), ...data);
  expect(code, stderr).toBe(0);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const json = async (...args: string[]): Promise<TransferReport> => {
  const { code, stdout, stderr } = await idiograph(...args, ...data, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
};

describe('idiograph merge and split', () => {
  it('merge, say what to run next, and take it back', async () => {
    const merged = await idiograph('merge', 'S0001', '--into', 'S0002', '--reason', 'one person', ...data);
    expect([merged.code, merged.stderr]).toEqual([0, '']);
    expect(merged.stdout).toContain('idiograph workup --subject S0002');
    const act = /--undo (act-[0-9a-f]+)/.exec(merged.stdout)?.[1];
    // The only subject there is need not be named; the emptied one can still be opened by its name.
    expect((await idiograph('plan', ...data)).code).toBe(0);
    expect((await idiograph('plan', '--subject', 'S0001', ...data)).code).toBe(0);
    const again = await idiograph('merge', 'S0001', '--into', 'S0002', '--reason', 'again', ...data);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('S0001 was merged into S0002')]);
    expect((await idiograph('erase', 'S0001', '--reason', 'asked', ...data)).code).toBe(1);
    expect(await json('merge', '--undo', act!, '--reason', 'two people')).toMatchObject({
      type: 'undo',
      into: 'S0001',
    });
    expect((await idiograph('doctor', '--deep', ...data)).code).toBe(0);
  }, 60_000);

  it('split a source out to somebody new', async () => {
    const { sources } = await json('merge', 'S0001', '--into', 'S0002', '--reason', 'one person');
    const [moved] = sources;
    const report = await json('split', 'S0002', '--sources', moved!.to, '--label', 'Third', '--reason', 'not theirs');
    expect(report).toMatchObject({ type: 'split', created: true, into: 'S0003' });
    expect((await idiograph('doctor', '--deep', ...data)).code).toBe(0);
  }, 60_000);

  it('refuse an order without a reason, or that names nobody', async () => {
    for (const args of [
      ['merge', 'S0002', '--into', 'S0003'],
      ['merge', 'S0002', '--reason', 'x'],
      ['merge', '--undo', 'act-none', '--reason', 'x'],
      ['split', 'S0002', '--reason', 'x'],
      ['split', 'S0002', '--sources', 'src-none', '--reason', 'x'],
    ]) {
      const { code, stderr } = await idiograph(...args, ...data);
      expect([code, stderr], args.join(' ')).toEqual([2, expect.stringMatching(/Remedy|idiograph (merge|split):/)]);
    }
  }, 60_000);
});

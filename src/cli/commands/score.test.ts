import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from '../testTerminal.ts';
import { command as instruments } from './instruments.ts';
import { command as score } from './score.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-score-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(command: typeof score, positionals: string[], options: Record<string, string> = {}) {
  const json = options.json !== undefined;
  const { document, ...done } = await runCommand<Record<string, unknown>[]>(command, positionals, options, { json });
  return { ...done, rows: document };
}
function file(name: string, ...lines: string[]): string {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  return join(folder, name);
}
const phq = 'id,date,item1,item2,item3,item4,item5,item6,item7,item8,item9';

describe('idiograph score', () => {
  it('prints one object a row with exactly the promised keys', async () => {
    const path = file('phq.csv', phq, 'a,2026-03-01,1,1,1,1,1,1,1,1,0', 'b,2026-03-01,1,1,1,,,,,,0');
    const { code, rows } = await run(score, [path], { instrument: 'phq-9' });
    expect(code).toBe(0);
    expect(rows[0]).toEqual({
      id: 'a',
      date: '2026-03-01',
      score: 8,
      subscales: {},
      band: 'mild',
      safety: [],
      issues: [],
    });
    expect(rows[1]).toMatchObject({ score: null, safety: [], issues: [{ code: 'items-missing' }] });
  });

  it('says a positive safety answer first, whatever the total, and never takes a gap for a no', async () => {
    const path = file(
      'safety.csv',
      phq,
      'a,2026-03-09,0,0,0,0,0,0,0,0,1',
      'b,2026-03-09,0,0,0,0,0,0,0,0,',
      'c,2026-03-09,9,0,0,0,0,0,0,0,3',
      'd,2025-03-09,0,0,0,0,0,0,0,0,2',
    );
    const { rows, said } = await run(score, [path], { instrument: 'phq-9' });
    expect(rows.map(({ safety }) => safety)).toMatchObject([
      [{ check: 'suicidality', state: 'positive', urgency: 'now', items: [{ item: 9, answer: 1 }] }],
      [{ state: 'not-assessed', urgency: 'open', items: [{ item: 9, answer: null }] }],
      [{ state: 'positive', urgency: 'now', items: [{ item: 9, answer: 3 }] }],
      [{ state: 'positive', urgency: 'historic' }],
    ]);
    expect(rows[2]).toMatchObject({ score: null });
    expect(said.slice(0, 4).every((line) => line.startsWith('! '))).toBe(true);
    expect(said[0]).toMatch(/conversation today/);
  });

  it('shows the action of the C-SSRS screener, no total and no word of low risk', async () => {
    const header = 'id,date,item1,item2,item3,item4,item5,item6,item7';
    const path = file('cssrs.csv', header, 'a,2026-03-10,0,0,,,,0,', 'b,2026-03-10,1,1,0,1,0,0,');
    const { rows, said } = await run(score, [path], { instrument: 'c-ssrs' });
    expect(rows).toMatchObject([
      { score: null, safety: [], band: expect.stringContaining('does not exclude danger') },
      { score: null, safety: [{ check: 'suicidality-screen-intent' }, { check: 'suicidality-screen-thoughts' }] },
    ]);
    expect(JSON.stringify([rows, said])).not.toMatch(/\blow\b/i);
  });

  it('finds the instruments by the columns, and a table of conversions by its name', async () => {
    const path = file('two.csv', 'record_id,date,phq2_1,phq2_2,gad2_1,gad2_2', '1,2026-01-01,1,1,2,2');
    const { rows } = await run(score, [path]);
    expect(rows.map(({ instrument, score: value }) => [instrument, value])).toEqual([
      ['phq-2', 2],
      ['gad-2', 4],
    ]);
    const tables = file(
      'tables.json',
      JSON.stringify({
        id: 'site',
        title: 'Site tables',
        version: '1',
        date: '2026',
        licence: 'site',
        sources: [{ title: 'a', reference: 'b', licence: 'c' }],
        tables: [
          {
            id: 'promis-anxiety-4a',
            title: 'Site',
            version: '9',
            source: 's',
            rows: [{ raw: 8, t: 55.5, verified: true }],
          },
        ],
        valueSets: [],
      }),
    );
    const anxiety = file('anxiety.csv', 'id,item1,item2,item3,item4', 'a,2,2,2,2', 'b,2,2,2,3');
    const t = async (options: Record<string, string>) =>
      (await run(score, [anxiety], { instrument: 'promis-anxiety-4a', ...options })).rows.map((row) => row.t);
    expect(await t({})).toEqual([55.8, 57.7]);
    expect(await t({ tables })).toEqual([55.5, null]);
  });

  it('scores an item bank of the site by response pattern, and says what to ask next', async () => {
    const bank = file(
      'bank.json',
      JSON.stringify({
        id: 'site',
        title: 'Made up',
        version: '1',
        date: '2026',
        licence: 'site',
        sources: [{ title: 'a', reference: 'b', licence: 'c' }],
        banks: [
          {
            id: 'made-up',
            display: 'Made up',
            version: '1.0',
            source: 's',
            licence: 'l',
            worse: 'higher',
            items: [
              { id: 'A1', slope: 2, thresholds: [-1, 0, 1] },
              { id: 'A2', slope: 3, thresholds: [0, 1, 2] },
            ],
          },
        ],
      }),
    );
    const path = file('bank.csv', 'id,date,A1,A2', 'a,2026-01-01,4,', 'b,2026-01-01,1,1', 'c,2026-01-01,9,');
    const { code, rows } = await run(score, [path], { bank });
    expect(code).toBe(0);
    expect(rows).toMatchObject([
      { id: 'a', score: null, items: 1, next: { item: 'A2', reason: 'most-information' }, issues: [] },
      { id: 'b', items: 2, next: { item: null, reason: 'bank-exhausted' } },
      { id: 'c', t: null, items: 0, issues: [{ code: 'answer-out-of-range', place: 'line 4, item A1' }] },
    ]);
    expect(rows[0]!['t']).toBeGreaterThan(rows[1]!['t'] as number);
    await expect(run(score, [path], { bank, instrument: 'other' })).rejects.toMatchObject({ code: 'usage' });
    await expect(run(score, [path], { bank: join(folder, 'none.json') })).rejects.toMatchObject({ code: 'usage' });
  });

  it('ends broken use and unreadable files with a reason', async () => {
    await expect(run(score, [])).rejects.toMatchObject({ code: 'usage' });
    await expect(run(score, [folder], { instrument: 'peg' })).rejects.toMatchObject({ code: 'usage' });
    const path = file('x.csv', phq, 'a,2026-03-01,1,1,1,1,1,1,1,1,0');
    await expect(run(score, [path], { instrument: 'phq-99' })).rejects.toMatchObject({ code: 'usage' });
    expect(await run(score, [file('none.csv', 'colour,size', 'red,1')])).toMatchObject({ code: 3, rows: [] });
  });
});

it('idiograph instruments lists each with its state and never a band that is not verified', async () => {
  const { code, rows, said } = await run(instruments, []);
  const line = (id: string) => said.find((one) => one.startsWith(`${id} `));
  expect(line('phq-9')).toContain('asks about self-harm');
  expect(line('headache-red-flags')).toContain('asks about red flags');
  expect(line('gad-7')).not.toContain('asks about');
  expect(code).toBe(0);
  expect(rows.length).toBeGreaterThanOrEqual(20);
  expect(said).toHaveLength(rows.length);
  expect(rows.find(({ id }) => id === 'pss-10')).toMatchObject({
    status: 'verified',
    scales: [{ bands: [], bandsStatus: 'unverified', range: [0, 40] }],
  });
  expect(rows.find(({ id }) => id === 'pain-spreading')).toMatchObject({ status: 'unverified' });
  expect(rows.find(({ id }) => id === 'madrs')).toMatchObject({ safetyItems: [10], score: 'madrs.total' });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from '../testTerminal.ts';
import { command } from './nof1.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-nof1-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(positionals: string[], options: Record<string, string | boolean> = {}) {
  const { said, ...done } = await runCommand<Record<string, unknown>>(command, positionals, options, {
    now: () => '2026-02-20T08:00:00Z',
  });
  return { ...done, said: said.join('\n') };
}
const at = (name: string) => join(folder, name);
function write(name: string, lines: readonly string[]): string {
  writeFileSync(at(name), `${lines.join('\n')}\n`);
  return at(name);
}
const design = {
  seed: '4',
  start: '2026-03-01',
  treatment: 'drug',
  comparison: 'placebo',
  cycles: '6',
  'period-days': '3',
};
interface Issued {
  code: string;
  place?: string;
}
const codes = ({ document }: { document: Record<string, unknown> }) =>
  (document.issues as Issued[]).map(({ code, place }) => [code, place].filter(Boolean).join(' '));

describe('idiograph nof1', () => {
  it('designs, writes what it drew, and analyses it by the frozen plan', async () => {
    const made = await run(['design'], { ...design, effect: '2', runs: '20', csv: at('s.csv'), ics: at('s.ics') });
    expect(made.document).toMatchObject({ schedules: 64, minimumP: 2 / 64, power: { runs: 20, effect: -2 } });
    expect((await run(['design'], { ...design, effect: '2', runs: '20' })).document).toEqual(made.document);
    write('plan.json', [JSON.stringify(made.document)]);
    const [header, ...rows] = readFileSync(at('s.csv'), 'utf8').trim().split('\n');
    const filled = rows.map((row, day) => `${row}${(row.includes(',B,') ? 3 : 5) + (day % 2)}`);
    const table = write('filled.csv', [header, ...filled]);
    const { code, document } = await run(['analyse', table], { plan: at('plan.json'), checklist: at('c.csv') });
    expect(code).toBe(0);
    expect(document).toMatchObject({ randomisationP: 2 / 64, minimumP: 2 / 64, days: { answered: 36 }, issues: [] });
    expect(document.effect).toBeLessThan(-1.5);
    expect(document.probabilityOfBenefit).toBeGreaterThan(0.99);
    const [low, high] = document.interval as number[];
    expect(low < -2 && high > -2.4 && high < 0).toBe(true);
    expect(readFileSync(at('c.csv'), 'utf8')).toContain('SHA-256');
    const changed = { ...made.document, startDay: '2026-03-02' };
    write('changed.json', [JSON.stringify(changed)]);
    await expect(run(['analyse', table], { plan: at('changed.json') })).rejects.toThrow(/changed after it was frozen/);
  });

  it('tells the place of bad cells and goes on', async () => {
    const days = 'AABBBBAABBAA'
      .split('')
      .map((letter, day) => `${day + 1},${letter},${(letter === 'A' ? 6 : 4) + (day % 2)}`);
    const table = write('bad.csv', [
      'day,treatment,value',
      ...days.slice(0, 3),
      '4,B,three',
      'soon,B,4',
      '5,B,14',
      '5,B,',
      ...days.slice(5),
    ]);
    const result = await run(['analyse', table], { range: '0,10' });
    expect(result.code).toBe(0);
    expect(codes(result)).toEqual(
      expect.arrayContaining(['value-invalid line 5', 'day-invalid line 6', 'value-out-of-range line 7']),
    );
  });

  it('reads several people as a series', async () => {
    const people = ['x', 'y', 'z'].flatMap((id, who) =>
      'AABBBBAABBAA'
        .split('')
        .map(
          (letter, day) =>
            `${id},${day + 1},${letter === 'A' ? 'placebo' : 'gabapentin'},${(letter === 'A' ? 6 : 5 - who) + ((day * 7) % 3) / 2}`,
        ),
    );
    const { document } = await run(['analyse', write('many.csv', ['id,day,treatment,pain', ...people])], {
      treatment: 'gabapentin',
    });
    expect((document.trials as unknown[]).length).toBe(3);
    const { people: shrunk, group } = document.series as {
      people: { own: number; effect: number }[];
      group: { effect: number };
    };
    for (const { own, effect } of shrunk)
      expect(Math.abs(effect - group.effect)).toBeLessThanOrEqual(Math.abs(own - group.effect) + 1e-9);
  });

  it('refuses a third treatment and tables too short or too long for one trial', async () => {
    const table = (name: string, letters: string) =>
      write(name, [
        'day,treatment,value',
        ...letters.split('').map((letter, day) => `${day + 1},${letter},${day % 7}`),
      ]);
    const third = await run(['analyse', table('third.csv', 'AAABBBCCCAAABBB')]);
    expect([third.code, codes(third)]).toEqual([3, ['several-treatments']]);
    const short = await run(['analyse', table('short.csv', 'AB')]);
    expect([short.code, codes(short)]).toEqual([3, ['trial-too-short line 2']]);
    const long = await run(['analyse', table('long.csv', 'A'.repeat(300) + 'B'.repeat(300))]);
    expect([long.code, codes(long)]).toEqual([3, ['trial-too-long line 2']]);
    await expect(run(['analyse', at('short.csv')], { 'lag-days': '0.5' })).rejects.toThrow(/whole number/);
  });

  it('refuses what is no trial, in one document', async () => {
    const none = await run(['analyse', write('none.csv', ['a,b', '1,2'])]);
    expect([none.code, none.document.effect, codes(none)]).toEqual([3, null, ['column-missing line 1']]);
    const one = await run(['analyse', write('one.csv', ['day,treatment,value', '1,A,3', '2,A,4'])]);
    expect([one.code, codes(one)]).toEqual([3, ['one-treatment line 2']]);
    await expect(run(['design'], { ...design, cycles: '2' })).rejects.toThrow(/three cycles/);
    await expect(run(['design'], { ...design, cycles: '5.5' })).rejects.toThrow(/cycles/);
    await expect(run(['design'], { ...design, runs: '-1' })).rejects.toThrow(/--runs/);
    await expect(run(['design'], { start: '2026-03-01', treatment: 'a', comparison: 'b' })).rejects.toThrow(
      /--seed is missing/,
    );
    await expect(run(['analyse'])).rejects.toThrow(/analyse/);
  });
});

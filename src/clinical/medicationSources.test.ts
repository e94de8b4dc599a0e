import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { medications } from './medicationList.ts';
import { medicationFact } from './testing.ts';

async function list(...facts: Fact[]) {
  const { findings } = await runAll(medications, dossierOf({ facts }));
  return (code: string) => findings.find(({ measure }) => measure.code === code)!;
}
const entry = (id: string, source: string, more: Parameters<typeof medicationFact>[2]) =>
  medicationFact(id, 'tramadol', { source, dose: [50, 'mg'], perDay: 4, ...more });

describe('medication-sources', () => {
  it('shows the last word of each source and where they disagree', async () => {
    const said = await list(
      entry('f1', 'ward', { statedAt: '2026-01-02' }),
      entry('f2', 'ward', { statedAt: '2026-02-02', perDay: 2 }),
      entry('f3', 'list', { statedAt: '2026-03-01', status: 'stopped' }),
    );
    const sources = said('medication-sources');
    expect(sources.value).toMatchObject({ code: { code: 'disagree' } });
    expect(sources.evidence!.map(({ of, says }) => [of, says])).toEqual([
      ['f3', 'stopped, 2026-03-01'],
      ['f2', 'active, 100 mg/day, 2026-02-02'],
    ]);
    expect(sources.issues.map(({ code }) => code)).toEqual(['medication-sources-disagree']);
    expect(said('stopped-medication')).toBeDefined();
  });

  it('agrees on state and dose, and is single for one source', async () => {
    const both = await list(
      entry('f1', 'ward', { statedAt: '2026-01-02' }),
      entry('f2', 'list', { statedAt: '2026-01-05' }),
    );
    expect(both('medication-sources').value).toMatchObject({ code: { code: 'agree' } });
    const other = await list(
      entry('f1', 'ward', { statedAt: '2026-01-02' }),
      entry('f2', 'list', { statedAt: '2026-01-05', perDay: 3 }),
    );
    expect(other('medication-sources').value).toMatchObject({ code: { code: 'disagree' } });
    expect((await list(entry('f1', 'ward', {})))('medication-sources').value).toMatchObject({
      code: { code: 'single' },
    });
  });
});

describe('doses that may be slips', () => {
  it('reads an amount a day once, and not at all when it is also to be taken several times', async () => {
    const once = await list(medicationFact('f', 'tramadol', { dose: [200, 'mg/day'] }));
    expect(once('active-medication').value).toEqual({ type: 'quantity', value: 200, unit: 'mg/d' });
    const both = await list(medicationFact('f', 'tramadol', { dose: [200, 'mg/d'], perDay: 4 }));
    expect(both('active-medication').value.type).toBe('code');
    expect(both('active-medication').issues.map(({ code }) => code)).toContain('dose-unit-ambiguous');
  });

  it('questions a dose above the largest of the label, not one at it', async () => {
    const codes = async (dose: number) =>
      (await list(medicationFact('f', 'tramadol', { dose: [dose, 'mg'], perDay: 4 })))('active-medication').issues.map(
        ({ code }) => code,
      );
    expect(await codes(100)).toEqual([]);
    expect(await codes(101)).toEqual(['dose-above-label']);
  });

  it('says what was bought without prescription', async () => {
    const fact = medicationFact('f', 'ibuprofen');
    const bought: Fact = { ...fact, value: { ...fact.value!, overTheCounter: true } as Fact['value'] & object };
    expect((await list(bought))('active-medication').value).toMatchObject({
      code: { display: 'active, bought without prescription' },
    });
  });
});

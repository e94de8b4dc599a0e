import { describe, expect, it } from 'vitest';
import { loadInstruments } from '../forms/instrument.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { conversionPath, indexOf, parseConversions, tOf } from './conversion.ts';
import { scoreResponse } from './score.ts';

const shipped = parseConversions(conversionPath, loadKnowledge(conversionPath).data);

describe('T-scores', () => {
  it('come from confirmed rows of the table in use, with its version', () => {
    expect(tOf(4, 'promis-anxiety-4a', shipped)).toEqual({
      t: 40.3,
      standardError: 6.1,
      table: expect.stringContaining('PROMIS Anxiety 4a, version 1.0'),
    });
    expect(tOf(20, 'promis-pain-interference-4a', shipped)).toEqual({ refused: 't-not-verified' });
    expect(tOf(4, 'promis-physical-function-4a', shipped)).toEqual({ refused: 't-not-verified' });
    expect(tOf(21, 'promis-anxiety-4a', shipped)).toEqual({ refused: 't-not-in-table' });
    expect(tOf(4, 'other', shipped)).toEqual({ refused: 't-no-table' });
  });

  it('rise or fall strictly with the raw score in every table', () => {
    for (const { id, rows } of shipped.tables) {
      rows.slice(1).forEach(({ raw, t }, index) => {
        expect(raw, id).toBe(rows[index]!.raw + 1);
        expect(t, `${id} ${raw}`).toBeGreaterThan(rows[index]!.t);
      });
    }
  });

  it('are named by every instrument that has one', () => {
    const tables = new Set(shipped.tables.map(({ id }) => id));
    for (const { scales } of loadInstruments())
      for (const { tScore } of scales) if (tScore) expect([...tables]).toContain(tScore.table);
  });
});

describe('an index', () => {
  const set = {
    id: 'x',
    instrument: 'eq-5d-5l',
    title: 'made up',
    version: '1',
    source: 'nobody',
    constant: 1,
    decrements: Array.from({ length: 5 }, () => [0, 0.05, 0.1, 0.2, 0.3]),
  };
  const profile = [1, 1, 2, 1, 5];

  it('needs exactly one value set, and is its arithmetic', () => {
    expect(indexOf(profile, 'eq-5d-5l', shipped)).toBeUndefined();
    expect(indexOf(profile, 'eq-5d-5l', { tables: [], valueSets: [set] })).toEqual({
      index: 0.65,
      set: 'made up, version 1 (nobody)',
    });
    expect(indexOf(profile, 'eq-5d-5l', { tables: [], valueSets: [set, { ...set, id: 'y' }] })).toBeUndefined();
    const listed = { ...set, constant: undefined, decrements: undefined, profiles: { '11215': 0.7 } };
    expect(indexOf(profile, 'eq-5d-5l', { tables: [], valueSets: [listed] })?.index).toBe(0.7);
    expect(indexOf([1, 1, 1, 1, 1], 'eq-5d-5l', { tables: [], valueSets: [listed] })).toBeUndefined();
  });

  it('stands beside profile and scale when a set is supplied', () => {
    const instrument = loadInstruments().find(({ id }) => id === 'eq-5d-5l')!;
    const code = { system: 'unstated', code: 'eq-5d-5l', display: 'EQ-5D-5L' };
    const answers = [...profile, 60].map((value, index) => ({ item: String(index + 1), value }));
    const response = { type: 'response' as const, instrument: code, answers };
    const scored = scoreResponse(instrument, response, { tables: [], valueSets: [set] });
    expect(scored.scales.map(({ value }) => value)).toEqual([0.65, 60]);
    expect(scored.verdicts[0]?.code).toBe('11215');
  });

  it('is refused with what is wrong in a file', () => {
    expect(() => parseConversions('x.json', { tables: [], valueSets: [{ id: 'x' }] })).toThrow(/x\.json/);
  });
});

import { describe, expect, it } from 'vitest';
import { isIdiographError } from '../dossier/errors.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { instrumentPaths, parseInstrument } from './instrument.ts';

describe('parseInstrument', () => {
  it('names what is wrong in a file', () => {
    let caught: unknown;
    try {
      parseInstrument('psychosocial/broken.json', { instrument: {} });
    } catch (error) {
      caught = error;
    }
    expect(isIdiographError(caught, 'knowledge-invalid')).toBe(true);
    expect(String(caught)).toContain('psychosocial/broken.json');
  });

  it('finds the instruments by their files alone, and the conversions are none', () => {
    expect(instrumentPaths()).toEqual(expect.arrayContaining(['psychosocial/gad-7.json', 'psychosocial/phq-9.json']));
    expect(instrumentPaths().join()).not.toContain('conversions');
  });

  it('refuses a file that scores what it does not list', () => {
    const { data } = loadKnowledge('psychosocial/peg.json') as { data: { instrument: object } };
    const broken = (change: object) => () =>
      parseInstrument('x.json', { ...data, instrument: { ...data.instrument, ...change } });
    expect(
      broken({ safety: [{ item: 9, code: 'x.y', display: 'x', check: 'c', positiveFrom: 1, urgentFrom: 1 }] }),
    ).toThrow(/item 9 is scored but not listed/);
    expect(broken({ contradictions: [{ when: { scale: 'peg.none', from: 1 }, says: 'x' }] })).toThrow(/peg.none/);
    expect(broken({})).not.toThrow();
  });
});

import { describe, expect, it } from 'vitest';
import { isIdiographError } from '../dossier/errors.ts';
import { instrumentPaths, loadInstruments, parseInstrument } from './instrument.ts';
import { type ItemAnswer, scoreResponse } from './score.ts';

describe('each file of knowledge/psychosocial', () => {
  for (const instrument of loadInstruments()) {
    describe(instrument.path, () => {
      for (const example of instrument.examples) {
        it(`scores "${example.title}" as the file says`, () => {
          const answers = Object.entries(example.answers).map(([item, value]) => ({ item, value }));
          const code = { system: 'unstated', code: instrument.id, display: instrument.display };
          const scored = scoreResponse(instrument, { type: 'response', instrument: code, answers });
          for (const [measure, expected] of Object.entries(example.expect)) {
            const safety = instrument.safety.find((one) => one.code === measure);
            const scale = scored.scales.find((one) => one.scale.code === measure);
            const got = safety ? ofItem(scored.items.get(safety.item)!) : scale;
            expect(got, measure).toBeDefined();
            if ('refused' in expected) expect(got!.reason, measure).toBe(expected.refused);
            else {
              expect(got!.value, measure).toBeCloseTo(expected.value, 10);
              if (expected.band !== undefined) expect(scale!.band).toBe(expected.band);
            }
          }
        });
      }

      it('has bands that cover the range without a gap', () => {
        for (const { bands, range, code } of instrument.scales) {
          if (bands.length === 0) continue;
          expect(bands[0]!.from, code).toBe(range[0]);
          expect(bands.at(-1)!.to, code).toBe(range[1]);
          bands.slice(1).forEach((band, index) => {
            expect(band.from, code).toBe(bands[index]!.to + 1);
          });
        }
      });

      it('has sub-scales that partition the items, where it has any', () => {
        const [total, ...parts] = instrument.scales;
        if (parts.length === 0) return expect(total!.items).toHaveLength(instrument.items.length);
        const items = parts.flatMap((part) => part.items).sort((a, b) => a - b);
        expect(items).toEqual(instrument.items.map((item) => item.number));
      });
    });
  }
});

function ofItem(answer: ItemAnswer): { value?: number; reason?: string } {
  if (answer.state === 'answered') return { value: answer.value };
  return { reason: answer.state === 'missing' ? 'item-not-answered' : answer.issue.code };
}

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

  it('finds the four instruments by their files alone', () => {
    expect(instrumentPaths()).toEqual(expect.arrayContaining(['psychosocial/gad-7.json', 'psychosocial/phq-9.json']));
  });
});

import { describe, expect, it } from 'vitest';
import { type Instrument, loadInstruments } from '../forms/instrument.ts';
import { pointsOf } from '../forms/itemAnswers.ts';
import type { Scale } from '../forms/scale.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { conversionPath, parseConversions } from './conversion.ts';
import { type Scored, scoreResponse } from './score.ts';

/** What every file must hold to, whatever it says: found by search over answers, not by the scorer's own arithmetic. */
const conversions = parseConversions(conversionPath, loadKnowledge(conversionPath).data);
type Answers = Map<number, number>;

function score(instrument: Instrument, answers: Answers): Scored {
  const code = { system: 'unstated', code: instrument.id, display: instrument.display };
  const given = [...answers].map(([item, value]) => ({ item: String(item), value }));
  return scoreResponse(instrument, { type: 'response', instrument: code, answers: given }, conversions);
}
const of = (scored: Scored, code: string) => scored.scales.find(({ scale }) => scale.code === code)!;
const lowest = (instrument: Instrument): Answers => {
  return new Map(
    instrument.items.map((item) => {
      const all = Array.from({ length: item.max - item.min + 1 }, (_, index) => item.min + index);
      return [item.number, all.toSorted((a, b) => pointsOf(item, a) - pointsOf(item, b))[0]!];
    }),
  );
};

/** Walks from the lowest answers upwards, one step of one item at a time: every score of the range is met on the way. */
function* walk(instrument: Instrument, scale: Scale): Generator<Answers> {
  const answers = lowest(instrument);
  yield new Map(answers);
  for (const number of scale.items) {
    const item = instrument.items.find((one) => one.number === number)!;
    const all = Array.from({ length: item.max - item.min + 1 }, (_, index) => item.min + index);
    for (const value of all.toSorted((a, b) => pointsOf(item, a) - pointsOf(item, b)).slice(1)) {
      answers.set(number, value);
      yield new Map(answers);
    }
  }
}

for (const instrument of loadInstruments()) {
  describe(instrument.path, () => {
    for (const scale of instrument.scales.filter(({ method }) => method !== 'value-set')) {
      it(`${scale.code}: the band changes exactly at each limit, seen from one step below and above`, () => {
        const shown = instrument.status.verified && scale.bandsVerified;
        const met = new Map<number, string | undefined>();
        for (const answers of walk(instrument, scale)) {
          const { value, band } = of(score(instrument, answers), scale.code);
          expect(value, JSON.stringify([...answers])).toBeTypeOf('number');
          met.set(value!, band);
        }
        for (const [value, band] of met) {
          const inside = scale.bands.findLast(({ from }) => from <= value);
          expect([value, band]).toEqual([value, shown ? inside?.label : undefined]);
        }
        // Each limit was met from both sides, by the smallest step that the points of the items allow there.
        const steps = scale.items.flatMap((number) => {
          const item = instrument.items.find((one) => one.number === number)!;
          return Array.from({ length: item.max - item.min }, (_, index) =>
            Math.abs(pointsOf(item, item.min + index + 1) - pointsOf(item, item.min + index)),
          );
        });
        const step = scale.times * Math.max(...steps, 1);
        const isMet = (from: number, to: number) => [...met.keys()].some((value) => value >= from && value < to);
        const missed = scale.bands
          .slice(1)
          .filter(({ from }) => !isMet(from - step, from) || !isMet(from, from + step));
        expect(missed).toEqual([]);
      });

      it(`${scale.code}: a higher answer never lowers it, and a reversed item never raises it`, () => {
        const answers = lowest(instrument);
        for (const number of scale.items) {
          const item = instrument.items.find((one) => one.number === number)!;
          const at = (value: number) =>
            of(score(instrument, new Map([...answers, [number, value]])), scale.code).value!;
          const rises = at(item.max) - at(item.min);
          if (item.reverse) expect(rises, `item ${number}`).toBeLessThan(0);
          else expect(rises, `item ${number}`).toBeGreaterThanOrEqual(0);
        }
      });

      it(`${scale.code}: stands with as many gaps as its rule allows, and with one more does not`, () => {
        const owed = scale.items.filter(
          (number) => instrument.items.find((item) => item.number === number)!.leftOut === undefined,
        );
        const blocks = scale.parts ?? [
          { items: scale.items, missingAtMost: scale.missingAtMost, method: scale.method },
        ];
        for (const block of blocks.filter(({ method }) => method !== 'max')) {
          const gaps = block.items.filter((number) => owed.includes(number));
          const without = (count: number) => {
            const answers = lowest(instrument);
            for (const number of gaps.slice(0, count)) answers.delete(number);
            return of(score(instrument, answers), scale.code);
          };
          const allowed = Math.min(block.missingAtMost, gaps.length - 1);
          const kept = without(allowed);
          expect(kept.value, `${allowed} gaps`).toBeCloseTo(scale.range[0], 9);
          if (allowed > 0) {
            expect(kept.issues.map(({ code }) => code)).toContain('items-replaced');
            if (!scale.missingVerified) expect(kept.band).toBeUndefined();
          }
          if (gaps.length > block.missingAtMost) {
            expect(without(block.missingAtMost + 1).reason, `${block.missingAtMost + 1} gaps`).toBe('items-missing');
          }
        }
      });
    }

    it('names the licence of its wording and a source for every band, difference and reference', () => {
      expect(instrument.wording.licence).not.toBe('');
      for (const scale of instrument.scales) {
        const stated = [scale.change, ...scale.important, ...scale.references, scale.response, scale.remission];
        for (const one of stated.filter((given) => given !== undefined)) expect(one.source.length).toBeGreaterThan(5);
        for (const { verified, sd, mean, group } of scale.references) {
          if (sd !== undefined) expect([mean, group]).not.toContain(undefined);
          if (group !== undefined && verified) expect(mean).toBeTypeOf('number');
        }
      }
    });
  });
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadInstruments, mainScale } from '../forms/instrument.ts';
import { type ItemAnswer, pointsOf } from '../forms/itemAnswers.ts';
import { knowledgeDirectory, loadKnowledge } from '../knowledge/load.ts';
import { conversionPath, parseConversions } from './conversion.ts';
import { scoreResponse, verdictsOf } from './score.ts';

const conversions = parseConversions(conversionPath, loadKnowledge(conversionPath).data);

describe('each file of knowledge/psychosocial', () => {
  for (const instrument of loadInstruments()) {
    const code = { system: 'unstated', code: instrument.id, display: instrument.display };
    const score = (answers: Record<string, number>) =>
      scoreResponse(
        instrument,
        {
          type: 'response',
          instrument: code,
          answers: Object.entries(answers).map(([item, value]) => ({ item, value })),
        },
        conversions,
      );

    describe(instrument.path, () => {
      for (const example of instrument.examples) {
        it(`scores "${example.title}" as the file says`, () => {
          const scored = score(example.answers);
          for (const [measure, expected] of Object.entries(example.expect)) {
            const safety = instrument.safety.find((one) => one.code === measure);
            const scale = scored.scales.find((one) => one.scale.code === measure);
            const verdict = scored.verdicts.find((one) => one.verdict.code === measure);
            const got = safety ? ofItem(scored.items.get(safety.item)!) : (scale ?? verdict);
            expect(got, measure).toBeDefined();
            if ('refused' in expected) expect(got!.reason, measure).toBe(expected.refused);
            else if ('verdict' in expected) expect(verdict!.code, measure).toBe(expected.verdict);
            else {
              expect(got, measure).toMatchObject({ value: expect.closeTo(expected.value, 9) });
              if (expected.band !== undefined) expect(scale!.band).toBe(expected.band);
            }
          }
        });
      }

      it('has bands that cover the range without a gap', () => {
        for (const { bands, range, code: scale } of instrument.scales) {
          if (bands.length === 0) continue;
          expect(bands[0]!.from, scale).toBe(range[0]);
          expect(bands.at(-1)!.to, scale).toBe(range[1]);
          bands.slice(1).forEach((band, index) => {
            expect(band.from, scale).toBe(bands[index]!.to + 1);
          });
        }
      });

      it('has sub-scales that partition the items, unless it says that they overlap', () => {
        const scales = mainScale(instrument) ? instrument.scales.slice(1) : instrument.scales;
        if (instrument.overlapping || scales.length === 0) return;
        const items = scales.flatMap((part) => part.items).sort((a, b) => a - b);
        expect(items).toEqual(instrument.items.map((item) => item.number));
      });

      it('gives a number inside the range or a reason, whatever is answered', () => {
        // Mostly an answer that the item allows, as a share of its range; now and then anything.
        const share = fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }) });
        const anything = fc.record({ wild: fc.oneof(fc.integer({ min: -3, max: 120 }), fc.double({ noNaN: true })) });
        const given = fc.oneof({ weight: 60, arbitrary: share }, { weight: 1, arbitrary: anything }, fc.constant({}));
        const count = instrument.items.length;
        fc.assert(
          fc.property(fc.array(given, { minLength: count, maxLength: count }), (form) => {
            const answers = instrument.items.flatMap(({ number, min, max }, index): [string, number][] => {
              const one = form[index]!;
              if ('share' in one) return [[String(number), min + Math.round(one.share * (max - min))]];
              return 'wild' in one ? [[String(number), one.wild]] : [];
            });
            for (const { scale, value, reason } of score(Object.fromEntries(answers)).scales) {
              if (value === undefined) expect(reason).toBeTypeOf('string');
              else {
                expect(value).toBeGreaterThanOrEqual(scale.range[0] - 1e-9);
                expect(value).toBeLessThanOrEqual(scale.range[1] + 1e-9);
              }
            }
          }),
          { numRuns: 200 },
        );
      });

      it('reaches both ends of each range with answers that are allowed, and leaves it with none', () => {
        for (const { code: scale, range, method } of instrument.scales) {
          if (method === 'value-set') continue;
          const extreme = (best: (...all: number[]) => number) =>
            Object.fromEntries(
              instrument.items.map((item) => {
                const all = Array.from({ length: item.max - item.min + 1 }, (_, index) => item.min + index);
                const wanted = best(...all.map((value) => pointsOf(item, value)));
                return [String(item.number), all.find((value) => pointsOf(item, value) === wanted)!];
              }),
            );
          const ends = [Math.min, Math.max].map(
            (best) => score(extreme(best)).scales.find((one) => one.scale.code === scale)!.value,
          );
          expect(ends, scale).toEqual([...range].map((end) => expect.closeTo(end, 9)));
        }
      });

      it('shows no band and no class of what is not verified', () => {
        const worst = Object.fromEntries(instrument.items.map((item) => [String(item.number), item.max]));
        const scored = score(worst);
        for (const { scale, band } of scored.scales) {
          if (!instrument.status.verified || !scale.bandsVerified) expect(band, scale.code).toBeUndefined();
        }
        if (!instrument.status.verified) expect(verdictsOf(instrument)).toEqual([]);
      });
    });
  }
});

function ofItem(answer: ItemAnswer): { value?: number; reason?: string } {
  if (answer.state === 'answered') return { value: answer.value };
  return { reason: answer.state === 'refused' ? answer.issue.code : 'item-not-answered' };
}

it('no rule of the plan rests on what is not verified', () => {
  const folder = join(knowledgeDirectory, 'plan', 'rules');
  const rules = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const open = loadInstruments().flatMap(({ status, scales, verdicts }) => [
    ...scales.filter(({ bands, bandsVerified }) => !status.verified || (bands.length > 0 && !bandsVerified)),
    ...verdicts.filter(({ verified }) => !status.verified || !verified),
  ]);
  expect(open.map(({ code }) => code)).toContain('pain-spreading.total');
  for (const { code } of open) expect(rules).not.toContain(`"${code}`);
});

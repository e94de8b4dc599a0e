import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dossierOf } from '../../dossier/testing.ts';
import { givenAnswers } from '../../forms/itemBank/answers.ts';
import { type Bank, type BankItem, bankNamed, bankPath, parseBanks } from '../../forms/itemBank/bank.ts';
import { runAll } from '../../knowledge/testing.ts';
import { responseFact } from '../testing.ts';
import { itemBanks } from './analysis.ts';
import { chances, estimate, information, nextItem } from './estimate.ts';

const item = (id: string, slope: number, thresholds: number[], more: Partial<BankItem> = {}): BankItem => ({
  id,
  slope,
  thresholds,
  firstAnswer: 1,
  reversed: false,
  codes: [],
  ...more,
});
const file = {
  id: 'site/banks',
  title: 'Banks of a site',
  version: '1',
  date: '2026',
  licence: 'of the site',
  sources: [{ title: 'made up for this test', reference: 'none', licence: 'none' }],
  banks: [
    {
      id: 'made-up-bank',
      display: 'Made-up bank',
      version: '1.0',
      source: 'made up for this test',
      licence: 'none',
      aliases: ['Made up CAT'],
      worse: 'higher',
      items: [
        { id: 'A1', slope: 2, thresholds: [-1, 0, 1, 2] },
        { id: 'A2', slope: 3, thresholds: [-0.5, 0.5, 1.5, 2.5] },
        { id: 'A3', slope: 1, thresholds: [-2, -1, 1, 3] },
        { id: 'A4', slope: 2.5, thresholds: [0, 1], reversed: true },
        { id: 'A5', slope: 2.2, thresholds: [-1.5, 0.2, 1] },
      ],
    },
  ],
};
const bank = parseBanks('x', file)[0]!;
const given = (answers: readonly number[]) => new Map(answers.map((answer, index) => [bank.items[index]!, answer]));

describe('the graded response model', () => {
  it('has chances that sum to one, and answers that rise with theta', () => {
    for (const theta of [-8, -1, 0, 2, 8]) {
      for (const one of bank.items) {
        const all = chances(one, theta);
        expect(all.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
        expect(information(one, theta)).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('is the prior without an answer', () => {
    const none = estimate(bank, new Map());
    expect(none).toMatchObject({
      theta: expect.closeTo(0, 12),
      thetaError: expect.closeTo(1, 9),
      score: expect.closeTo(50, 9),
      answered: 0,
    });
  });

  it('moves up with each higher answer, and its error never exceeds that of the prior', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 5 }), fc.nat({ max: 4 }), (answers, at) => {
        const before = estimate(bank, given(answers));
        expect(before.thetaError).toBeLessThan(1);
        expect(before.theta).toBeGreaterThan(-5);
        expect(before.theta).toBeLessThan(5);
        const index = at % answers.length;
        if (answers[index]! >= bank.items[index]!.thresholds.length) return;
        const higher = answers.map((answer, position) => (position === index ? answer + 1 : answer));
        expect(estimate(bank, given(higher)).theta).toBeGreaterThan(before.theta);
      }),
      { numRuns: 200 },
    );
  });
});

describe('nextItem', () => {
  it('asks what tells most where the person is thought to stand, and stops by its rules', () => {
    const first = nextItem(bank, new Map()).item!;
    const told = bank.items.map((one) => information(one, 0));
    expect(first).toBe(bank.items[told.indexOf(Math.max(...told))]);
    expect(nextItem({ ...bank, start: 'A3' }, new Map())).toMatchObject({ item: { id: 'A3' }, reason: 'first' });
    const high = nextItem(bank, new Map([[bank.items[1]!, 4]])).item!;
    const at = estimate(bank, new Map([[bank.items[1]!, 4]])).theta;
    expect(information(high, at)).toBe(
      Math.max(...bank.items.filter(({ id }) => id !== 'A2').map((one) => information(one, at))),
    );
    const stop = { fewest: 1, most: 3, standardError: 20 };
    expect(nextItem({ ...bank, stop }, given([1]))).toEqual({ item: undefined, reason: 'precise-enough' });
    expect(nextItem({ ...bank, stop: { ...stop, standardError: 0.1 } }, given([1, 1, 1])).reason).toBe(
      'most-items-asked',
    );
    expect(nextItem(bank, given([1, 1, 1, 1, 1])).reason).toBe('bank-exhausted');
  });

  it('finds where simulated people stand, within the error it states', () => {
    let state = 7;
    const uniform = () => {
      state = (state * 1664525 + 1013904223) % 2 ** 32;
      return (state + 0.5) / 2 ** 32;
    };
    const many: Bank = {
      ...bank,
      items: Array.from({ length: 40 }, (_, index) =>
        item(
          `B${index}`,
          1.5 + uniform() * 2,
          [-1.5, -0.5, 0.5, 1.5].map((t) => t + uniform() * 2 - 1).sort((a, b) => a - b),
        ),
      ),
      stop: { fewest: 4, most: 12, standardError: 3 },
    };
    let held = 0;
    const people = 300;
    for (let person = 0; person < people; person++) {
      const theta = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
      const answers = new Map<BankItem, number>();
      for (let next = nextItem(many, answers).item; next; next = nextItem(many, answers).item) {
        const drawn = uniform();
        const all = chances(next, theta);
        const upTo = (last: number) => all.slice(0, last + 1).reduce((sum, chance) => sum + chance, 0);
        answers.set(
          next,
          Math.max(
            all.findIndex((_, answer) => drawn < upTo(answer)),
            0,
          ),
        );
      }
      const found = estimate(many, answers);
      expect(answers.size).toBeLessThanOrEqual(12);
      if (Math.abs(found.theta - theta) < 1.96 * found.thetaError) held++;
    }
    expect(held / people).toBeGreaterThan(0.92);
    expect(held / people).toBeLessThan(0.985);
  });
});

describe('givenAnswers', () => {
  it('counts answers from the first, turns reversed items, and uses none that cannot be', () => {
    const { given: found, issues } = givenAnswers(bank, [
      { item: 'A1', value: 5 },
      { item: 'made-up-bank_A4', value: 1 },
      { item: 'A2', value: 6 },
      { item: 'A3', value: 1.5 },
      { item: 'A5', text: 'often' },
      { item: 'Z9', value: 1 },
    ]);
    expect([...found].map(([{ id }, answer]) => [id, answer])).toEqual([
      ['A1', 4],
      ['A4', 2],
    ]);
    expect(issues.map(({ code }) => code)).toEqual([
      'answer-out-of-range',
      'answer-fractional',
      'answer-unknown',
      'item-unknown',
    ]);
    const twice = givenAnswers(bank, [
      { item: 'A1', value: 1 },
      { item: 'A1', value: 2 },
      { item: 'A1', value: 1 },
    ]);
    expect([twice.given.size, twice.issues.map(({ code }) => code)]).toEqual([0, ['item-answered-twice']]);
  });
});

describe('parseBanks', () => {
  it('reads the file of a site and says what is wrong in a broken one', () => {
    expect(bankNamed('MADE_UP cat', [bank])).toBe(bank);
    const broken = (change: object) => () => parseBanks('x', { ...file, banks: [{ ...file.banks[0], ...change }] });
    expect(broken({ items: [{ id: 'A', slope: 1, thresholds: [1, 1] }] })).toThrow(/ascend/);
    expect(broken({ items: [{ id: 'A', slope: -1, thresholds: [1] }] })).toThrow(/x: /);
    expect(broken({ start: 'nothing' })).toThrow(/not listed/);
  });
});

describe('psychosocial.item-banks', () => {
  it('says that no parameters are installed, and scores nothing', async () => {
    const fact = responseFact('f1', 'PROMIS Bank v1.0 - Anxiety', [3, 3], '2026-01-01');
    const { findings, issues } = await runAll(itemBanks, dossierOf({ facts: [fact] }));
    expect([findings, issues.map(({ code }) => code)]).toEqual([[], ['bank-not-installed']]);
    expect(itemBanks.knowledge).toEqual([bankPath]);
  });

  it('leaves forms with scoring rules alone', () => {
    const facts = [responseFact('f1', 'phq-9', [1], '2026-01-01'), responseFact('f2', 'weather', [1], '2026-01-01')];
    expect(itemBanks.select(dossierOf({ facts })).selections).toEqual([]);
  });
});

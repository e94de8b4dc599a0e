import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../dossier/finding.ts';
import { access, openToyStore, type ToyStore } from './testing/toyStore.ts';
import { workup } from './workup.ts';

let toy: ToyStore;
beforeEach(async () => {
  toy = await openToyStore();
});
afterEach(() => toy.remove());

async function currentNumbers(measure: string): Promise<number[]> {
  const findings = await toy.store.reading(access).list(toy.subject, 'finding');
  return findings.filter((one) => one.measure.code === measure).map(numberOf);
}

function numberOf({ value }: Finding): number {
  if (value.type !== 'quantity') throw new Error(`${value.type} is no quantity`);
  return value.value;
}

const countStates = (outcomes: { state: string }[]) =>
  Object.fromEntries([...Map.groupBy(outcomes, ({ state }) => state)].map(([state, all]) => [state, all.length]));

describe('workup', () => {
  it('runs what takes after what makes, whatever their names', async () => {
    await toy.addFact('dose', 3, '2026-01-01');
    await toy.addFact('dose', 4, '2026-01-02');
    const report = await workup(toy.store, toy.subject, toy.options);
    expect(report.issues).toEqual([]);
    expect(countStates(report.outcomes)).toEqual({ computed: 7 });
    expect(await currentNumbers('toy-sum')).toEqual([14]);
  });

  it('recomputes nothing the second time', async () => {
    await toy.addFact('dose', 3, '2026-01-01');
    await workup(toy.store, toy.subject, toy.options);
    const before = await toy.store.reading(access).dossier(toy.subject);
    const second = await workup(toy.store, toy.subject, toy.options);
    expect(countStates(second.outcomes)).toEqual({ cached: 4 });
    expect(await toy.store.reading(access).dossier(toy.subject)).toEqual(before);
  });

  it('runs only what a new fact touches', async () => {
    await toy.addFact('dose', 3, '2026-01-01');
    await workup(toy.store, toy.subject, toy.options);
    await toy.addFact('dose', 4, '2026-01-02');
    const report = await workup(toy.store, toy.subject, toy.options);
    // Of the new dose: score, curve, check; and the sum over both.
    expect(countStates(report.outcomes)).toEqual({ computed: 4, cached: 3 });
    expect(await currentNumbers('toy-sum')).toEqual([14]);
  });

  it('says what is missing', async () => {
    const report = await workup(toy.store, toy.subject, toy.options);
    expect(report.missing).toMatchObject([{ analysis: 'toy.scores', issue: { code: 'no-dose' } }]);
  });

  it('turns a failing analysis into an issue and goes on', async () => {
    await toy.addFact('dose', 3, '2026-01-01');
    await toy.addFact('bad', 1, '2026-01-02');
    const report = await workup(toy.store, toy.subject, toy.options);
    expect(countStates(report.outcomes)).toEqual({ computed: 4, failed: 1 });
    expect(report.issues).toMatchObject([{ code: 'analysis-failed', severity: 'error', place: 'toy.fragile' }]);
    expect(report.issues[0]?.message).toBe('Toy check, bad 2026-01-02: cannot be checked');
    expect(await currentNumbers('toy-check')).toEqual([1]);
  });

  it('refuses what the machine has no memory for, and goes on', async () => {
    await toy.addFact('huge', 1, '2026-01-01');
    await toy.addFact('dose', 1, '2026-01-02');
    const report = await workup(toy.store, toy.subject, toy.options);
    expect(report.issues).toMatchObject([{ code: 'analysis-failed', place: 'toy.heavy' }]);
    expect(report.issues[0]?.message).toMatch(/^Toy curve, huge 2026-01-01: it needs 1000000000 MB/);
    expect(countStates(report.outcomes)).toEqual({ computed: 4, failed: 1 });
  });

  it('fails an analysis whose knowledge is not there, and only that one', async () => {
    await toy.addFact('dose', 3, '2026-01-01');
    const report = await workup(toy.store, toy.subject, { ...toy.options, knowledgeDirectory: toy.directory });
    expect(report.issues).toMatchObject([{ code: 'analysis-failed', place: 'toy.scores' }]);
    expect(countStates(report.outcomes)).toEqual({ computed: 2 });
  });

  it('supersedes when knowledge changes, and comes back when the change is taken back', async () => {
    await toy.addFact('dose', 3, '2026-01-01');
    await workup(toy.store, toy.subject, toy.options);
    const newer = { ...toy.options, knowledgeDirectory: toy.knowledge(10, '1.1.0') };
    const changed = await workup(toy.store, toy.subject, newer);
    expect(countStates(changed.outcomes)).toEqual({ computed: 2, cached: 2 });
    expect(await currentNumbers('toy-score')).toEqual([30]);
    expect(await currentNumbers('toy-sum')).toEqual([30]);

    const back = await workup(toy.store, toy.subject, toy.options);
    expect(countStates(back.outcomes)).toEqual({ cached: 4 });
    expect(await currentNumbers('toy-score')).toEqual([6]);
    expect(await currentNumbers('toy-sum')).toEqual([6]);

    await workup(toy.store, toy.subject, newer);
    expect(await currentNumbers('toy-sum')).toEqual([30]);
  });

  it('lets results step back whose input was corrected', async () => {
    await toy.addFact('dose', 3, '2026-01-01');
    await workup(toy.store, toy.subject, toy.options);
    await toy.correct(5, '2026-01-03');
    await workup(toy.store, toy.subject, toy.options);
    const { findings, artifacts } = await toy.store.reading(access).dossier(toy.subject);
    expect(findings.map(({ time }) => time).filter((time) => time !== undefined)).toEqual(Array(3).fill('2026-01-03'));
    expect(artifacts.map(({ fileName }) => fileName)).toEqual(['curve-2026-01-03.bin']);
    expect(await currentNumbers('toy-sum')).toEqual([10]);
  });

  it('gives the same dossier on one thread, on two, and on none', async () => {
    for (let day = 1; day <= 4; day++) await toy.addFact('dose', day / 7, `2026-01-0${day}`);
    const results = [];
    for (const workers of [0, 1, 2]) {
      const twin = await openToyStore();
      for (let day = 1; day <= 4; day++) await twin.addFact('dose', day / 7, `2026-01-0${day}`);
      const report = await workup(twin.store, twin.subject, { ...twin.options, workers });
      expect(countStates(report.outcomes)).toEqual({ computed: 13 });
      results.push(await twin.store.reading(access).dossier(twin.subject));
      await twin.remove();
    }
    expect(results[0]?.artifacts).toHaveLength(4);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('lets the later selection count where two state one slot, in whatever order they came', async () => {
    const facts = [await toy.addFact('dose', 3, '2026-01-01'), await toy.addFact('dose', 4, '2026-01-01')];
    const twin = await openToyStore();
    await twin.addFact('dose', facts[0]!.id < facts[1]!.id ? 4 : 3, '2026-01-01');
    await workup(twin.store, twin.subject, twin.options);
    await twin.addFact('dose', facts[0]!.id < facts[1]!.id ? 3 : 4, '2026-01-01');
    const reports = [];
    for (const one of [toy, twin]) {
      reports.push(await workup(one.store, one.subject, { ...one.options, only: ['toy.a-sum', 'toy.scores'] }));
    }
    expect(reports[0]?.issues).toMatchObject([{ code: 'same-slot', severity: 'warning' }]);
    expect(reports[1]?.issues).toEqual(reports[0]?.issues);
    // Facts come sorted by id, and so do the selections of the toy room.
    const last = facts[0]!.id < facts[1]!.id ? 8 : 6;
    expect(await currentNumbers('toy-score')).toEqual([last]);
    expect(await currentNumbers('toy-sum')).toEqual([last]);
    const [one, other] = await Promise.all(
      [toy, twin].map(({ store, subject }) => store.reading(access).list(subject, 'finding')),
    );
    expect(other?.filter(({ measure }) => measure.code !== 'toy-check' && measure.code !== 'toy-last')).toEqual(one);
    await twin.remove();
  });

  it('names analyses that do not exist', async () => {
    const promise = workup(toy.store, toy.subject, { ...toy.options, only: ['toy.nothing'] });
    await expect(promise).rejects.toMatchObject({ code: 'usage' });
  });
});

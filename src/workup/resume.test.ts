import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { access, openToyStore, type ToyStore } from './testing/toyStore.ts';
import { workup } from './workup.ts';

let toy: ToyStore;
beforeEach(async () => {
  toy = await openToyStore();
});
afterEach(() => toy.remove());

describe('an interrupted work-up', () => {
  it('continues where it was, and ends like one that was never interrupted', async () => {
    const twin = await openToyStore();
    for (const one of [toy, twin]) for (let day = 1; day <= 4; day++) await one.addFact('dose', day, `2026-01-0${day}`);
    const controller = new AbortController();
    const first = await workup(toy.store, toy.subject, {
      ...toy.options,
      signal: controller.signal,
      onProgress: (event) => {
        if (event.type === 'finished' && event.overall.done === 3) controller.abort();
      },
    });
    expect(first.interrupted).toBe(true);
    const kept = first.outcomes.filter(({ state }) => state === 'computed').length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(13);

    const second = await workup(toy.store, toy.subject, toy.options);
    expect(second.interrupted).toBe(false);
    expect(second.outcomes.filter(({ state }) => state === 'cached')).toHaveLength(kept);
    expect(second.outcomes.filter(({ state }) => state === 'computed')).toHaveLength(13 - kept);

    await workup(twin.store, twin.subject, twin.options);
    const [resumed, straight] = await Promise.all(
      [toy, twin].map(({ store, subject }) => store.reading(access).dossier(subject)),
    );
    expect(resumed).toEqual(straight);
    await twin.remove();
  });

  for (const [code, what] of [
    ['slow', 'stops a run on a thread that asks'],
    ['stuck', 'ends the thread of a run that does not ask'],
  ] as const) {
    it(what, async () => {
      await toy.addFact('dose', 3, '2026-01-01');
      await toy.addFact(code, 1, '2026-01-02');
      const controller = new AbortController();
      const report = await workup(toy.store, toy.subject, {
        ...toy.options,
        workers: 2,
        signal: controller.signal,
        onProgress: ({ type, analysis, overall }) => {
          if (type === 'finished' && analysis === 'toy.heavy' && overall.done === 4) controller.abort();
        },
      });
      expect(report.interrupted).toBe(true);
      expect(report.issues).toEqual([]);
      const states = report.outcomes.map(({ title, state }) => `${title}: ${state}`);
      expect(states).toContain('dose 2026-01-01: computed');
      expect(states).toContain(`${code} 2026-01-02: interrupted`);
    });
  }
});

describe('recompute', () => {
  it('finds nothing to report when values come out again', async () => {
    await toy.addFact('dose', 3, '2026-01-01');
    await workup(toy.store, toy.subject, toy.options);
    const report = await workup(toy.store, toy.subject, { ...toy.options, recompute: true });
    expect(report.issues).toEqual([]);
    expect(report.outcomes.map(({ state }) => state)).toEqual(Array(4).fill('computed'));
  });

  it('shows a value that came out otherwise as an error, and keeps the old one', async () => {
    await toy.addFact('dose', 3, '2026-01-01');
    await workup(toy.store, toy.subject, toy.options);
    const before = await toy.store.reading(access).dossier(toy.subject);
    const registry = new URL('./testing/changedRoom.ts', import.meta.url).href;
    const report = await workup(toy.store, toy.subject, { ...toy.options, registry, recompute: true });
    expect(report.issues.map(({ code, severity, place }) => ({ code, severity, place }))).toEqual([
      { code: 'value-changed', severity: 'error', place: 'toy.scores' },
    ]);
    expect(await toy.store.reading(access).dossier(toy.subject)).toEqual(before);
  });
});

import { describe, expect, it } from 'vitest';
import { openProgress } from './progress.ts';

describe('openProgress', () => {
  it('weighs runs by their earlier seconds', () => {
    let now = 0;
    const progress = openProgress(
      new Map([
        ['long', 30],
        ['short', 10],
      ]),
      () => now,
    );
    progress.add('r1', 'long', 1000);
    progress.add('r2', 'short', 1000);
    expect(progress.overall()).toEqual({ done: 0, total: 2, fraction: 0, secondsLeft: 40 });
    progress.finish('r2');
    expect(progress.overall()).toMatchObject({ done: 1, fraction: 0.25 });
    // Twice as quick as it was: the estimate goes towards 15 s, 30 s being what the history says.
    now = 5000;
    expect(progress.overall().secondsLeft).toBeCloseTo(20, 5);
    progress.finish('r1');
    expect(progress.overall()).toMatchObject({ done: 2, fraction: 1, secondsLeft: 0 });
  });

  it('knows no time left before anything was measured', () => {
    let now = 0;
    const progress = openProgress(new Map(), () => now);
    progress.add('r1', 'new', 300);
    expect(progress.overall().secondsLeft).toBeUndefined();
    now = 6000;
    progress.update('r1', 0.25);
    expect(progress.overall()).toMatchObject({ fraction: 0.25, secondsLeft: 18 });
  });

  it('never goes back, though later steps add work and cached runs weigh nothing', () => {
    const progress = openProgress(new Map(), () => 0);
    progress.addDone('kept');
    expect(progress.overall()).toMatchObject({ done: 1, total: 1, fraction: 1 });
    progress.add('r1', 'a', 30);
    expect(progress.overall()).toMatchObject({ done: 1, total: 2, fraction: 0 });
    progress.update('r1', 0.5);
    progress.update('r1', 0.2);
    expect(progress.overall().fraction).toBe(0.5);
    progress.add('r2', 'a', 30);
    expect(progress.overall().fraction).toBe(0.5);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openAdmission } from './admission.ts';

/** Lets everything through that can go now. */
const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('openAdmission', () => {
  it('holds a run back until there is room', async () => {
    const { enter } = openAdmission({ threads: 4, memoryMb: 1000 });
    const log: string[] = [];
    const first = await enter(700);
    const second = enter(400).then((leave) => {
      log.push('second');
      return leave;
    });
    // Fits beside the first, but would overtake.
    const third = enter(100).then(() => log.push('third'));
    await tick();
    expect(log).toEqual([]);
    first();
    await Promise.all([second, third]);
    expect(log).toEqual(['second', 'third']);
  });

  it('lets in alone what exceeds the whole budget', async () => {
    const { enter } = openAdmission({ threads: 4, memoryMb: 1000 });
    const small = await enter(10);
    let isIn = false;
    const large = enter(5000).then((leave) => {
      isIn = true;
      return leave;
    });
    await tick();
    expect(isIn).toBe(false);
    small();
    (await large)();
    expect(isIn).toBe(true);
  });

  it('never exceeds threads or memory, and lets everybody in', async () => {
    const peaks = fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(peaks, fc.integer({ min: 1, max: 4 }), async (peaksMb, threads) => {
        const { enter } = openAdmission({ threads, memoryMb: 500 });
        const inside: number[] = [];
        await Promise.all(
          peaksMb.map(async (peakMb, index) => {
            const leave = await enter(peakMb);
            inside.push(peakMb);
            expect(inside.length).toBeLessThanOrEqual(threads);
            expect(inside.reduce((sum, mb) => sum + mb, 0)).toBeLessThanOrEqual(500);
            for (let turn = 0; turn < index % 3; turn++) await Promise.resolve();
            inside.splice(inside.indexOf(peakMb), 1);
            leave();
          }),
        );
        expect(inside).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

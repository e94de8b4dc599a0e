import { afterEach, beforeEach, expect, it } from 'vitest';
import { killRepeatedly } from './killing.ts';
import { scratch } from './testing.ts';

let place: ReturnType<typeof scratch>;
beforeEach(() => {
  place = scratch();
});
afterEach(() => place.remove());

it('no acknowledged line is lost when processes are killed, also two at the same chain', async () => {
  const figures = await killRepeatedly(place.directory, { rounds: 4, atOnce: 2, delayMs: (round) => 20 + 37 * round });
  expect(figures).toMatchObject({ kills: 8, lost: 0, problems: [] });
  expect(figures.acknowledged).toBeGreaterThan(50);
}, 60_000);

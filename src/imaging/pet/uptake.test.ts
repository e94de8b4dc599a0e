import { expect, it } from 'vitest';
import { implausibleUptake } from './uptake.ts';

it('doubts uptake beyond any tissue, as of Bq/mL under the name of uptake', () => {
  const suv = { max: 32567, mean: 10519, peak: 25024, sd: 4000 };
  expect(implausibleUptake({ suv })).toMatchObject({ code: 'suv-implausible', severity: 'warning' });
  expect(implausibleUptake({ suv: { ...suv, max: 41 } })).toBeUndefined();
});

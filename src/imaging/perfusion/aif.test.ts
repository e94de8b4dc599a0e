import { expect, it } from 'vitest';
import { loadKnowledge } from '../../knowledge/load.ts';
import { georgiou, mcgrath, parker, populationInput, type TabulatedInput } from './aif.ts';

const table = loadKnowledge('imaging/aif-georgiou.json').data as TabulatedInput;

it('Parker: constants are of minutes, times of seconds', () => {
  // The first peak of the published curve: about 6 mmol/L some ten seconds after arrival.
  expect(parker(10.2)).toBeGreaterThan(5.9);
  expect(parker(10.2 / 60)).toBeLessThan(0.2);
});

it('Georgiou: the functional form goes on about where the table ends', () => {
  const end = (table.values.length - 1) * table.stepS;
  expect(georgiou(end, table)).toBe(table.values.at(-1));
  expect(georgiou(end + 1, table) / table.values.at(-1)!).toBeCloseTo(1, 0);
  expect(georgiou(end + 600, table)).toBeGreaterThan(0);
  expect(georgiou(0.05, table)).toBeCloseTo((table.values[0]! + table.values[1]!) / 2, 12);
  expect(georgiou(-1, table)).toBe(0);
});

it('McGrath: rises for seven seconds and falls by two exponentials', () => {
  expect([mcgrath(-1), mcgrath(0), mcgrath(7)]).toEqual([0, 0, 5.21]);
  expect(mcgrath(107)).toBeCloseTo(3.4 * Math.exp(-4.5) + 1.81 * Math.exp(-0.15), 12);
});

it('a population input is finer than slow imaging, nothing before its arrival, and scales with the dose', () => {
  const times = Float64Array.of(0, 30, 60, 90);
  const whole = populationInput('parker', times, 20);
  expect(whole.timesS[1]! - whole.timesS[0]!).toBe(0.5);
  expect(whole.values[39]).toBe(0);
  expect(whole.values[40]).toBeCloseTo(parker(0), 12);
  const half = populationInput('parker', times, 20, { doseMmolPerKg: 0.05 });
  expect(half.values[100]! / whole.values[100]!).toBeCloseTo(0.5, 12);
  expect(() => populationInput('parker', times, 20, { doseMmolPerKg: 100 })).toThrow('mmol/kg');
  expect(() => populationInput('georgiou', times, 20)).toThrow('table');
});

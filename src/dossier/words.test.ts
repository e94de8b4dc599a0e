import { describe, expect, it } from 'vitest';
import { coded, codedSet, quantity, testFinding } from '../plan/testFindings.ts';
import { andList, numberForReader, quantityForReader, unitForReader, valueForReader } from './words.ts';

describe('units and digits for a reader', () => {
  it.each([
    [7.9106743744418075, '{SUVbw}g/mL', '7.91 g/mL SUVbw'],
    [9.00000006, '{SUVbw}g/mL', '9.00 g/mL SUVbw'],
    [5.889104, '{SUVlbm(Janma)}g/mL', '5.89 g/mL SUL (Janmahasatian)'],
    [6.666666666666667, '{score}', '6.7 points'],
    [1, '{score}', '1 point'],
    [0, '{score}', '0 points'],
    [1432.6, 'mL', '1433 mL'],
    [128.75625, 'mL', '129 mL'],
    [3.913, 'mL', '3.91 mL'],
    [0.25, '1', '0.25'],
    [-9.4151, '%', '-9.4 %'],
    [200, 'mg/d', '200 mg/day'],
    [148, 'mm[Hg]', '148 mmHg'],
    [49.07, 'mL/min/{1.73_m2}', '49.1 mL/min per 1.73 m²'],
    [-4.63, 'mmol/L/a', '-4.63 mmol/L a year'],
    [5.9, 'm[IU]/L', '5.9 mIU/L'],
    [9556, 'mm2', '9556 mm²'],
    [73202, '(Bq/mL)2', '73202 (Bq/mL)²'],
  ])('%s %s reads %s', (value, unit, words) => {
    expect(quantityForReader(value, unit)).toBe(words);
  });

  it('never turns a small number into zero, nor zero into minus zero', () => {
    expect(numberForReader(0.00001234)).toBe('0.0000123');
    expect(numberForReader(-0.04, '%')).toBe('0');
    expect(numberForReader(1e9)).toBe('1000000000');
  });

  it('keeps an unknown annotation beside its unit', () => {
    expect(unitForReader('{copies}/mL')).toBe('/mL copies');
  });
});

describe('values', () => {
  it('spells every member of a set out and says a refusal', () => {
    expect(valueForReader(testFinding('x', codedSet('a', 'b', 'c')))).toBe('a, b or c');
    expect(valueForReader(testFinding('x', { type: 'refused', reason: 'r' }))).toBe('not assessed');
    expect(valueForReader(testFinding('x', coded('a')))).toBe('a');
    expect(valueForReader(testFinding('x', quantity(2, 'mL')))).toBe('2 mL');
    expect(valueForReader(testFinding('x', { type: 'interval', low: 1, high: 2.5, unit: 'mL' }))).toBe('1 to 2.5 mL');
  });

  it('lists without repetition', () => {
    expect(andList(['a', 'b', 'a', 'c'])).toBe('a, b and c');
    expect(andList([])).toBe('');
  });
});

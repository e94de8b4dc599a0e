import { describe, expect, it } from 'vitest';
import { ageInYears, daysBetween, instantOf, isCalendarDay } from './dateTime.ts';

describe('daysBetween', () => {
  it.each([
    ['2026-02-28', '2026-03-01', 1],
    ['2024-02-28', '2024-03-01', 2],
    ['2026-03-10T23:59:00+14:00', '2026-03-11T00:01:00-12:00', 1],
    ['2026', '2026-03-01', 59],
    ['2026-02', '2026-03-01', 28],
    ['2026-03-02', '2026-03-01', -1],
  ])('%s to %s is %i', (from, to, days) => expect(daysBetween(from, to)).toBe(days));
});

describe('ageInYears', () => {
  it.each([
    ['1980-05-06', '2026-05-05', 45],
    ['1980-05-06', '2026-05-06T08:00:00Z', 46],
    ['2000-02-29', '2025-02-28', 24],
    ['2000-02-29', '2025-03-01', 25],
    ['1980', '2026-05-06', 46],
  ])('born %s, on %s: %i', (born, on, years) => expect(ageInYears(born, on)).toBe(years));

  it('is unknown without a birth date', () => expect(ageInYears(undefined, '2026-01-01')).toBeUndefined());
});

describe('isCalendarDay', () => {
  it('knows leap years and where months end', () => {
    expect([2024, 2000, 4].map((year) => isCalendarDay(year, 2, 29))).toEqual([true, true, true]);
    expect([2023, 1900, 3].map((year) => isCalendarDay(year, 2, 29))).toEqual([false, false, false]);
    expect(isCalendarDay(2026, 4, 31)).toBe(false);
    expect([0, 13].map((month) => isCalendarDay(2026, month, 1))).toEqual([false, false]);
    expect(isCalendarDay(2026, 1, 0)).toBe(false);
  });
});

describe('instantOf', () => {
  it('reads ISO 8601 of any precision', () => {
    expect(instantOf('2026-03-04T05:06:07.5Z')).toBe(Date.UTC(2026, 2, 4, 5, 6, 7, 500));
    expect(instantOf('2026-03-04')).toBe(Date.UTC(2026, 2, 4));
    expect(instantOf('2026')).toBe(Date.UTC(2026, 0, 1));
  });

  it.each([
    '',
    '%00',
    'x5',
    '03/04/2026',
    '2026-02-30',
    '2026-13-01',
    '2026-03-04T25:00:00Z',
    'yesterday',
  ])('takes "%s" for no time', (text) => expect(instantOf(text)).toBeUndefined());
});

import { describe, expect, it } from 'vitest';
import { curveTable } from './curveTable.ts';

describe('a table of curves', () => {
  it('has a column for the time with its unit, one for the input and one for each curve', () => {
    const { groups, assumedSeconds } = curveTable('time [min];Cp;lesion A;lesion B\n0;0;0;1\n0.5;2;0.1;1.5\n');
    expect(assumedSeconds).toBe(false);
    expect([...groups[0]!.timesS]).toEqual([0, 30]);
    expect([...groups[0]!.input!.values]).toEqual([0, 2]);
    expect(groups[0]!.curves.map(({ name, values }) => [name, ...values])).toEqual([
      ['lesion A', 0, 0.1],
      ['lesion B', 1, 1.5],
    ]);
  });

  it('or a row for each curve, with lists in its cells', () => {
    const { groups } = curveTable('label,t,C_t,cp_aif\none,0 10 90,0 1 2,0 5 4\ntwo,0 20 80,0 2 3,0 6 4\n', 's');
    expect(groups.map(({ curves, timesS }) => [curves[0]!.name, ...timesS])).toEqual([
      ['one', 0, 10, 90],
      ['two', 0, 20, 80],
    ]);
  });

  it.each([
    ['without a time', 'a,b\n1,2', 'no column is called t'],
    ['with an unstated unit that may be minutes', 't,cp,c\n0,1,1\n1,2,1\n5,2,1', 'seconds or minutes'],
    ['with a line too short', 't_s,cp,c\n0,1\n', 'line 2 has 2 cells'],
    ['with words', 't_s,cp,c\n0,1,high\n', '"high" in line 2, column c'],
    ['with fewer times than values', 'label,t,C_t,ca\nx,0 1,0 1 2,0 1 2\n', 'line 2 has 2 times and 3 values'],
    ['without rows', 't_s,cp,c\n', 'no rows'],
  ])('is refused %s', (_, text, message) => {
    expect(() => curveTable(text)).toThrow(message);
  });
});

import { expect, it } from 'vitest';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { qtInterval } from './qtInterval.ts';
import { observationFact } from './testing.ts';

const value = async (qtc: number, unit: string, loinc = '8636-3') => {
  const fact = observationFact('f1', loinc, qtc, unit, '2026-03-01');
  return (await runAll(qtInterval, dossierOf({ facts: [fact] }))).findings[0]?.value;
};

it('states a long QTc and refuses to clear anybody with a shorter one', async () => {
  expect(await value(512, 'ms')).toEqual({ type: 'quantity', value: 512, unit: 'ms' });
  expect(await value(0.5, 's')).toEqual({ type: 'quantity', value: 500, unit: 'ms' });
  expect(await value(499, 'ms')).toEqual({ type: 'refused', reason: 'qt-context-missing' });
  expect(await value(512, 'mm')).toBeUndefined();
  expect(await value(512, 'ms', '8634-8')).toBeUndefined();
});

import { expect, it } from 'vitest';
import { buildPlan } from '../plan/buildPlan.ts';
import { coded, quantity, testDossier, testFinding } from '../plan/testFindings.ts';
import { medicationDoubt } from './medicationDoubt.ts';

const medicine = testFinding('active-medication', quantity(200, 'mg/d'), { site: 'tramadol', atc: 'N02AX02' });
const benzodiazepine = testFinding('active-medication', coded('as-needed'), { site: 'clonazepam', atc: 'N03AE01' });
const turned = testFinding('activity-score-adjusted', quantity(0.5, '1'), {
  site: 'CYP2D6',
  derivedFrom: [medicine.id],
});
const gene = testFinding('activity-score', quantity(1, '1'), { site: 'CYP2D6' });

const doubt = (listedOn: string) => {
  const list = testFinding('medication-list', coded('read'), { time: listedOn });
  const dossier = testDossier([list, medicine, benzodiazepine, turned, gene]);
  const plan = buildPlan(dossier, { asOf: '2026-03-10' });
  return { doubt: medicationDoubt(dossier, plan), plan };
};

it('a stale list greys its medicines, what was computed from them and the lines upon them, not the genotype', () => {
  const { doubt: found, plan } = doubt('2025-01-01');
  const line = plan.recommendations.find((one) => one.rule.id === 'opioid-with-benzodiazepine');
  expect(found?.words).toContain('confirm it first');
  expect([medicine.id, turned.id, line?.id ?? 'no line'].every((id) => found?.ids.has(id))).toBe(true);
  expect(found?.ids.has(gene.id)).toBe(false);
});

it('a recent list greys nothing', () => {
  expect(doubt('2026-03-01').doubt).toBeUndefined();
});

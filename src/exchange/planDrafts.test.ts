import type { CarePlan, ServiceRequest } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { validateFhir } from '../../test/fhir-validator.ts';
import { buildPlan } from '../plan/buildPlan.ts';
import { coded, quantity, testDossier, testFinding } from '../plan/testFindings.ts';
import { toFhirBundle } from './fhirBundle.ts';

const asOf = '2026-11-24';
const dossier = testDossier([
  testFinding('condition', coded('active'), { site: 'low-back-pain', time: asOf }),
  testFinding('pain-red-flag', coded('positive'), { site: 'infection', time: asOf }),
  testFinding('isi.total', quantity(18), { time: asOf }),
  testFinding('active-medication', quantity(200, 'mg/d'), { site: 'tramadol', atc: 'N02AX02', time: asOf }),
]);
const plan = buildPlan(dossier, { asOf });
const bundle = toFhirBundle({
  ...dossier,
  identities: [],
  runs: [],
  recommendations: plan.recommendations,
  safetyChecks: plan.safetyChecks,
  generatedBy: { name: 'idiograph', version: '0.0.0' },
});
const all = bundle.entry!.map(({ resource }) => resource!);
const care = all.find((one): one is CarePlan => one.resourceType === 'CarePlan')!;
const requests = all.filter((one): one is ServiceRequest => one.resourceType === 'ServiceRequest');

describe('drafts of a plan', () => {
  it('are valid FHIR, drafts and proposals, and no prescription', () => {
    expect(validateFhir(bundle)).toEqual([]);
    expect(care).toMatchObject({ status: 'draft', intent: 'proposal' });
    expect(requests.length).toBeGreaterThan(0);
    for (const one of requests) expect(one).toMatchObject({ status: 'draft', intent: 'proposal' });
    expect(all.map(({ resourceType }) => resourceType)).not.toContain('MedicationRequest');
  });

  it('ask for nothing of a line that waits for another, and keep it as an activity that says so', () => {
    const held = plan.recommendations.find(({ rule }) => rule.id === 'chronic-low-back-pain')!;
    expect(held.held).toBeDefined();
    expect(requests.map(({ code }) => code?.text)).not.toContain(held.about);
    const said = care.activity!.flatMap(({ detail }) => detail?.description ?? []);
    expect(said.join('\n')).toContain('Waits for another line');
  });

  it('has one activity a line, and goals as proposals', () => {
    expect(care.activity).toHaveLength(plan.recommendations.length);
    const goals = all.filter(({ resourceType }) => resourceType === 'Goal');
    expect(goals).toHaveLength(plan.recommendations.filter(({ goal, held }) => goal && !held).length);
    for (const goal of goals) expect(goal).toMatchObject({ lifecycleStatus: 'proposed' });
  });

  it('says with each request what speaks against it, equal ways and that nobody ordered it', () => {
    const sleep = requests.find(({ code }) => code?.text === 'insomnia')!;
    const notes = sleep.note!.map(({ text }) => text).join('\n');
    expect(notes).toContain('equal way: Brief therapy');
    expect(notes).toMatch(/nobody has ordered it/);
  });
});

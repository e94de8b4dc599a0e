import type { Bundle, Observation, Resource } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { validateFhir } from '../fhir-validator.ts';

const good: Observation = {
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'weight' },
  effectiveDateTime: '2026-11-24',
  valueQuantity: { value: 80, unit: 'kg' },
};

/** A copy with members added, replaced or (undefined) removed, as a faulty program would write it. */
function changed(members: Record<string, unknown>): Resource {
  return JSON.parse(JSON.stringify({ ...good, ...members })) as Resource;
}

const faulty: [fault: string, resource: Resource][] = [
  ['a missing required element', changed({ code: undefined })],
  ['an unknown property', changed({ weight: 80 })],
  ['a malformed dateTime', changed({ effectiveDateTime: '24.11.2026' })],
  ['a broken invariant (obs-6)', changed({ dataAbsentReason: { text: 'unknown' } })],
  ['a code outside a required binding', changed({ status: 'bogus' })],
  ['a code outside a required binding deep inside', changed({ valueQuantity: { value: 1, comparator: '~' } })],
  ['two value[x]', changed({ valueString: '80 kg' })],
  ['a reference to a wrong type', changed({ subject: { reference: 'Medication/1' } })],
];

describe('validateFhir', () => {
  it('passes a good resource', () => {
    expect(validateFhir(good)).toEqual([]);
  });

  for (const [fault, resource] of faulty) {
    it(`catches ${fault}`, () => {
      expect(validateFhir(resource).length).toBeGreaterThan(0);
    });
  }

  it('catches references that lead nowhere or to a wrong type inside a bundle', () => {
    const bundle = (reference: string): Bundle => ({
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { fullUrl: 'urn:uuid:0b7c2a3c-53a4-4c5e-9d51-5a3b9d7c0001', resource: { resourceType: 'Patient' } },
        {
          fullUrl: 'urn:uuid:0b7c2a3c-53a4-4c5e-9d51-5a3b9d7c0002',
          resource: { ...good, subject: { reference } },
        },
      ],
    });
    expect(validateFhir(bundle('urn:uuid:0b7c2a3c-53a4-4c5e-9d51-5a3b9d7c0001'))).toEqual([]);
    expect(validateFhir(bundle('urn:uuid:0b7c2a3c-53a4-4c5e-9d51-5a3b9d7c0009'))).not.toEqual([]);
    expect(validateFhir(bundle('urn:uuid:0b7c2a3c-53a4-4c5e-9d51-5a3b9d7c0002'))).not.toEqual([]);
  });
});

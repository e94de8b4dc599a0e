import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { allergyConflicts } from './allergyConflicts.ts';
import { allergies } from './allergyList.ts';
import { medicationFact, plainFact } from './testing.ts';

const allergy = (display: string, more: Partial<Fact> = {}) =>
  plainFact(`a-${display}`, 'allergy', { code: { system: 'text', code: display, display }, ...more });
const conflicts = async (...facts: Fact[]) => {
  const { findings } = await runAll(allergyConflicts, dossierOf({ facts }));
  return findings
    .filter(({ measure }) => measure.code === 'allergy-conflict')
    .map(({ site, value }) => `${site!.code} ${value.type === 'code' ? value.code.code : ''}`)
    .sort();
};

describe('clinical.allergy-conflicts', () => {
  const tramadol = medicationFact('m1', 'tramadol', { statedAt: '2026-11-01' });

  it('finds the same drug and drugs of a class within which reactions cross', async () => {
    expect(await conflicts(allergy('tramadol'), tramadol)).toEqual(['tramadol same-drug']);
    expect(await conflicts(allergy('morphine sulfate'), tramadol)).toEqual(['tramadol same-class']);
    expect(await conflicts(allergy('penicillin'), tramadol)).toEqual([]);
    expect(await conflicts(allergy('phenytoin'), medicationFact('m2', 'carbamazepine'))).toEqual([
      'carbamazepine same-class',
    ]);
  });

  it('finds penicillins among themselves, not cephalosporins, and drugs that nobody here knows by their name', async () => {
    const amoxicillin = medicationFact('m3', 'amoxicillin 500 mg');
    expect(await conflicts(allergy('Penicillin'), amoxicillin)).toEqual(['amoxicillin same-class']);
    expect(await conflicts(allergy('Penicillin V'), medicationFact('m4', 'cefuroxime'))).toEqual([]);
    expect(await conflicts(allergy('co-trimoxazole'), medicationFact('m5', 'sulfadiazine'))).toEqual([
      'sulfadiazine same-class',
    ]);
    expect(await conflicts(allergy('Brandnewmab'), medicationFact('m6', 'brandnewmab 20 mg'))).toEqual([
      'brandnewmab same-drug',
    ]);
    expect(await conflicts(allergy('Pollen'), medicationFact('m6', 'brandnewmab 20 mg'))).toEqual([]);
  });

  it('leaves stopped drugs, withdrawn entries and denials alone', async () => {
    expect(await conflicts(allergy('tramadol'), { ...tramadol, status: 'stopped' })).toEqual([]);
    expect(await conflicts(allergy('tramadol', { status: 'entered-in-error' }), tramadol)).toEqual([]);
    expect(await conflicts(allergy('No known drug allergy'), tramadol)).toEqual([]);
  });

  it('gives the reaction and the allergy itself, without any medicine too', async () => {
    const { findings } = await runAll(
      allergyConflicts,
      dossierOf({ facts: [allergy('morphine', { value: { type: 'text', text: 'urticaria' } })] }),
    );
    expect(findings).toMatchObject([
      { measure: { code: 'drug-allergy' }, site: { code: 'morphine' }, value: { code: { display: 'urticaria' } } },
    ]);
  });
});

describe('clinical.allergies', () => {
  it('says where the record contradicts itself', async () => {
    const facts = [allergy('Penicillin'), allergy('No known drug allergy')];
    const { findings } = await runAll(allergies, dossierOf({ facts }));
    const [found] = findings[0]!.issues;
    expect(found).toMatchObject({ code: 'allergies-contradictory' });
    expect(found!.place).toBe(facts.map(({ place }) => place).join('; '));
  });

  it('no known food allergy says nothing of drugs', async () => {
    const { findings } = await runAll(allergies, dossierOf({ facts: [allergy('No known food allergy')] }));
    expect(findings).toMatchObject([{ value: { type: 'refused', reason: 'drug-allergies-not-stated' } }]);
  });
});

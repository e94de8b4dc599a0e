import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { ingredientsOf, loadDrugs } from '../src/clinical/drugs.ts';
import { reconcileMedications } from '../src/clinical/medications.ts';
import { morphineEquivalents } from '../src/clinical/opioids.ts';
import { medicationFact } from '../src/clinical/testing.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const names: Conformance = {
  id: 'clinical-drug-names',
  method: 'RxNorm id, ATC code or name -> ingredient',
  oracle: 'CPIC drug list with RxNorm ids (CC0)',
  errorIs: 'verdict',
  needs: ['clinical/drugs/cpic_drugs_rxnorm_atc.csv'],
  async run() {
    const text = readFileSync(join(sharedData('clinical/drugs')!, 'cpic_drugs_rxnorm_atc.csv'), 'utf8');
    const rows = parse(text, { columns: true }) as { name: string; rxnorm: string }[];
    const known = loadDrugs().byName;
    const cases: Case[] = [];
    for (const { name, rxnorm } of rows) {
      const drug = known.get(name.toLowerCase());
      if (!drug || !rxnorm) continue;
      const byCode = ingredientsOf([{ system: 'RxNorm', code: rxnorm, display: 'x' }], '');
      cases.push({ name: `RxNorm ${rxnorm}`, error: byCode.length === 1 && byCode[0] === drug ? 0 : 1, tolerance: 0 });
      const byName = ingredientsOf([{ system: 'text', code: name, display: `${name} 10 MG Oral Tablet` }], '');
      cases.push({ name, error: byName.includes(drug) ? 0 : 1, tolerance: 0 });
    }
    for (const name of ['warfarin', 'codeine', 'citalopram']) {
      cases.push({ name: `${name} is listed`, error: known.has(name) ? 0 : 1, tolerance: 0 });
    }
    return cases;
  },
};

/** Examples of daily doses that the CDC's table turns into 50 MME or states itself; no external data. */
const doses: [drug: string, dose: number, unit: string, perDay: number | undefined, mme: number][] = [
  ['morphine', 50, 'mg', 1, 50],
  ['hydrocodone', 10, 'mg', 5, 50],
  ['oxycodone', 10, 'mg', 3, 45],
  ['hydromorphone', 2, 'mg', 5, 50],
  ['oxymorphone', 5, 'mg', 3, 45],
  ['methadone', 10, 'mg', 1, 47],
  ['tapentadol', 50, 'mg', 2, 40],
  ['tramadol', 50, 'mg', 4, 40],
  ['codeine', 30, 'mg', 4, 18],
  ['fentanyl', 25, 'ug/h', undefined, 60],
];

const equivalents: Conformance = {
  id: 'clinical-mme',
  method: 'morphine milligram equivalents of a reconciled list',
  oracle: 'CDC 2022 (MMWR 71 RR-3), published factors, no external data',
  errorIs: 'mg/d',
  needs: [],
  async run() {
    return doses.map(([drug, dose, unit, perDay, expected]): Case => {
      const fact = medicationFact('f', drug, { dose: [dose, unit], ...(perDay === undefined ? {} : { perDay }) });
      const got = morphineEquivalents(reconcileMedications([fact]).lines)?.value;
      return { name: drug, error: got === undefined ? expected : Math.abs(got - expected), tolerance: 1e-9 };
    });
  },
};

export default [names, equivalents];

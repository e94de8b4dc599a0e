import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { dossierOf } from '../dossier/testing.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { runAll } from '../knowledge/testing.ts';
import { loadDrugs } from './drugs.ts';
import { interactions, interactionsPath, parseInteractions } from './interactions.ts';
import { medicationFact } from './testing.ts';

async function found(...drugs: (string | Fact)[]) {
  const facts = drugs.map((one, i) => (typeof one === 'string' ? medicationFact(`f${i}`, one) : one));
  const { findings } = await runAll(interactions, dossierOf({ facts }));
  return findings.map(({ site, value }) => [site!.code, value.type === 'code' ? value.code.code : value.type]);
}

describe('clinical.interactions', () => {
  it.each([
    [
      ['tramadol', 'duloxetine'],
      [
        ['serotonergic', 'warning'],
        ['seizure-threshold', 'warning'],
      ],
    ],
    [['linezolid', 'sertraline'], [['serotonergic', 'contraindicated']]],
    [['oxycodone', 'clonazepam'], [['cns-depressant', 'boxed-warning']]],
    [['oxycodone', 'pregabalin'], [['cns-depressant', 'warning']]],
    [['warfarin', 'ibuprofen'], [['bleeding', 'warning']]],
    [['citalopram', 'haloperidol'], [['qt-prolonging', 'warning']]],
    [['citalopram', 'pimozide'], [['qt-prolonging', 'contraindicated']]],
    [['lithium', 'naproxen'], [['lithium-level', 'warning']]],
    [['ibuprofen', 'lisinopril', 'furosemide'], [['renal-triple', 'warning']]],
    [['ibuprofen', 'lisinopril'], []],
    [['tizanidine', 'ciprofloxacin'], [['enzyme-level', 'contraindicated']]],
    [['sertraline'], []],
    [['sertraline', 'sertraline 50 MG Oral Tablet'], []],
    [['paracetamol', 'sertraline'], []],
  ])('%j', async (drugs, expected) => {
    expect(await found(...drugs)).toEqual(expected);
  });

  it('leaves stopped medicines out and says what is unclear', async () => {
    const stopped = medicationFact('s', 'clonazepam', { status: 'stopped' });
    expect(await found('oxycodone', stopped)).toEqual([]);
    const facts = [medicationFact('a', 'oxycodone'), medicationFact('b', 'clonazepam', { status: 'unknown' })];
    const [finding] = (await runAll(interactions, dossierOf({ facts }))).findings;
    expect(finding!.issues.map(({ code }) => code)).toEqual(['medication-unclear']);
    expect(finding!.evidence).toMatchObject([
      { place: 'clonazepam and oxycodone', says: expect.stringContaining('boxed warning') },
    ]);
    expect([...finding!.derivedFrom].sort()).toEqual(['a', 'b']);
  });

  it('names only groups, drugs and mechanisms that are there', () => {
    const { groups, rows, mechanisms } = parseInteractions(loadKnowledge(interactionsPath).data);
    const { byName, file } = loadDrugs();
    const classes = file.classes.map(({ id }) => id);
    for (const { between, mechanism } of rows) {
      expect(mechanisms).toHaveProperty(mechanism);
      for (const group of between) expect(groups).toHaveProperty(group);
    }
    for (const group of Object.values(groups)) {
      for (const drug of group.drugs) expect(byName.has(drug), drug).toBe(true);
      for (const one of group.classes) expect(classes).toContain(one);
    }
  });
});

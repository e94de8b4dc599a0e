import type { Analysis, Dossier } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { Fact } from '../dossier/fact.ts';
import { saysNone } from './allergyList.ts';
import { classesOf, codesOfDrug, type Drug, type DrugIndex, drugsPath, indexDrugs, ingredientsOf } from './drugs.ts';
import { type MedicationLine, plainName, reconcileMedications } from './medications.ts';

/** Classes within which a reaction to one drug says something about another. */
const crossing = new Set([
  'opioid',
  'nsaid',
  'aromatic-anticonvulsant',
  'tca',
  'ssri',
  'triptan',
  'benzodiazepine',
  'penicillin',
  'cephalosporin',
  'macrolide',
  'fluoroquinolone',
  'antibacterial-sulfonamide',
]);

interface AllergicTo {
  fact: Fact;
  drug: Drug;
}

function present(facts: readonly Fact[]): Fact[] {
  return facts.filter(
    (fact) => fact.type === 'allergy' && (fact.status === 'active' || fact.status === 'unknown') && !saysNone(fact),
  );
}

/** Drugs that a person is recorded as allergic to or intolerant of. */
function allergicTo(facts: readonly Fact[], drugs: DrugIndex): AllergicTo[] {
  return present(facts).flatMap((fact) =>
    ingredientsOf([fact.code, ...(fact.codes ?? [])], '', drugs).map((drug) => ({ fact, drug })),
  );
}

/** Allergies to substances outside the table of drugs, named or coded as the medicine is. */
function namedAlike({ ingredient, known, codes }: MedicationLine, allergies: readonly Fact[]): Fact[] {
  if (known) return [];
  return present(allergies).filter((fact) =>
    [fact.code, ...(fact.codes ?? [])].some(
      (code) =>
        plainName(code.display) === ingredient ||
        codes.some((one) => one.system !== 'text' && one.system === code.system && one.code === code.code),
    ),
  );
}

function factsOf(dossier: Dossier): { allergies: Fact[]; medications: Fact[] } {
  const right = dossier.facts.filter((fact) => fact.status !== 'entered-in-error');
  return {
    allergies: right.filter((fact) => fact.type === 'allergy'),
    medications: right.filter((fact) => fact.type === 'medication' || fact.type === 'medication-list'),
  };
}

/**
 * Recorded allergies to drugs -> one finding a drug, and one for each medicine taken, planned or unclear that is the same
 * ingredient, by its own name where nobody here knows the drug, or of a class within which reactions cross. Penicillins and
 * cephalosporins are held apart: which pairs cross hangs on their side chains.
 */
export const allergyConflicts: Analysis = {
  id: 'clinical.allergy-conflicts',
  version: '1.1.0',
  title: 'Allergies against the medication list',
  makes: ['drug-allergy', 'allergy-conflict'],
  takes: [],
  knowledge: [drugsPath],
  packs: [],
  peakMemoryMb: () => 2,
  method: 'medications.md',
  select(dossier) {
    const { allergies, medications } = factsOf(dossier);
    if (allergies.every(saysNone)) return { selections: [], missing: [] };
    const inputs = { allergies: allergies.map(({ id }) => id), medications: medications.map(({ id }) => id) };
    return { selections: [{ title: 'allergies and medicines', inputs }], missing: [] };
  },
  async run(inputs, _options, context) {
    const drugs = indexDrugs(context.knowledge(drugsPath));
    const given = (role: string) => context.dossier.facts.filter(({ id }) => inputs[role]?.includes(id));
    const known = allergicTo(given('allergies'), drugs);
    for (const drug of new Set(known.map((one) => one.drug))) {
      const facts = known.filter((one) => one.drug === drug).map(({ fact }) => fact);
      context.emit.finding({
        measure: measure('drug-allergy', 'Recorded allergy or intolerance'),
        codes: codesOfDrug(drug),
        site: { system: 'drug', code: drug.name, display: drug.name },
        value: { type: 'code', code: { system: 'idiograph', code: 'recorded', display: reactionsOf(facts) } },
        issues: [],
        derivedFrom: facts.map(({ id }) => id),
      });
    }
    const { lines } = reconcileMedications(given('medications'), { drugs });
    for (const line of lines.filter(({ status }) => status !== 'stopped')) {
      const same = known.filter(({ drug }) => drug.name === line.ingredient);
      const near = known.filter(({ drug }) => drug.name !== line.ingredient && sharedClass(line, drug, drugs));
      const alike = namedAlike(line, given('allergies')).map((fact) => ({ fact, name: fact.code.display }));
      const byDrug = (same.length > 0 ? same : near).map(({ fact, drug }) => ({ fact, name: drug.name }));
      const [found, kind] =
        alike.length > 0 ? [alike, 'same-drug'] : [byDrug, same.length > 0 ? 'same-drug' : 'same-class'];
      if (found.length === 0) continue;
      const names = [...new Set(found.map(({ name }) => name))].sort().join(', ');
      const reactions = reactionsOf(found.map(({ fact }) => fact));
      context.emit.finding({
        measure: measure('allergy-conflict', 'Medicine against a recorded allergy'),
        ...(line.codes.length > 0 ? { codes: line.codes } : {}),
        site: { system: 'drug', code: line.ingredient, display: line.ingredient },
        value: { type: 'code', code: { system: 'idiograph', code: kind, display: `${names} (${reactions})` } },
        issues: [],
        derivedFrom: [...new Set([...found.map(({ fact }) => fact.id), ...line.facts])],
      });
    }
  },
};

function sharedClass(line: MedicationLine, drug: Drug, drugs: DrugIndex): boolean {
  const classes = classesOf(drug, drugs);
  return line.classes.some((one) => crossing.has(one) && classes.includes(one));
}

function reactionsOf(facts: readonly Fact[]): string {
  const words = facts.flatMap(({ value }) => (value?.type === 'text' ? [value.text] : []));
  return words.length > 0 ? [...new Set(words)].sort().join('; ') : 'reaction not stated';
}

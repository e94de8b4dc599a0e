import type { Analysis } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { Finding, FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { andList } from '../dossier/words.ts';
import { drugsPath, indexDrugs, loadDrugs } from './drugs.ts';
import { among } from './inputs.ts';
import { medicationFacts } from './medicationList.ts';
import { reconcileMedications } from './medications.ts';
import { morphineEquivalents, opioidsPath, parseOpioids } from './opioids.ts';
import { ageOn, personFacts } from './person.ts';

/** Conditions whose pain the guideline leaves out. */
const exempt = ['cancer', 'sickle-cell-disease', 'palliative-care'];

/**
 * Opioids on the list -> morphine milligram equivalents a day and whether the limits of CDC 2022 hold for this person:
 * adults only, not for cancer, sickle-cell, palliative or end-of-life pain. A child gets no sum.
 */
export const opioidDose: Analysis = {
  id: 'clinical.opioid-dose',
  version: '1.0.0',
  title: 'Opioid dose',
  makes: ['morphine-milligram-equivalents', 'opioid-dose-limits'],
  takes: ['condition'],
  knowledge: [drugsPath, opioidsPath],
  packs: [],
  peakMemoryMb: () => 2,
  method: 'opioid-dose.md',
  select(dossier) {
    const facts = medicationFacts(dossier);
    const { lines } = reconcileMedications(facts, { drugs: loadDrugs() });
    if (
      !lines.some(
        ({ classes, status }) => classes.includes('opioid') && (status === 'active' || status === 'as-needed'),
      )
    ) {
      return { selections: [], missing: [] };
    }
    const inputs = {
      facts: facts.map(({ id }) => id),
      person: personFacts(dossier.facts).map(({ id }) => id),
      conditions: exemptions(dossier.findings).map(({ id }) => id),
    };
    return { selections: [{ title: 'opioids on the list', inputs }], missing: [] };
  },
  async run(inputs, _options, { dossier, knowledge, emit }) {
    const facts = among(medicationFacts(dossier), inputs['facts']);
    const list = reconcileMedications(facts, { drugs: indexDrugs(knowledge(drugsPath)) });
    const mme = morphineEquivalents(list.lines, parseOpioids(knowledge(opioidsPath)));
    if (mme === undefined) return;
    const person = among(dossier.facts, inputs['person']);
    const age = list.date === undefined ? undefined : ageOn(list.date.slice(0, 10), person);
    const found = exemptions(among(dossier.findings, inputs['conditions']));
    const limits = limitsOf(age, found);
    const rests = [...mme.facts, ...person.map(({ id }) => id), ...found.map(({ id }) => id)];
    const dated = list.date ? { time: list.date } : {};
    const isChild = age !== undefined && age < 18;
    emit.finding({
      measure: measure('morphine-milligram-equivalents', 'Morphine milligram equivalents a day'),
      ...dated,
      value: isChild
        ? { type: 'refused', reason: 'age-below-18' }
        : mme.value === undefined
          ? { type: 'refused', reason: mme.reason! }
          : { type: 'quantity', value: mme.value, unit: 'mg/d' },
      issues: [...limits.issues, ...mme.issues],
      derivedFrom: rests,
      evidence: mme.parts.map((part) => ({ of: part.facts[0]!, place: part.drug, says: `${part.value} mg/d` })),
    });
    emit.finding({ ...limits.finding, ...dated, derivedFrom: rests });
  },
};

function exemptions(findings: readonly Finding[]): Finding[] {
  return findings.filter(
    ({ measure: { code }, site, value }) =>
      code === 'condition' &&
      exempt.includes(site?.code ?? '') &&
      value.type === 'code' &&
      value.code.code === 'active',
  );
}

function limitsOf(
  age: number | undefined,
  found: readonly Finding[],
): { finding: Omit<FindingDraft, 'derivedFrom'>; issues: Issue[] } {
  const names = andList(found.map(({ site }) => site!.display));
  const of = (code: string, display: string, issues: Issue[]) => ({
    finding: {
      measure: measure('opioid-dose-limits', 'Whether the dose limits of CDC 2022 hold'),
      value: { type: 'code' as const, code: { system: 'idiograph', code, display } },
      issues,
    },
    issues,
  });
  if (age !== undefined && age < 18) {
    const why = `The factors are for adults; the person is ${age} years old.`;
    return of('do-not-apply', 'do not hold: under 18', [
      issue('warning', 'age-below-18', why, { remedy: 'Ask a paediatric pain service.' }),
    ]);
  }
  if (found.length > 0) {
    const why = `${names} is on record: the limits of CDC 2022 do not hold; the dose is shown for orientation.`;
    return of('do-not-apply', `do not hold: ${names} on record`, [issue('warning', 'mme-limits-do-not-apply', why)]);
  }
  if (age === undefined) {
    const why = 'The age is not known: whether the limits of CDC 2022 hold is open.';
    return of('age-unknown', 'open: age not known', [
      issue('info', 'age-unknown', why, { remedy: 'Add the date of birth.' }),
    ]);
  }
  return of('apply', 'hold: adult, no cancer, sickle-cell or palliative pain on record', []);
}

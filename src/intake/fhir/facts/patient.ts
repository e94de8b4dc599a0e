import { issue } from '../../../dossier/issue.ts';
import { Sex } from '../../../dossier/subject.ts';
import { dateOf } from '../datatypes.ts';
import { flag, text } from '../json.ts';
import type { FactDraft, ResourceReader } from './reader.ts';

/** Administrative sex and date of birth. https://hl7.org/fhir/R4/patient.html */
export const readPatient: ResourceReader = (resource, place) => {
  const facts: FactDraft[] = [];
  const base = { status: 'active', isEvent: false } as const;
  const gender = text(resource, 'gender');
  if (gender !== undefined) {
    const sex = Sex.safeParse(gender);
    const code = { system: 'http://hl7.org/fhir/administrative-gender', code: gender, display: gender };
    facts.push({
      ...base,
      place: `${place}.gender`,
      type: 'sex',
      code: { system: 'LOINC', code: '46098-0', display: 'Sex' },
      value: { type: 'code', code },
      issues: sex.success
        ? []
        : [issue('warning', 'sex-not-understood', `Patient.gender "${gender}" is not one of FHIR's codes.`, { place })],
    });
  }
  const issues: FactDraft['issues'] = [];
  const birthDate = dateOf(resource, 'birthDate', issues, place);
  if (birthDate !== undefined || issues.length > 0) {
    facts.push({
      ...base,
      place: `${place}.birthDate`,
      type: 'birth-date',
      code: { system: 'LOINC', code: '21112-8', display: 'Birth date' },
      ...(birthDate ? { value: { type: 'date', date: birthDate } } : {}),
      issues,
    });
  }
  const died = text(resource, 'deceasedDateTime');
  if (died !== undefined || flag(resource, 'deceasedBoolean') === true) {
    const deathIssues: FactDraft['issues'] = [];
    const at = dateOf(resource, 'deceasedDateTime', deathIssues, place);
    facts.push({
      place: `${place}.deceased`,
      type: 'observation',
      code: { system: 'LOINC', code: '81956-5', display: 'Date and time of death' },
      ...(at ? { value: { type: 'date', date: at }, at } : {}),
      status: 'completed',
      isEvent: true,
      issues: deathIssues,
    });
  }
  return facts;
};

import type { FactStatus } from '../../../dossier/fact.ts';
import { type Issue, issue } from '../../../dossier/issue.ts';
import { codesOfConcept, dateOf, lateralityOf, mainAndOthers, modifierIssues, periodOf } from '../datatypes.ts';
import { child, children, type Element } from '../json.ts';
import type { ResourceReader } from './reader.ts';

const unnamed = { system: 'text', code: 'unnamed', display: 'not named in the source' };

/** Clinical status of Condition and AllergyIntolerance. https://hl7.org/fhir/R4/valueset-condition-clinical.html */
const clinical: Record<string, FactStatus> = {
  active: 'active',
  recurrence: 'active',
  relapse: 'active',
  inactive: 'stopped',
  remission: 'stopped',
  resolved: 'completed',
};

/**
 * Status of a problem or an allergy. `refuted` is read as `entered-in-error` with an issue that says so, because in
 * both cases the person does not have it; anything short of confirmed is said beside the status.
 */
function problemStatus(resource: Element, place: string, issues: Issue[]): FactStatus {
  const verification = codesOfConcept(child(resource, 'verificationStatus')).at(0)?.code;
  if (verification === 'entered-in-error') return 'entered-in-error';
  if (verification === 'refuted') {
    issues.push(issue('info', 'refuted', 'The source states that this was considered and refuted.', { place }));
    return 'entered-in-error';
  }
  if (verification !== undefined && verification !== 'confirmed') {
    issues.push(issue('info', 'not-confirmed', `The source states this as ${verification}.`, { place }));
  }
  return clinical[codesOfConcept(child(resource, 'clinicalStatus')).at(0)?.code ?? ''] ?? 'unknown';
}

/** A problem or diagnosis. https://hl7.org/fhir/R4/condition.html */
export const readCondition: ResourceReader = (resource, place) => {
  const issues = modifierIssues(resource, place);
  const codes = codesOfConcept(child(resource, 'code'));
  if (codes.length === 0) issues.push(issue('warning', 'code-missing', 'The condition is not named.', { place }));
  const start = dateOf(resource, 'onsetDateTime', issues, place);
  const end = dateOf(resource, 'abatementDateTime', issues, place);
  const onset = periodOf(resource, 'onsetPeriod', issues, place);
  const abatement = periodOf(resource, 'abatementPeriod', issues, place);
  const period = {
    ...((start ?? onset?.start) ? { start: start ?? onset?.start } : {}),
    ...((end ?? abatement?.end) ? { end: end ?? abatement?.end } : {}),
  };
  const recorded = dateOf(resource, 'recordedDate', issues, place);
  const laterality = lateralityOf(children(resource, 'bodySite'));
  const bodySite = children(resource, 'bodySite').flatMap((site) => codesOfConcept(site));
  return [
    {
      place,
      type: 'diagnosis',
      ...mainAndOthers(codes, unnamed),
      ...(Object.keys(period).length > 0 ? { period } : {}),
      ...(recorded ? { statedAt: recorded } : {}),
      status: problemStatus(resource, place, issues),
      isEvent: false,
      ...(laterality ? { laterality } : {}),
      ...(bodySite.length > 0 ? { bodySite } : {}),
      issues,
    },
  ];
};

/** An allergy or intolerance, or the statement that none is known. https://hl7.org/fhir/R4/allergyintolerance.html */
export const readAllergy: ResourceReader = (resource, place) => {
  const issues = modifierIssues(resource, place);
  const codes = codesOfConcept(child(resource, 'code'));
  if (codes.length === 0) {
    codes.push(...children(resource, 'reaction').flatMap((reaction) => codesOfConcept(child(reaction, 'substance'))));
  }
  if (codes.length === 0) issues.push(issue('warning', 'code-missing', 'The substance is not named.', { place }));
  const start = dateOf(resource, 'onsetDateTime', issues, place);
  const recorded = dateOf(resource, 'recordedDate', issues, place);
  const reactions = children(resource, 'reaction')
    .flatMap((reaction) => children(reaction, 'manifestation').map((concept) => codesOfConcept(concept)[0]?.display))
    .filter((word) => word !== undefined);
  return [
    {
      place,
      type: 'allergy',
      ...mainAndOthers(codes, unnamed),
      ...(reactions.length > 0 ? { value: { type: 'text', text: reactions.join(', ') } } : {}),
      ...(start ? { period: { start } } : {}),
      ...(recorded ? { statedAt: recorded } : {}),
      status: problemStatus(resource, place, issues),
      isEvent: false,
      issues,
    },
  ];
};

/** One fact for each condition of a relative. https://hl7.org/fhir/R4/familymemberhistory.html */
export const readFamilyHistory: ResourceReader = (resource, place) => {
  const relation = codesOfConcept(child(resource, 'relationship'))[0]?.display ?? 'relative';
  const wrong = resource['status'] === 'entered-in-error';
  return children(resource, 'condition').map((condition, index) => {
    const issues = modifierIssues(resource, place);
    const stated = dateOf(resource, 'date', issues, place);
    return {
      place: `${place}.condition[${index}]`,
      type: 'family-history',
      ...mainAndOthers(codesOfConcept(child(condition, 'code')), unnamed),
      value: { type: 'text', text: relation },
      ...(stated ? { statedAt: stated } : {}),
      status: wrong ? 'entered-in-error' : 'active',
      isEvent: false,
      issues,
    };
  });
};

/** What happened to the person or was put into them, and what was asked for. */
import type { Code } from '../../../dossier/code.ts';
import type { FactStatus } from '../../../dossier/fact.ts';
import { issue } from '../../../dossier/issue.ts';
import {
  codeOfCoding,
  codesOfConcept,
  dateOf,
  lateralityOf,
  mainAndOthers,
  modifierIssues,
  periodOf,
  wordsOfConcept,
} from '../datatypes.ts';
import { child, children, text } from '../json.ts';
import type { FactDraft, ResourceReader } from './reader.ts';

const unnamed: Code = { system: 'text', code: 'unnamed', display: 'not named in the source' };
const medicationList: Code = { system: 'LOINC', code: '10160-0', display: 'Medication list' };
/** SNOMED CT: the procedure of going through the whole list of medicines with the person. */
const reconciliation = '430193006';

const statuses: Record<string, FactStatus> = {
  planned: 'planned',
  preparation: 'planned',
  draft: 'planned',
  arrived: 'active',
  triaged: 'active',
  onleave: 'active',
  active: 'active',
  current: 'active',
  'in-progress': 'active',
  'not-done': 'stopped',
  stopped: 'stopped',
  revoked: 'stopped',
  cancelled: 'stopped',
  retired: 'stopped',
  inactive: 'stopped',
  completed: 'completed',
  finished: 'completed',
  'entered-in-error': 'entered-in-error',
};

/** https://hl7.org/fhir/R4/procedure.html A reconciliation of medicines also dates the medication list. */
export const readProcedure: ResourceReader = (resource, place) => {
  const issues = modifierIssues(resource, place);
  const codes = codesOfConcept(child(resource, 'code'));
  const at = dateOf(resource, 'performedDateTime', issues, place);
  const period = periodOf(resource, 'performedPeriod', issues, place);
  const laterality = lateralityOf(children(resource, 'bodySite'));
  const status = statuses[text(resource, 'status') ?? ''] ?? 'unknown';
  const when = { ...((at ?? period?.start) ? { at: at ?? period?.start } : {}), ...(period ? { period } : {}) };
  const facts: FactDraft[] = [
    {
      place,
      type: 'procedure',
      ...mainAndOthers(codes, unnamed),
      ...when,
      status,
      isEvent: true,
      ...(laterality ? { laterality } : {}),
      issues,
    },
  ];
  if (status === 'completed' && codes.some(({ system, code }) => system === 'SNOMED' && code === reconciliation)) {
    const reviewed = at ?? period?.start;
    facts.push({
      place,
      type: 'medication-list',
      code: medicationList,
      ...(reviewed ? { at: reviewed, statedAt: reviewed } : {}),
      status: 'active',
      isEvent: false,
      issues: [],
    });
  }
  return facts;
};

/** https://hl7.org/fhir/R4/encounter.html */
export const readEncounter: ResourceReader = (resource, place) => {
  const issues = modifierIssues(resource, place);
  const kind = codeOfCoding(child(resource, 'class'));
  const codes = children(resource, 'type').flatMap(codesOfConcept);
  const period = periodOf(resource, 'period', issues, place);
  return [
    {
      place,
      type: 'encounter',
      ...mainAndOthers([...codes, ...(kind ? [kind] : [])], unnamed),
      ...(period?.start ? { at: period.start } : {}),
      ...(period ? { period } : {}),
      status: statuses[text(resource, 'status') ?? ''] ?? 'unknown',
      isEvent: true,
      issues,
    },
  ];
};

/** A device that belongs to the person. Whether it is implanted is said only by its type. https://hl7.org/fhir/R4/device.html */
export const readDevice: ResourceReader = (resource, place) => {
  const issues = modifierIssues(resource, place);
  const codes = codesOfConcept(child(resource, 'type'));
  const name = children(resource, 'deviceName').map((one) => text(one, 'name'))[0] ?? text(resource, 'modelNumber');
  if (codes.length === 0 && name !== undefined) codes.push({ system: 'text', code: name, display: name });
  if (codes.length === 0) {
    issues.push(
      issue('warning', 'device-unnamed', 'A device of this person has no type.', {
        place,
        remedy: 'Ask what it is before magnetic resonance or stimulation.',
      }),
    );
  }
  const made = dateOf(resource, 'manufactureDate', issues, place);
  return [
    {
      place,
      type: 'implant',
      ...mainAndOthers(codes, unnamed),
      ...(name ? { value: { type: 'text', text: name } } : {}),
      ...(made ? { statedAt: made } : {}),
      status: statuses[text(resource, 'status') ?? ''] ?? 'unknown',
      isEvent: false,
      issues,
    },
  ];
};

/** The question that was asked. https://hl7.org/fhir/R4/servicerequest.html */
export const readServiceRequest: ResourceReader = (resource, place) => {
  const issues = modifierIssues(resource, place);
  const authored = dateOf(resource, 'authoredOn', issues, place);
  const reasons = [
    ...children(resource, 'reasonCode').map(wordsOfConcept),
    ...children(resource, 'note').map((note) => text(note, 'text')),
  ].filter((word) => word !== undefined);
  return [
    {
      place,
      type: 'referral',
      ...mainAndOthers(codesOfConcept(child(resource, 'code')), unnamed),
      ...(reasons.length > 0 ? { value: { type: 'text', text: reasons.join('; ') } } : {}),
      ...(authored ? { at: authored, statedAt: authored } : {}),
      status: statuses[text(resource, 'status') ?? ''] ?? 'unknown',
      isEvent: false,
      issues,
    },
  ];
};

const listCodes = new Set(['10160-0', 'medications', '52471-0', '56445-0']);

/** A list of medicines that somebody keeps: its date is the date of review. https://hl7.org/fhir/R4/list.html */
export const readList: ResourceReader = (resource, place) => {
  const codes = codesOfConcept(child(resource, 'code'));
  if (!codes.some(({ code }) => listCodes.has(code))) return [];
  return [listFact(resource, place, text(resource, 'status'), wordsOfConcept(child(resource, 'emptyReason')))];
};

/** The medication section of a document (International Patient Summary). https://hl7.org/fhir/R4/composition.html */
export const readComposition: ResourceReader = (resource, place) =>
  children(resource, 'section').flatMap((section, index) => {
    const codes = codesOfConcept(child(section, 'code'));
    if (!codes.some(({ code }) => listCodes.has(code))) return [];
    const status = text(resource, 'status') === 'entered-in-error' ? 'entered-in-error' : 'current';
    const empty = wordsOfConcept(child(section, 'emptyReason'));
    return [{ ...listFact(resource, place, status, empty), place: `${place}.section[${index}]` }];
  });

function listFact(
  resource: Parameters<ResourceReader>[0],
  place: string,
  status: string | undefined,
  empty: string | undefined,
): FactDraft {
  const issues = modifierIssues(resource, place);
  const date = dateOf(resource, 'date', issues, place);
  if (date === undefined) {
    issues.push(
      issue('warning', 'medication-list-undated', 'The medication list has no date.', {
        place,
        remedy: 'Ask when it was last gone through.',
      }),
    );
  }
  return {
    place,
    type: 'medication-list',
    code: medicationList,
    ...(empty ? { value: { type: 'text', text: `empty: ${empty}` } } : {}),
    ...(date ? { at: date, statedAt: date } : {}),
    status: statuses[status ?? ''] ?? 'unknown',
    isEvent: false,
    issues,
  };
}

import type { Code } from '../../../dossier/code.ts';
import type { FactStatus } from '../../../dossier/fact.ts';
import { type Issue, issue } from '../../../dossier/issue.ts';
import { codesOfConcept, dateOf, mainAndOthers, modifierIssues, periodOf } from '../datatypes.ts';
import { child, children, type Element, flag, text } from '../json.ts';
import { readDosage } from './dosage.ts';
import type { FactDraft, Reading, ResourceReader } from './reader.ts';

const unnamed: Code = { system: 'text', code: 'unnamed', display: 'not named in the source' };

/** Status codes of the four medication resources. On hold is neither taken nor stopped: `unknown`, with an issue. */
const statuses: Record<string, FactStatus> = {
  active: 'active',
  'in-progress': 'active',
  completed: 'completed',
  stopped: 'stopped',
  cancelled: 'stopped',
  declined: 'stopped',
  'not-taken': 'stopped',
  'not-done': 'stopped',
  draft: 'planned',
  intended: 'planned',
  preparation: 'planned',
  'entered-in-error': 'entered-in-error',
};

function medicationCodes(resource: Element, reading: Reading, issues: Issue[], place: string): Code[] {
  const concept = codesOfConcept(child(resource, 'medicationCodeableConcept'));
  if (concept.length > 0) return concept;
  const reference = child(resource, 'medicationReference');
  const medication = reading.resolve(reference);
  if (medication) {
    const product = codesOfConcept(child(medication, 'code'));
    const ingredients = children(medication, 'ingredient').flatMap((ingredient) => {
      const stated = codesOfConcept(child(ingredient, 'itemCodeableConcept'));
      return stated.length > 0
        ? stated
        : codesOfConcept(child(reading.resolve(child(ingredient, 'itemReference')), 'code'));
    });
    const seen = new Set<string>();
    return [...product, ...ingredients].filter(
      ({ system, code }) => !seen.has(`${system}|${code}`) && seen.add(`${system}|${code}`),
    );
  }
  const display = text(reference, 'display');
  if (display) return [{ system: 'text', code: display, display }];
  issues.push(
    issue('warning', 'medication-unresolved', 'The medication is a reference to something that was not imported.', {
      place,
      remedy: 'Export the Medication resources together with the prescriptions.',
    }),
  );
  return [];
}

interface Shape {
  dosage: string;
  /** When somebody stated it. */
  stated: string[];
  /** Period or moment of taking. */
  period: string[];
  moment: string[];
  event: boolean;
}

function readMedicationLike(shape: Shape): ResourceReader {
  return (resource, place, reading) => {
    const issues = modifierIssues(resource, place);
    const codes = medicationCodes(resource, reading, issues, place);
    const dosages = children(resource, shape.dosage);
    const dose = readDosage(dosages, issues, `${place}.${shape.dosage}`);
    const statedAt = shape.stated.map((key) => dateOf(resource, key, issues, place)).find((date) => date);
    const at = shape.moment.map((key) => dateOf(resource, key, issues, place)).find((date) => date);
    const period = shape.period.map((key) => periodOf(resource, key, issues, place)).find((one) => one);
    const { code, codes: others } = mainAndOthers(codes, unnamed);
    return [
      {
        place,
        type: 'medication',
        code,
        ...(others ? { codes: others } : {}),
        value: {
          type: 'medication',
          codes,
          ...(dose.dose ? { dose: dose.dose } : {}),
          ...(dose.perDay === undefined ? {} : { perDay: dose.perDay }),
          ...(dose.asNeeded === undefined ? {} : { asNeeded: dose.asNeeded }),
          ...provenanceOf(resource, dose.text),
          text: [text(child(resource, 'medicationCodeableConcept'), 'text') ?? code.display, dose.text]
            .filter((word) => word !== undefined)
            .join(': '),
        },
        ...(at ? { at } : {}),
        ...(period ? { period } : {}),
        ...(statedAt ? { statedAt } : {}),
        status: statusOf(resource, issues, place),
        isEvent: shape.event,
        issues,
      } satisfies FactDraft,
    ];
  };
}

/** Who stated it, whether it was bought without prescription, and why it was stopped. */
function provenanceOf(resource: Element, dosage: string | undefined) {
  const categories = children(resource, 'category').flatMap(codesOfConcept);
  const informant = text(child(resource, 'informationSource'), 'reference') ?? '';
  const byPatient = /(?:^|\/)Patient\//.test(informant) || categories.some(({ code }) => code === 'patientspecified');
  const words = [...categories.map(({ display }) => display), dosage ?? ''].join(' ');
  const reasons = children(resource, 'statusReason').flatMap(
    (concept) => text(concept, 'text') ?? codesOfConcept(concept)[0]?.display ?? [],
  );
  return {
    ...(byPatient ? { statedBy: 'patient' as const } : {}),
    ...(/over[- ]the[- ]counter|\botc\b/i.test(words) ? { overTheCounter: true } : {}),
    ...(reasons.length > 0 ? { stopReason: [...new Set(reasons)].join('; ') } : {}),
  };
}

function statusOf(resource: Element, issues: Issue[], place: string): FactStatus {
  const stated = text(resource, 'status') ?? '';
  const intent = text(resource, 'intent');
  if (flag(resource, 'doNotPerform') === true) {
    issues.push(issue('info', 'medication-prohibited', 'The request says that this is not to be given.', { place }));
    return 'stopped';
  }
  if (stated === 'on-hold') {
    issues.push(
      issue('info', 'medication-on-hold', 'The medication is on hold.', { place, remedy: 'Ask whether it is taken.' }),
    );
  }
  const status = statuses[stated] ?? 'unknown';
  const proposed = intent === 'proposal' || intent === 'plan' || intent === 'option';
  return status === 'active' && proposed ? 'planned' : status;
}

/** https://hl7.org/fhir/R4/medicationrequest.html */
export const readMedicationRequest = readMedicationLike({
  dosage: 'dosageInstruction',
  stated: ['authoredOn'],
  period: [],
  moment: [],
  event: false,
});

/** https://hl7.org/fhir/R4/medicationstatement.html */
export const readMedicationStatement = readMedicationLike({
  dosage: 'dosage',
  stated: ['dateAsserted', 'effectiveDateTime'],
  period: ['effectivePeriod'],
  moment: ['effectiveDateTime'],
  event: false,
});

/** A dose that was given. https://hl7.org/fhir/R4/medicationadministration.html */
export const readMedicationAdministration = readMedicationLike({
  dosage: 'dosage',
  stated: ['effectiveDateTime'],
  period: ['effectivePeriod'],
  moment: ['effectiveDateTime'],
  event: true,
});

/** A supply that was handed out; it says nothing of when taking ends. https://hl7.org/fhir/R4/medicationdispense.html */
export const readMedicationDispense = readMedicationLike({
  dosage: 'dosageInstruction',
  stated: ['whenHandedOver', 'whenPrepared'],
  period: [],
  moment: ['whenHandedOver', 'whenPrepared'],
  event: true,
});

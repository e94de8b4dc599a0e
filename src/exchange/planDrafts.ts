/**
 * What a plan would ask for, as drafts in FHIR: one CarePlan (status draft, intent proposal) with a Goal and a
 * ServiceRequest for each line that asks for a service. Nobody has ordered anything: a draft is what a clinician's own
 * system may start from once they have decided. There is no MedicationRequest: a line about a drug is an activity in words,
 * because its dose and its taper are a prescriber's. Lines that wait for another line are left out of the requests.
 */
import type { CarePlan, CarePlanActivity, Goal, Resource, ServiceRequest } from '@medplum/fhirtypes';
import type { Recommendation } from '../dossier/recommendation.ts';
import type { ExportContext } from './context.ts';
import { narrativeOf, plainText } from './datatypes.ts';
import { identifierOf, referenceTo, urnOf, uuidOf } from './identifiers.ts';
import { distinct } from './observation.ts';

const disclaimer = 'A draft by research software: nobody has ordered it, a clinician decides.';
const reasons = ['Condition', 'Observation', 'DiagnosticReport', 'DocumentReference'] as const;

/** Kinds of service; counselling alone has a code in the set that FHIR gives as an example (SNOMED CT). */
const categories: Readonly<Record<string, { code?: { code: string; display: string }; text: string }>> = {
  psychological: { code: { code: '409063005', display: 'Counselling' }, text: 'Psychological therapy' },
  physical: { text: 'Physical therapy or exercise' },
  neuromodulation: { text: 'Neuromodulation' },
  intervention: { text: 'Intervention' },
  monitoring: { text: 'Monitoring' },
  test: { text: 'Test or examination' },
  referral: { text: 'Referral' },
};
const priorities = { now: 'asap', soon: 'urgent', routine: 'routine' } as const;

const requestId = (line: Recommendation) => `request ${line.id}`;
const goalId = (line: Recommendation) => `goal ${line.id}`;

/** CarePlan, Goals and ServiceRequests of the lines of one plan; empty when there is no line. */
export function draftsOf(lines: readonly Recommendation[], context: ExportContext): Resource[] {
  if (lines.length === 0) return [];
  const requested = lines.filter(asksForService);
  const aimed = lines.filter(({ goal, held }) => goal !== undefined && held === undefined);
  return [
    carePlan(lines, requested, aimed, context),
    ...aimed.map((line) => goalOf(line, context)),
    ...requested.map((line) => requestOf(line, context)),
  ];
}

function asksForService({ service, held }: Recommendation): boolean {
  return held === undefined && service !== undefined && categories[service] !== undefined;
}

function carePlan(
  lines: readonly Recommendation[],
  requested: readonly Recommendation[],
  aimed: readonly Recommendation[],
  context: ExportContext,
): CarePlan {
  const asked = new Set(requested);
  const id = `care plan ${lines.map((line) => line.id).join(' ')}`;
  return {
    resourceType: 'CarePlan',
    id: uuidOf(id),
    ...(context.meta ? { meta: context.meta } : {}),
    text: narrativeOf([...context.labels, disclaimer, ...lines.map(({ action }) => action)]),
    identifier: [identifierOf(uuidOf(id))],
    status: 'draft',
    intent: 'proposal',
    title: 'Plan, to be decided line by line',
    description: disclaimer,
    subject: { reference: context.subject.reference! },
    author: context.device,
    ...(aimed.length > 0 ? { goal: aimed.map((line) => ({ reference: urnOf(goalId(line)) })) } : {}),
    activity: lines.map((line) => activityOf(line, asked.has(line))),
  };
}

function activityOf(line: Recommendation, isRequest: boolean): CarePlanActivity {
  if (isRequest) return { reference: { reference: urnOf(requestId(line)) } };
  const waits = line.held === undefined ? '' : ` Waits for another line: ${line.held.because}`;
  return {
    detail: {
      status: 'not-started',
      code: { text: plainText(line.about) },
      description: plainText(`${line.verb} (${line.urgency}): ${line.action}${waits}`),
    },
  };
}

function goalOf(line: Recommendation, context: ExportContext): Goal {
  return {
    resourceType: 'Goal',
    id: uuidOf(goalId(line)),
    ...(context.meta ? { meta: context.meta } : {}),
    text: narrativeOf([...context.labels, line.goal!, disclaimer]),
    identifier: [identifierOf(uuidOf(goalId(line)))],
    lifecycleStatus: 'proposed',
    description: { text: plainText(line.goal!) },
    subject: { reference: context.subject.reference! },
    note: [{ text: `about: ${plainText(line.about)}` }, { text: disclaimer }],
  };
}

function requestOf(line: Recommendation, context: ExportContext): ServiceRequest {
  const { code, text } = categories[line.service!]!;
  const reason = distinct(line.basis.map((id) => referenceTo(id, context.links, reasons)));
  const notes = [
    `${line.verb}: ${line.action}`,
    `strength: ${line.strength.grade}; graded by: ${line.strength.body}; certainty: ${line.certainty ?? 'not stated'}`,
    ...(line.alternatives ?? []).map(
      ({ statement, equal, strength }) =>
        `${equal ? 'equal way' : 'other way'}: ${statement}${strength === undefined ? '' : ` (${strength})`}`,
    ),
    ...line.against.map(({ statement }) => `against: ${statement}`),
    ...(line.monitor ?? []).map(({ what, at }) => `monitor: ${what}, ${at}`),
    disclaimer,
  ].map(plainText);
  return {
    resourceType: 'ServiceRequest',
    id: uuidOf(requestId(line)),
    ...(context.meta ? { meta: context.meta } : {}),
    text: narrativeOf([...context.labels, ...notes]),
    identifier: [identifierOf(uuidOf(requestId(line)))],
    status: 'draft',
    intent: 'proposal',
    category: [{ ...(code === undefined ? {} : { coding: [{ system: 'http://snomed.info/sct', ...code }] }), text }],
    priority: priorities[line.urgency],
    code: { text: plainText(line.about) },
    subject: { reference: context.subject.reference! },
    requester: context.device,
    ...(reason.length > 0 ? { reasonReference: reason } : {}),
    note: notes.map((text) => ({ text })),
  };
}

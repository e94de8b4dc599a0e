/**
 * The plan in FHIR.
 *
 * A plan line is a **GuidanceResponse**: the answer of a decision support rule, with the rule that gave it (module), what
 * it rests on (reasonReference) and its text. It is the one resource that carries no intent. What a line asks for stands
 * beside it as a draft (planDrafts.ts): a person decides first. RiskAssessment would state a prediction, which is not made. DetectedIssue would name a problem of an
 * action already under way, which most lines are not.
 *
 * A safety check is an Observation in each of its four states, so that "not assessed" leaves the house too. A positive
 * one is a **Flag** as well, because that is what a record system puts in front of people.
 */
import type { Flag, GuidanceResponse, Observation } from '@medplum/fhirtypes';
import type { Argument, Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import type { ExportContext } from './context.ts';
import { conceptOf, dateTimeOf, narrativeOf, plainText } from './datatypes.ts';
import { identifierOf, referenceTo, uuidOf } from './identifiers.ts';
import { categoryOf, distinct } from './observation.ts';

const disclaimer = 'Research software. It supports a decision and makes none.';
const reasons = ['Condition', 'Observation', 'DiagnosticReport', 'DocumentReference'] as const;

export function guidanceOf(line: Recommendation, context: ExportContext): GuidanceResponse {
  const notes = [
    `${line.verb} (${line.urgency}): ${line.action}`,
    `strength: ${line.strength.grade}; graded by: ${line.strength.body}; certainty: ${line.certainty ?? 'not stated'}`,
    ...(line.held ? [`waits for another line: ${line.held.because}`] : []),
    ...line.guidance.map((one) =>
      ['guidance:', one.title, one.version, one.date, one.reference, one.state]
        .filter((part) => part !== undefined)
        .join(' '),
    ),
    ...argumentsOf('for', line.for),
    ...argumentsOf('against', line.against),
    ...argumentsOf('other way', line.alternatives ?? []),
    ...argumentsOf('conflict', line.conflicts),
    ...(line.monitor ?? []).map(({ what, at }) => `monitor: ${what}, ${at}`),
    ...line.wouldChange.map((one) => `would change: ${one}`),
    ...(line.lookAgain ? [`look again: ${line.lookAgain}`] : []),
    ...line.issues.map((one) => `${one.severity}, ${one.code}: ${one.message}`),
    disclaimer,
  ].map(plainText);
  const basis = distinct(line.basis.map((id) => referenceTo(id, context.links, reasons)));
  return {
    resourceType: 'GuidanceResponse',
    id: uuidOf(line.id),
    ...(context.meta ? { meta: context.meta } : {}),
    text: narrativeOf([...context.labels, ...notes]),
    identifier: [identifierOf(line.id)],
    moduleUri: `urn:idiograph:rule:${line.rule.id}:${line.rule.version}`,
    status: 'success',
    subject: { reference: context.subject.reference! },
    performer: context.device,
    reasonCode: [{ text: plainText(line.about) }],
    ...(basis.length > 0 ? { reasonReference: basis } : {}),
    note: notes.map((text) => ({ text })),
  };
}

function argumentsOf(word: string, list: readonly Argument[]): string[] {
  return list.map((one) => `${word}: ${one.statement}`);
}

/** One safety question with its state, whichever it is. */
export function safetyObservation(check: SafetyCheck, context: ExportContext): Observation {
  const at = dateTimeOf(check.at);
  const { acted } = check;
  const notes = [
    check.statement,
    ...(check.action ? [check.action] : []),
    ...(acted ? [`Acted on ${acted.at} by ${acted.by} (${acted.role}): ${acted.text}`] : []),
  ].map(plainText);
  const basis = check.basis.map((id) => referenceTo(id, context.links, ['Observation', 'DocumentReference']));
  return {
    resourceType: 'Observation',
    id: uuidOf(check.id),
    ...(context.meta ? { meta: context.meta } : {}),
    text: narrativeOf([...context.labels, `${check.display}: ${check.stateLabel}`, ...notes]),
    identifier: [identifierOf(check.id)],
    status: 'preliminary',
    category: [categoryOf('survey')],
    code: conceptOf({ system: 'idiograph', code: `safety.${check.check}`, display: check.display }),
    subject: context.subject,
    ...(at ? { effectiveDateTime: at } : {}),
    valueCodeableConcept: conceptOf({
      system: 'urn:idiograph:safety-state',
      code: check.state,
      display: plainText(check.stateLabel),
    }),
    note: notes.map((text) => ({ text })),
    ...(basis.length > 0 ? { derivedFrom: basis } : {}),
  };
}

/** What a record system shows before anything else. Active until a person has acted. */
export function safetyFlag(check: SafetyCheck, context: ExportContext): Flag {
  const start = dateTimeOf(check.at);
  return {
    resourceType: 'Flag',
    id: uuidOf(`flag ${check.id}`),
    ...(context.meta ? { meta: context.meta } : {}),
    text: narrativeOf([...context.labels, check.statement, check.action ?? '']),
    identifier: [identifierOf(check.id)],
    status: check.urgency === 'none' ? 'inactive' : 'active',
    category: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/flag-category', code: 'safety', display: 'Safety' }],
        text: `urgency: ${check.urgency}`,
      },
    ],
    code: {
      ...conceptOf({ system: 'idiograph', code: `safety.${check.check}`, display: check.display }),
      text: plainText(check.statement),
    },
    subject: { reference: context.subject.reference! },
    ...(start ? { period: { start } } : {}),
    author: context.device,
  };
}

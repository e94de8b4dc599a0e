import type { Bundle, Device, DiagnosticReport, Group, Identifier, Patient, Resource } from '@medplum/fhirtypes';
import type { Artifact } from '../dossier/artifact.ts';
import type { Finding } from '../dossier/finding.ts';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import { roomNamed } from '../dossier/rooms.ts';
import type { Run } from '../dossier/run.ts';
import type { Source } from '../dossier/source.ts';
import type { Identity, Subject } from '../dossier/subject.ts';
import { type ExportContext, roomOf } from './context.ts';
import { labelsOf, metaOf, narrativeOf, plainText } from './datatypes.ts';
import { identifierOf, type Link, type Links, referenceTo, urnOf, uuidOf } from './identifiers.ts';
import { observationOf } from './observation.ts';
import { guidanceOf, safetyFlag, safetyObservation } from './plan.ts';
import { draftsOf } from './planDrafts.ts';
import { provenanceOf } from './provenance.ts';
import { artifactDocument, imagingStudies, isImagingSource, sourceDocument, studyId } from './sources.ts';

export interface FhirInput {
  subject: Subject;
  identities: readonly Identity[];
  sources: readonly Source[];
  findings: readonly Finding[];
  runs: readonly Run[];
  artifacts: readonly Artifact[];
  recommendations: readonly Recommendation[];
  safetyChecks: readonly SafetyCheck[];
  generatedBy: { name: string; version: string };
}

const deviceId = 'device idiograph';

/**
 * Everything that is known of one subject as one FHIR R4 collection: Patient, one DiagnosticReport a room, an Observation
 * a finding, safety checks (Observation, Flag), plan lines (GuidanceResponse, see plan.ts; drafts of what they ask for, see planDrafts.ts), ImagingStudy and
 * DocumentReference for what it rests on, Provenance a run. Equal input gives equal bytes: ids are hashes of dossier ids,
 * the order is fixed, there is no clock. Facts stay in the record they came from and are named by identifier.
 */
export function toFhirBundle(input: FhirInput): Bundle {
  const { subject } = input;
  const sorted = <T extends { id: string }>(list: readonly T[]) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
  const isPatient = subject.type === 'patient';
  const context: ExportContext = {
    links: linksOf(input),
    subject: { reference: urnOf(subject.id) },
    isPatient,
    device: { reference: urnOf(deviceId) },
    meta: metaOf(subject),
    labels: labelsOf(subject),
    runs: new Map(input.runs.map((run) => [run.id, run])),
  };
  const findings = sorted(input.findings);
  const checks = sorted(input.safetyChecks);
  const resources: Resource[] = [
    subjectResource(input, context),
    deviceResource(input),
    ...reportsOf(findings, checks, context),
    ...findings.map((finding) => observationOf(finding, context)),
    ...checks.map((check) => safetyObservation(check, context)),
    ...(isPatient
      ? [
          ...checks.filter((check) => check.state === 'positive').map((check) => safetyFlag(check, context)),
          ...sorted(input.recommendations).map((line) => guidanceOf(line, context)),
          ...draftsOf(sorted(input.recommendations), context),
        ]
      : []),
    ...imagingStudies(sorted(input.sources), context),
    ...sorted(input.sources)
      .filter((source) => !isImagingSource(source))
      .map((source) => sourceDocument(source, context)),
    ...sorted(input.artifacts).map((artifact) => artifactDocument(artifact, context)),
    ...sorted(input.runs).map((run) => provenanceOf(run, context)),
  ];
  return {
    resourceType: 'Bundle',
    id: uuidOf(`bundle ${subject.id}`),
    ...(context.meta ? { meta: context.meta } : {}),
    type: 'collection',
    entry: resources.map((resource) => ({ fullUrl: `urn:uuid:${resource.id}`, resource })),
  };
}

/** Dossier id -> its resource. All series of a study lead to the one study. */
function linksOf(input: FhirInput): Links {
  const links = new Map<string, Link>();
  for (const { id } of input.findings) links.set(id, { type: 'Observation', urn: urnOf(id) });
  for (const { id } of input.safetyChecks) links.set(id, { type: 'Observation', urn: urnOf(id) });
  for (const { id } of input.artifacts) links.set(id, { type: 'DocumentReference', urn: urnOf(id) });
  for (const source of input.sources) {
    links.set(
      source.id,
      isImagingSource(source)
        ? { type: 'ImagingStudy', urn: urnOf(studyId(source)) }
        : { type: 'DocumentReference', urn: urnOf(source.id) },
    );
  }
  return links;
}

/** A person, a group of people, or the thing (phantom, site, reference) that was examined. */
export function subjectResource(
  { subject, identities }: Pick<FhirInput, 'subject' | 'identities'>,
  context: ExportContext,
): Patient | Group | Device {
  const id = uuidOf(subject.id);
  const meta = context.meta ? { meta: context.meta } : {};
  const text = narrativeOf([...context.labels, subject.label, subject.question ? `Question: ${subject.question}` : '']);
  const identifier = [...identities.map(identifierOfIdentity).sort(bySystem), identifierOf(subject.id)];
  if (subject.type === 'cohort') {
    return {
      resourceType: 'Group',
      id,
      ...meta,
      text,
      identifier,
      type: 'person',
      actual: true,
      name: plainText(subject.label),
    };
  }
  if (subject.type !== 'patient') {
    return {
      resourceType: 'Device',
      id,
      ...meta,
      text,
      identifier,
      deviceName: [{ name: plainText(subject.label), type: 'user-friendly-name' }],
    };
  }
  const name = agreed(identities.map((one) => one.name));
  const birthDate = agreed(identities.map((one) => one.birthDate?.slice(0, 10)));
  const gender = agreed(identities.map((one) => one.sex));
  return {
    resourceType: 'Patient',
    id,
    ...meta,
    text,
    identifier,
    ...(name ? { name: [{ text: plainText(name) }] } : {}),
    ...(gender ? { gender } : {}),
    ...(birthDate ? { birthDate } : {}),
  };
}

/** Numbers of the outside world under their own system where a FHIR record gave one, so that a record system knows them. */
function identifierOfIdentity({ system, value }: Identity): Identifier {
  const uri = /^fhir:([a-z][a-z0-9+.-]*:.+)$/.exec(system)?.[1];
  return { system: uri ?? `urn:idiograph:identity:${encodeURIComponent(system)}`, value };
}

/** Real systems before ours: readers that take one identifier take the first. */
function bySystem(a: Identifier, b: Identifier): number {
  const key = ({ system = '', value }: Identifier) =>
    `${system.startsWith('urn:idiograph:') ? 1 : 0}|${system}|${value}`;
  return key(a) < key(b) ? -1 : 1;
}

/** The one thing that all sources say; nothing when they differ. */
function agreed<T>(stated: readonly (T | undefined)[]): T | undefined {
  const values = new Set(stated.filter((one) => one !== undefined));
  return values.size === 1 ? [...values][0] : undefined;
}

export function deviceResource({ generatedBy }: Pick<FhirInput, 'generatedBy'>): Device {
  return {
    resourceType: 'Device',
    id: uuidOf(deviceId),
    status: 'active',
    deviceName: [{ name: generatedBy.name, type: 'user-friendly-name' }],
    version: [{ value: generatedBy.version }],
    note: [{ text: 'Research software. It supports a decision and makes none.' }],
  };
}

/** One report a room, so that each can be filed where it belongs, and one for the safety checks. */
function reportsOf(findings: Finding[], checks: SafetyCheck[], context: ExportContext): DiagnosticReport[] {
  const rooms = new Map<string, string[]>();
  for (const finding of findings) {
    const room = roomOf(context, finding);
    rooms.set(room, [...(rooms.get(room) ?? []), finding.id]);
  }
  const reports = [...rooms.entries()].sort().map(([room, ids]) => {
    const { title = room, loinc } = roomNamed(room) ?? {};
    return report(`report ${context.subject.reference} ${room}`, title, ids, context, loinc);
  });
  if (checks.length === 0) return reports;
  const safety = report(
    `report ${context.subject.reference} safety`,
    'Safety checks',
    checks.map((one) => one.id),
    context,
  );
  const conclusion = checks.map((check) => `${check.display}: ${check.stateLabel}. ${check.statement}`).join('\n');
  return [{ ...safety, conclusion: plainText(conclusion) }, ...reports];
}

function report(id: string, title: string, ids: string[], context: ExportContext, loinc?: string): DiagnosticReport {
  return {
    resourceType: 'DiagnosticReport',
    id: uuidOf(id),
    ...(context.meta ? { meta: context.meta } : {}),
    text: narrativeOf([...context.labels, `${title}: ${ids.length} observations, computed and not signed by anybody.`]),
    identifier: [identifierOf(uuidOf(id))],
    status: 'preliminary',
    code: { ...(loinc ? { coding: [{ system: 'http://loinc.org', code: loinc }] } : {}), text: title },
    subject: context.subject,
    result: ids.map((one) => referenceTo(one, context.links)),
  };
}

/** FHIR R4 JSON and NDJSON: a record of one or several patients, or answers to questionnaires. */
import { DateTime } from '../../dossier/code.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { IdentityClaim } from '../../dossier/subject.ts';
import type { Draft, Format } from '../format.ts';
import { type FhirPiece, readDocuments } from './documents.ts';
import type { FactDraft } from './facts/reader.ts';
import { readers, supporting } from './facts/readers.ts';
import { claimOfPatient, saysItIsTestData } from './identity.ts';
import { child, text } from './json.ts';
import { indexReferences, type Located, localKey, type References } from './references.ts';
import { sniffFhir } from './sniff.ts';

export const fhirFormat: Format<FhirPiece> = {
  id: 'fhir',
  sniff: sniffFhir,
  read: readDocuments,
  assemble(pieces) {
    const located = pieces.map(({ path, piece }) => piece.resources.map((one): Located => ({ path, ...one })));
    const references = indexReferences(located.flat());
    const issues: Issue[] = [];
    const drafts = pieces.flatMap(({ path, piece }, index) =>
      draftsOfFile(path, piece, located[index]!, references, issues),
    );
    issues.push(...unclaimed(pieces, drafts));
    return { drafts, issues };
  },
};

/** Files of organisations, medications and the like that no patient's resource asked for. */
function unclaimed(pieces: { path: string }[], drafts: Draft[]): Issue[] {
  const used = new Set(drafts.flatMap((draft) => draft.files));
  return pieces
    .filter(({ path }) => !used.has(path))
    .map(({ path }) =>
      issue('info', 'file-about-nobody', 'Nothing in this file is about a patient.', {
        place: path,
        remedy: 'Import it together with the resources that refer to it.',
      }),
    );
}

/** The part of one file that is about one patient. */
interface Part {
  claim?: IdentityClaim;
  /** `Patient/id` or the reference that nobody could follow. */
  patient?: string;
  testData: boolean;
  facts: FactDraft[];
  issues: Issue[];
  /** Other files that were needed to read this one: Medication.ndjson for MedicationRequest.ndjson. */
  otherFiles: Set<string>;
}

function draftsOfFile(
  path: string,
  piece: FhirPiece,
  resources: Located[],
  references: References,
  issues: Issue[],
): Draft[] {
  const parts = new Map<string, Part>();
  const patients = resources.filter(({ resource }) => resource['resourceType'] === 'Patient');
  const elsewhere: Record<string, number> = {};
  for (const one of resources) {
    const type = text(one.resource, 'resourceType')!;
    const reader = readers[type];
    if (!reader && !one.resource['subject'] && !one.resource['patient']) continue;
    const owner = ownerOf(
      one,
      reader?.subject ?? (one.resource['patient'] ? 'patient' : 'subject'),
      patients,
      references,
    );
    if (owner === 'not-a-patient') {
      if (reader) elsewhere[type] = (elsewhere[type] ?? 0) + 1;
      continue;
    }
    const part = partFor(parts, owner);
    if (!reader) continue;
    const facts = reader.read(one.resource, one.place, {
      located: one,
      resolve(reference) {
        const found = references.find(reference, one);
        if (found && found.path !== path) part.otherFiles.add(found.path);
        return found?.resource;
      },
    });
    part.facts.push(...facts);
  }
  // A form without answers belongs to nobody in particular, but is kept.
  if (parts.size === 0) {
    if (!piece.counts['Questionnaire']) return [];
    partFor(parts, undefined);
  }
  const notRead = notReadIssue(piece.counts, elsewhere);
  const several = parts.size > 1;
  if (several) {
    issues.push(
      issue(
        'info',
        'several-patients-in-file',
        `The file is about ${parts.size} patients; each gets a source of their own.`,
        {
          place: path,
        },
      ),
    );
  }
  return [...parts.values()].map((part) => draftOf(path, piece, part, several, notRead));
}

type Owner = { key: string; claim: IdentityClaim; testData: boolean; dangling: boolean } | undefined | 'not-a-patient';

function ownerOf(
  one: Located,
  subject: 'self' | 'subject' | 'patient',
  patients: Located[],
  references: References,
): Owner {
  if (subject === 'self') return patientOwner(one);
  // A finding about a fetus, a donor or a device is not a finding about this person.
  if (Array.isArray(one.resource['focus']) && one.resource['focus'].length > 0) return 'not-a-patient';
  const reference = child(one.resource, subject);
  if (!reference) {
    if (subject === 'patient' && one.resource['resourceType'] === 'Device') return 'not-a-patient';
    return patients.length === 1 ? patientOwner(patients[0]!) : undefined;
  }
  const found = references.find(reference, one);
  if (found) return found.resource['resourceType'] === 'Patient' ? patientOwner(found) : 'not-a-patient';
  const literal = text(reference, 'reference');
  const stated = text(child(reference, 'identifier'), 'value');
  if (literal === undefined && stated === undefined) return undefined;
  const key = literal === undefined ? stated! : localKey(literal);
  if (/^(Group|Device|Location|Medication|Substance|Specimen)\//.test(key)) return 'not-a-patient';
  const name = text(reference, 'display');
  const system =
    literal === undefined ? `fhir:${text(child(reference, 'identifier'), 'system') ?? 'unstated'}` : 'fhir:Patient';
  const value = key.replace(/^Patient\//, '');
  return { key, claim: { system, value, ...(name ? { name } : {}) }, testData: false, dangling: true };
}

function patientOwner(patient: Located): Owner {
  const claim = claimOfPatient(patient);
  return {
    key: `${claim.system}|${claim.value}`,
    claim,
    testData: saysItIsTestData(patient.resource),
    dangling: false,
  };
}

function partFor(parts: Map<string, Part>, owner: Exclude<Owner, 'not-a-patient'>): Part {
  const key = owner?.key ?? '';
  let part = parts.get(key);
  if (!part) {
    part = {
      ...(owner ? { claim: owner.claim, patient: owner.key } : {}),
      testData: owner?.testData ?? false,
      facts: [],
      issues: [],
      otherFiles: new Set(),
    };
    if (owner?.dangling) {
      part.issues.push(
        issue(
          'info',
          'patient-not-in-import',
          `The Patient that this file refers to (${owner.key}) was not imported.`,
          {
            remedy: 'Add the Patient resource, or declare the folder to be one patient.',
          },
        ),
      );
    }
    parts.set(key, part);
  }
  return part;
}

function notReadIssue(counts: Record<string, number>, elsewhere: Record<string, number>): Issue[] {
  const list = (of: [string, number][]) =>
    of
      .sort()
      .map(([type, count]) => `${type} ${count}`)
      .join(', ');
  const unread = Object.entries(counts).filter(([type]) => !readers[type] && !supporting.has(type));
  const others = Object.entries(elsewhere);
  return [
    ...(unread.length > 0
      ? [issue('info', 'resources-not-read', `Kept in the source and not read: ${list(unread)}.`)]
      : []),
    ...(others.length > 0
      ? [issue('info', 'resources-of-others', `Not about a patient and not read: ${list(others)}.`)]
      : []),
  ];
}

function draftOf(path: string, piece: FhirPiece, part: Part, several: boolean, notRead: Issue[]): Draft {
  const onlyAnswers = Object.keys(piece.counts).every(
    (type) => type === 'QuestionnaireResponse' || type === 'Questionnaire',
  );
  const answered = onlyAnswers ? part.facts.map((fact) => fact.at).find((at) => at !== undefined) : undefined;
  const timestamp = DateTime.safeParse(piece.timestamp);
  return {
    ...(part.claim ? { claim: part.claim } : {}),
    source: {
      format: 'fhir',
      locator: several && part.patient ? { patient: part.patient } : {},
      path,
      modality: onlyAnswers ? 'answers' : 'record',
      ...(answered ? { acquiredAt: answered } : timestamp.success ? { acquiredAt: timestamp.data } : {}),
      description: describe(piece, part),
      metadata: {
        layout: piece.layout,
        resourceCounts: piece.counts,
        ...(part.testData ? { testData: true } : {}),
      },
      issues: [...part.issues, ...notRead],
    },
    files: [path, ...[...part.otherFiles].sort()],
    facts: part.facts,
    regions: [],
  };
}

function describe(piece: FhirPiece, part: Part): string {
  const resources = Object.values(piece.counts).reduce((sum, count) => sum + count, 0);
  return `FHIR ${piece.layout}, ${resources} resource${resources === 1 ? '' : 's'}, ${part.facts.length} facts`;
}

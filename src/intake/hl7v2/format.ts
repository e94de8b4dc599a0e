/** HL7 v2 messages and batches: results, admissions, documents, pharmacy orders. One draft a patient and file. */
import { type Issue, issue } from '../../dossier/issue.ts';
import type { IdentityClaim, Sex } from '../../dossier/subject.ts';
import type { Draft, Format } from '../format.ts';
import {
  type FactDraft,
  type Group,
  readAllergy,
  readDiagnosis,
  readProblem,
  readProcedure,
  readResult,
  readVisit,
} from './facts.ts';
import { isMedication, readMedication } from './medication.ts';
import { decodeMessage, type Message, parseMessages, type Segment } from './message.ts';
import { sniffHl7v2 } from './sniff.ts';
import { dateTimeOf } from './values.ts';

/** What one file says of one patient; `claim` is absent where no PID came first. */
interface Part {
  claim?: IdentityClaim;
  facts: FactDraft[];
  issues: Issue[];
  messageTypes: string[];
  /** Numbers that the sender merged into this patient (MRG-1). */
  merged: string[];
  unread: Record<string, number>;
  acquiredAt?: string;
}

export interface Hl7v2Piece {
  parts: Part[];
}

const wholeTextBytes = 64 * 2 ** 20;

/** Segments without a statement about the patient's state: framing, administration, people and places. */
const structural = new Set(['MSH', 'EVN', 'PID', 'ORC', 'OBR', 'TQ1', 'MRG', 'NTE', 'SFT', 'FTS', 'BTS', 'TXA']);

export const hl7v2Format: Format<Hl7v2Piece> = {
  id: 'hl7v2',
  sniff: sniffHl7v2,
  async read(file, limits) {
    if (file.bytes > Math.min(wholeTextBytes, limits.fileBytes)) {
      return {
        refused: issue('error', 'file-too-large', `A batch of ${file.bytes} bytes is not read.`, {
          place: file.path,
          remedy: 'Split the batch into files of its messages.',
        }),
      };
    }
    const decoded = decodeMessage(await file.readAll());
    if ('refused' in decoded) return { refused: { ...decoded.refused, place: file.path } };
    const { text, issues } = decoded;
    const messages = parseMessages(text, issues);
    if (messages.length === 0) {
      return {
        refused:
          issues.find((one) => one.severity === 'error') ??
          issue('error', 'hl7-no-message', 'The file holds no message header (MSH).', {
            place: file.path,
            remedy: 'The file may be truncated; export it again.',
          }),
      };
    }
    const parts = new Map<string, Part>();
    for (const message of messages) readMessage(message, parts);
    return { piece: { parts: [...parts.values()] }, issues };
  },
  assemble(pieces) {
    const drafts = pieces.flatMap(({ path, piece }) =>
      piece.parts.map((part) => draftOf(path, part, piece.parts.length > 1)),
    );
    return { drafts, issues: [] };
  },
};

function readMessage(message: Message, parts: Map<string, Part>): void {
  // What stands before the first PID (a schedule, a header) is about that patient too.
  const firstPid = message.segments.find((segment) => segment.name === 'PID');
  let part = partFor(parts, firstPid && claimOf(firstPid), message);
  let group: Group = {};
  for (const segment of message.segments) {
    switch (segment.name) {
      case 'PID':
        part = partFor(parts, claimOf(segment), message);
        part.facts.push(...readPerson(segment, part));
        group = {};
        break;
      case 'MRG':
        part.merged.push(segment.text(1));
        break;
      case 'ORC':
        group = { orc: segment };
        break;
      case 'OBR':
        group = { ...group, obr: segment };
        break;
      case 'TQ1':
        group = { ...group, tq1: segment };
        break;
      default:
        readSegment(segment, group, part);
    }
  }
}

function readSegment(segment: Segment, group: Group, part: Part): void {
  const read: Record<string, (one: Segment) => FactDraft[]> = {
    OBX: (one) => readResult(one, group),
    AL1: readAllergy,
    DG1: readDiagnosis,
    PRB: readProblem,
    PR1: readProcedure,
    PV1: readVisit,
  };
  if (isMedication(segment.name)) part.facts.push(...readMedication(segment, group));
  else if (read[segment.name]) {
    const facts = read[segment.name]!(segment);
    part.facts.push(...facts);
    if (facts.length === 0 && segment.name === 'OBX') {
      part.issues.push(
        issue('info', 'document-kept', 'A result is a document or a link; it is kept in the source and not read.', {
          place: `line ${segment.line} (OBX)`,
        }),
      );
    }
  } else if (!structural.has(segment.name)) part.unread[segment.name] = (part.unread[segment.name] ?? 0) + 1;
}

function partFor(parts: Map<string, Part>, claim: IdentityClaim | undefined, message: Message): Part {
  const key = claim ? `${claim.system}|${claim.value}` : '';
  let part = parts.get(key);
  if (!part) {
    part = { ...(claim ? { claim } : {}), facts: [], issues: [], messageTypes: [], merged: [], unread: {} };
    if (!claim) {
      part.issues.push(
        issue('warning', 'patient-missing', 'The message names no patient (no PID-3).', {
          place: `line ${message.line}`,
          remedy: 'Declare the folder to be one patient.',
        }),
      );
    }
    parts.set(key, part);
  }
  if (!part.messageTypes.includes(message.type)) part.messageTypes.push(message.type);
  const sent = dateTimeOf(message.segments[0]!.text(7));
  if (sent && (part.acquiredAt === undefined || sent > part.acquiredAt)) part.acquiredAt = sent;
  return part;
}

const sexes: Record<string, Sex> = { F: 'female', M: 'male', O: 'other', A: 'other', N: 'other', U: 'unknown' };

/** PID-3: the medical record number first, with its issuer where the sender names one; PID-2 in old messages. */
function claimOf(pid: Segment): IdentityClaim | undefined {
  const numbers = [...pid.repetitions(3), ...pid.repetitions(2)].filter(([value]) => value);
  const chosen = numbers.find((one) => one[4] === 'MR' || one[4] === 'MRN') ?? numbers[0];
  if (!chosen) return undefined;
  const issuer = chosen[3]?.split('&')[0];
  const [family, given, middle] = pid.repetitions(5)[0] ?? [];
  const name = [given, middle, family?.split('&')[0]].filter(Boolean).join(' ');
  const birthDate = dateTimeOf(pid.text(7))?.slice(0, 10);
  const sex = sexes[pid.text(8).toUpperCase()];
  return {
    system: issuer ? `hl7v2:PID-3:${issuer}` : 'hl7v2:PID-3',
    value: chosen[0]!,
    ...(name ? { name } : {}),
    ...(birthDate ? { birthDate } : {}),
    ...(sex ? { sex } : {}),
  };
}

/** Sex and date of birth, once for each patient and file. */
function readPerson(pid: Segment, part: Part): FactDraft[] {
  const facts: FactDraft[] = [];
  const place = `line ${pid.line} (PID)`;
  const base = { place, status: 'active', isEvent: false } as const;
  const sex = sexes[pid.text(8).toUpperCase()];
  const has = (type: FactDraft['type']) => part.facts.some((fact) => fact.type === type);
  if (sex && !has('sex')) {
    const code = { system: 'http://hl7.org/fhir/administrative-gender', code: sex, display: sex };
    facts.push({
      ...base,
      type: 'sex',
      code: { system: 'LOINC', code: '46098-0', display: 'Sex' },
      value: { type: 'code', code },
      issues: [],
    });
  }
  const birth = pid.text(7);
  if (birth !== '' && !has('birth-date')) {
    const date = dateTimeOf(birth)?.slice(0, 10);
    facts.push({
      ...base,
      type: 'birth-date',
      code: { system: 'LOINC', code: '21112-8', display: 'Birth date' },
      ...(date ? { value: { type: 'date', date } } : {}),
      issues: date ? [] : [issue('warning', 'date-invalid', 'PID-7 is not a date and was left out.', { place })],
    });
  }
  return facts;
}

function draftOf(path: string, part: Part, several: boolean): Draft {
  const unread = Object.entries(part.unread).sort();
  const issues = [...part.issues];
  if (unread.length > 0) {
    const list = unread.map(([name, count]) => `${name} ${count}`).join(', ');
    issues.push(issue('info', 'segments-not-read', `Kept in the source and not read: ${list}.`));
  }
  if (part.merged.length > 0) {
    issues.push(
      issue('warning', 'identity-merged', `The sender merged number ${part.merged.join(', ')} into this patient.`, {
        place: 'MRG-1',
        remedy: 'Check whether anything was imported under the old number.',
      }),
    );
  }
  return {
    ...(part.claim ? { claim: part.claim } : {}),
    source: {
      format: 'hl7v2',
      locator: several && part.claim ? { patient: part.claim.value } : {},
      path,
      modality: 'record',
      ...(part.acquiredAt ? { acquiredAt: part.acquiredAt } : {}),
      description: `HL7 v2 ${part.messageTypes.join(', ')}, ${part.facts.length} facts`,
      metadata: { messageTypes: part.messageTypes, ...(part.merged.length > 0 ? { merged: part.merged } : {}) },
      issues,
    },
    files: [path],
    facts: part.facts,
    regions: [],
  };
}

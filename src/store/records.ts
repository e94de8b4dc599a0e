import { z } from 'zod';
import { Artifact } from '../dossier/artifact.ts';
import { canonicalJson, sha256 } from '../dossier/canonical.ts';
import { Entry } from '../dossier/entry.ts';
import { IdiographError } from '../dossier/errors.ts';
import { Fact } from '../dossier/fact.ts';
import { Finding } from '../dossier/finding.ts';
import { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import { Region } from '../dossier/region.ts';
import { Run } from '../dossier/run.ts';
import { Blob, Import, Source } from '../dossier/source.ts';
import type { RecordKind, StoreRecord } from '../dossier/store.ts';
import { Identity, Subject } from '../dossier/subject.ts';
import { Transfer } from '../dossier/transfer.ts';

/** The form of each kind of record, checked on every write and by `doctor`. */
export const recordSchemas: { readonly [K in RecordKind]: z.ZodType<Extract<StoreRecord, { kind: K }>> } = {
  subject: Subject,
  transfer: Transfer,
  identity: Identity,
  import: Import,
  blob: Blob,
  source: Source,
  region: Region,
  fact: Fact,
  entry: Entry,
  run: Run,
  artifact: Artifact,
  finding: Finding,
  'safety-check': SafetyCheck,
  recommendation: Recommendation,
};

/** Kinds in the order in which one batch is taken in: what others hang on comes first. */
export const recordKinds = Object.keys(recordSchemas) as RecordKind[];

/** The subject whom a record belongs to. */
export function subjectOf(record: StoreRecord): string {
  return record.kind === 'subject' ? record.id : record.subject;
}

/** Subject ids stand in folder names and slots. Throws `usage` for anything but letters, digits, `.`, `_`, `-`. */
export function checkSubjectId(subject: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(subject)) {
    throw new IdiographError('usage', `not a subject id: ${JSON.stringify(subject)}`, {
      subject,
      remedy: 'Take subject ids from store.nextSubjectId().',
    });
  }
}

/** Throws `usage` for anything but a lower-case hexadecimal SHA-256. */
export function checkSha256(sha256: string): void {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new IdiographError('usage', `not a SHA-256: ${JSON.stringify(sha256)}`);
}

/** The record as the dossier's nouns define it, or what is wrong with it. */
export function parseRecord(value: unknown): { record: StoreRecord } | { wrong: string } {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? String(value.kind) : '';
  if (!Object.hasOwn(recordSchemas, kind)) return { wrong: `no such kind of record: ${JSON.stringify(kind)}` };
  const parsed = recordSchemas[kind as RecordKind].safeParse(value);
  if (!parsed.success) return { wrong: z.prettifyError(parsed.error) };
  const record = parsed.data;
  const wrong = record.kind === 'finding' ? findingFault(record) : undefined;
  return wrong === undefined ? { record } : { wrong };
}

function findingFault({ value, valueHash, slot, subject }: Finding): string | undefined {
  if (valueHash !== sha256(canonicalJson(value))) return 'valueHash is not the hash of its value';
  if (!slot.startsWith(`${subject}|`)) return `slot ${slot} is of another subject than ${subject}`;
  return undefined;
}

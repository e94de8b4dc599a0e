import type { Generated } from 'kysely';
import type { RecordKind } from '../../dossier/store.ts';

/** Tables as kysely sees them; the truth is in migrations/. */
export interface Tables {
  record: RecordRow;
  link: { from_id: string; to_id: string; subject: string };
  blob: BlobRow;
  mark: { mark: string; sequence: number; subject: string };
  doomed_file: { subject: string; sha256: string };
  access: {
    number: Generated<number>;
    at: string;
    actor: string;
    purpose: string;
    subject: string;
    verb: string;
    target: string;
  };
  tombstone: {
    subject: string;
    at: string;
    actor: string;
    reason: string;
    records: number;
    blobs: number;
    bytes: number;
    finished: number;
  };
  rests_on_erased: { id: string; erased_subject: string; at: string };
  counter: { name: 'sequence' | 'subject'; value: number };
  schema_version: { version: number; name: string };
}

export interface RecordRow {
  sequence: number;
  id: string;
  kind: RecordKind;
  subject: string;
  slot: string | null;
  parent: string | null;
  value_hash: string;
  superseded_by: string | null;
  json: string;
}

export interface BlobRow {
  subject: string;
  sha256: string;
  bytes: number;
  media_type: string;
  sequence: number;
}

import type { Dossier } from './analysis.ts';
import type { Artifact } from './artifact.ts';
import type { Entry } from './entry.ts';
import type { Fact } from './fact.ts';
import type { Finding } from './finding.ts';
import type { Recommendation, SafetyCheck } from './recommendation.ts';
import type { Region } from './region.ts';
import type { Run } from './run.ts';
import type { Blob, Import, Source } from './source.ts';
import type { Identity, Subject } from './subject.ts';
import type { Transfer } from './transfer.ts';

/** Everything that a store keeps, told apart by `kind`. */
export type StoreRecord =
  | Subject
  | Identity
  | Transfer
  | Import
  | Blob
  | Source
  | Fact
  | Entry
  | Region
  | Run
  | Finding
  | Artifact
  | SafetyCheck
  | Recommendation;
export type RecordKind = StoreRecord['kind'];
export type RecordOf<K extends RecordKind> = Extract<StoreRecord, { kind: K }>;

/** Why somebody reads. Stated on every read and export and kept in the access log. */
export type Purpose = 'care' | 'research' | 'quality' | 'maintenance' | 'patient-request' | 'demonstration';

export interface Access {
  purpose: Purpose;
  /** Who reads: an account, or the operating-system user for the command line. */
  actor: string;
}

export interface Tombstone {
  subject: string;
  at: string;
  actor: string;
  reason: string;
  /** How many records and blobs were removed; nothing of their content is kept. */
  records: number;
  blobs: number;
  bytes: number;
}

/** A record with its place in history. */
export interface Versioned<T> {
  record: T;
  /** Order of acknowledgement in this store. */
  sequence: number;
  /** Id of what took its place, if anything did: a newer record of the slot, its own id for a newer version, a run, a transfer. */
  supersededBy: string | undefined;
}

/** What a list of patients shows of one of them, without reading the records behind it. */
export interface Overview {
  subject: Subject;
  identities: Identity[];
  /** Current records of each kind; blobs are not counted. */
  counts: Partial<Record<RecordKind, number>>;
  /** Current sources by modality, with the newest acquisition among them. */
  data: { modality: string; count: number; latest?: string }[];
  /** Newest encounter that the record states. */
  encounter?: string;
  /** Current safety checks that ask for something: urgency other than `none`. */
  checks: SafetyCheck[];
  /** What the current plan lines that cannot wait are about. */
  urgentLines: string[];
  /** Of the last record that was acknowledged of this subject. */
  sequence: number;
}

/** A view of the store for a stated purpose. */
export interface Reader {
  /** Sorted by id. Those that were merged into another one only with `merged`. */
  subjects(options?: { merged?: boolean }): Promise<Subject[]>;
  /** Current records of one kind of one subject, sorted by id. `history`: with the superseded ones. */
  list<K extends RecordKind>(subject: string, kind: K, options?: { history?: boolean }): Promise<RecordOf<K>[]>;
  /** Current records of one kind of all subjects, sorted by subject and id. All at once: not for findings of a large store. */
  all<K extends RecordKind>(kind: K): Promise<RecordOf<K>[]>;
  /**
   * Highest acknowledged sequence over all processes. Every write that says something new and every erasure raises it;
   * while it stays, nothing has changed. With a subject: that of its latest record, 0 when there is none.
   * Leaves no line in the access log: it tells nothing of anybody.
   */
  sequence(subject?: string): Promise<number>;
  /** Ids of the subjects of whom something was acknowledged after this sequence, those erased since left out. */
  changedSince(sequence: number): Promise<string[]>;
  /** Of these subjects, or of all: with those merged into others, without unknown ones. */
  overview(subjects?: readonly string[]): Promise<Overview[]>;
  /** Current identities under any of these marks (`identityMarks`). */
  identified(marks: readonly string[]): Promise<Identity[]>;
  /** Any record by its id (subject id needed for blobs only through the id itself). */
  get(id: string): Promise<Versioned<StoreRecord> | undefined>;
  /** All versions of a slot, oldest first. */
  history(slot: string): Promise<Versioned<StoreRecord>[]>;
  dossier(subject: string): Promise<Dossier>;
  /** Ids that this record names (`from`) or that name it (`to`): the edges of `why`. */
  links(id: string, direction: 'from' | 'to'): Promise<string[]>;
  /** Bytes, checked against their hash. */
  blob(subject: string, sha256: string): Promise<Uint8Array>;
  /** The same as a stream. */
  blobStream(subject: string, sha256: string): Promise<ReadableStream<Uint8Array>>;
  /**
   * A file with the same bytes, to be read only, where the engine has one: readers of large files seek in it. The hash
   * is checked at the first call of a process for a blob.
   */
  blobFile(subject: string, sha256: string): Promise<string>;
}

/** What is acknowledged together or not at all. Blobs must have been put before the records that name them. */
export type Batch = readonly StoreRecord[];

/** How a long write is watched and ended. */
export interface WriteControl {
  /** When it is raised before the commit, nothing of the batch is kept: `write` throws `aborted`. */
  signal?: AbortSignal | undefined;
  /** Share of the work that is done, 0 to 1, a few times a second. */
  onProgress?: ((done: number) => void) | undefined;
}

/**
 * The contract that each engine keeps. `src/store/contract.ts` is the suite that proves it.
 * - A write that has resolved survives a kill of the process and of the machine.
 * - Writing a record that is there already is no error and changes nothing (ids are contents).
 * - A finding whose id is there with another value is refused (`value-changed`).
 * - A newer record of the same slot supersedes the older one; nothing is overwritten.
 * - Writing a run, finding, check or plan line that stepped back makes it current again (0003-ids-and-history.md).
 * - A transfer makes what it withdraws step back and what it restates current; only another transfer brings that back.
 * - Two processes may use one store at once.
 */
export interface Store {
  /** Plain data with which another process or thread can open the same store. */
  readonly config: StoreConfig;
  reading(access: Access): Reader;
  /** Notes in the access log a use that is more than a read: an export, a report handed out. */
  noteAccess(access: Access, subject: string, what: string): void;
  /** Keeps bytes for one subject; resolves with their hash when they are on disk. */
  putBlob(subject: string, bytes: Uint8Array | { file: string }, mediaType: string): Promise<Blob>;
  write(batch: Batch, control?: WriteControl): Promise<void>;
  /**
   * Runs `work` while nobody else, in any process, runs any on this store: for what reads first and writes by what it read,
   * so that one person does not become two subjects. Plain reads and writes of others go on. Not to be nested.
   * Throws `store-busy` when that takes too long, `aborted`.
   */
  alone<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** A new subject id, never given out before by this store. */
  nextSubjectId(): Promise<string>;
  /**
   * Removes all that is kept of a subject and all that came of it; leaves a tombstone without content. With it go the
   * subjects that were merged into it, and what others still keep of records that were moved to it. Throws `not-found`,
   * `conflict` for a subject that was merged into another one.
   */
  erase(subject: string, order: { actor: string; reason: string; at: string }): Promise<Tombstone>;
  tombstones(): Promise<Tombstone[]>;
  accessLog(
    subject?: string,
  ): Promise<{ at: string; actor: string; purpose: Purpose; subject: string; what: string }[]>;
  close(): Promise<void>;
}

export interface StoreConfig {
  engine: 'sqlite';
  directory: string;
}

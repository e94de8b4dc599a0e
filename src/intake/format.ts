import type { Fact } from '../dossier/fact.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Region } from '../dossier/region.ts';
import type { Source } from '../dossier/source.ts';
import type { IdentityClaim } from '../dossier/subject.ts';
import type { FrozenTrial } from '../dossier/trial.ts';

/** One file, on disk or taken out of an archive, before anybody knows what it is. */
export interface InputFile {
  /** For people and for `Source.path`: relative to the folder given, `archive.zip!/member` inside archives, always `/`. */
  readonly path: string;
  readonly bytes: number;
  /** The first 4,096 bytes, or all of a shorter file. */
  readonly head: Uint8Array;
  /** Where the bytes are on this disk now (archive members are spooled). */
  readonly diskPath: string;
  /** Bytes start..end-1, fewer at the end of the file. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** The whole file; refuses beyond `limits.fileBytes`. */
  readAll(): Promise<Uint8Array>;
}

/** What a reader may spend on one file. Checked before memory is asked for. */
export interface Limits {
  /** Whole-file reads, bytes. */
  fileBytes: number;
  /** Decompressed : compressed. */
  inflationRatio: number;
  /** Decompressed bytes of one file. */
  inflatedBytes: number;
  archiveEntries: number;
  archiveNesting: number;
  sequenceDepth: number;
  jsonDepth: number;
  /** Voxels or pixels of one image. */
  voxels: number;
  /** One line of text, bytes. */
  lineBytes: number;
  tableColumns: number;
  milliseconds: number;
}

export const defaultLimits: Limits = {
  fileBytes: 4 * 2 ** 30,
  inflationRatio: 200,
  inflatedBytes: 8 * 2 ** 30,
  archiveEntries: 100_000,
  archiveNesting: 2,
  sequenceDepth: 64,
  jsonDepth: 200,
  voxels: 2 ** 31,
  lineBytes: 64 * 2 ** 20,
  tableColumns: 10_000,
  milliseconds: 2_000,
};

/** A source before it belongs to anybody: what a reader made of one file or of several that go together. */
export interface Draft {
  /** Who the content says it is about; undefined when it names nobody (NIfTI, most tables). */
  claim?: IdentityClaim;
  source: Pick<Source, 'format' | 'locator' | 'path' | 'modality' | 'metadata' | 'issues'> &
    Partial<Pick<Source, 'contrast' | 'acquiredAt' | 'bodyPart' | 'description'>>;
  /** `InputFile.path` of each file that the source is made of, in reading order. More than one gives a manifest blob. */
  files: string[];
  facts: Omit<Fact, 'kind' | 'id' | 'subject' | 'source'>[];
  regions: Omit<Region, 'kind' | 'id' | 'subject' | 'source'>[];
  /** A trial that was planned elsewhere: it becomes an entry, as if it had been frozen here. */
  trial?: FrozenTrial;
}

/** What became of one file. Pieces cross a thread boundary: plain data only. */
export type Read<Piece> = { piece: Piece; issues: Issue[] } | { refused: Issue };

/**
 * A file format. `sniff` decides by content alone; names count for nothing but grouping.
 * `read` runs off the main thread under limits, one file at a time, and never throws for bad data.
 * `assemble` sees all pieces of one import, groups them (series, image + sidecars) and makes drafts; files that turn
 * out to belong to nothing are reported as issues whose `place` is the file.
 */
export interface Format<Piece = unknown> {
  readonly id: string;
  /** True when these first bytes are of this format. Cheap; formats are asked in a fixed order. */
  sniff(head: Uint8Array, file: Pick<InputFile, 'bytes' | 'path'>): boolean;
  read(file: InputFile, limits: Limits): Promise<Read<Piece>>;
  assemble(pieces: { path: string; piece: Piece }[], wanted?: Wanted): { drafts: Draft[]; issues: Issue[] };
}

/** What a caller takes out of files of many people. Formats to which it means nothing pay no heed. */
export interface Wanted {
  /** Samples of a VCF by name, or all of them however many there are. */
  samples?: readonly string[] | 'all';
}

/** How a handle gets at bytes again once they are in a store. */
export interface BlobAccess {
  bytes(sha256: string): Promise<Uint8Array>;
  /** Path of the same bytes on this disk, where the store has one: readers of large files stream from it. */
  file?(sha256: string): Promise<string>;
}

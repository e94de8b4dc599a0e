import type { Artifact, ArtifactDraft } from './artifact.ts';
import type { Json } from './canonical.ts';
import type { Entry } from './entry.ts';
import type { Fact } from './fact.ts';
import type { Finding, FindingDraft } from './finding.ts';
import type { ImageHandle, RegionShape, TableHandle, VariantsHandle } from './image.ts';
import type { Issue } from './issue.ts';
import type { PackManifest } from './pack.ts';
import type { Region } from './region.ts';
import type { Source } from './source.ts';
import type { Subject } from './subject.ts';

/** All that is known of one subject at one moment, without the bytes. Superseded records are left out. Sorted by id. */
export interface Dossier {
  readonly subject: Subject;
  readonly sources: readonly Source[];
  readonly facts: readonly Fact[];
  readonly entries: readonly Entry[];
  readonly regions: readonly Region[];
  readonly findings: readonly Finding[];
  readonly artifacts: readonly Artifact[];
}

/** One thing that an analysis wants to do for this subject. */
export interface Selection {
  /** For people: `T1w 2013-05-01, series 401`. */
  title: string;
  /** Role -> ids of sources, facts, regions, findings, artifacts. They all enter the runId. */
  inputs: Record<string, string[]>;
  options?: Record<string, Json>;
}

/** What an analysis finds when it looks at a dossier: work to do, and what it would need but does not see. */
export interface Selected {
  selections: Selection[];
  /** `no-t1`, `no-body-weight`: shown as absent data on page one. */
  missing: Issue[];
}

export interface InstalledPack {
  readonly manifest: PackManifest;
  /** Bytes of one installed file, verified against the manifest. */
  read(path: string): Promise<Uint8Array>;
}

/** What the runner offers to a running analysis. There is no clock, no network, no randomness, no global state. */
export interface RunContext {
  readonly dossier: Dossier;
  readonly signal: AbortSignal;
  emit: {
    finding(draft: FindingDraft): void;
    /** Returns the id under which the artifact will stand, so that findings can be derived from it. */
    artifact(draft: ArtifactDraft): string;
    issue(issue: Issue): void;
  };
  /** A DICOM series, NIfTI source or image artifact. */
  openImage(id: string): Promise<ImageHandle>;
  /** A region of a source, or the mask of an entry of type `annotation`. */
  openRegion(id: string): Promise<RegionShape>;
  openVariants(id: string): Promise<VariantsHandle>;
  openTable(id: string): Promise<TableHandle>;
  /** A file under knowledge/ that the analysis declared, parsed. */
  knowledge<T = unknown>(path: string): T;
  /** A pack that the analysis declared, or undefined when it is not installed. */
  pack(id: string): InstalledPack | undefined;
  /** 0..1 of this run. */
  progress(fraction: number, doing?: string): void;
}

/**
 * A step from sources, facts and findings to findings and artifacts.
 * `select` is pure and cheap: it looks at records only. `run` is deterministic. `workup` is the only caller of both.
 */
export interface Analysis {
  /** `<room>.<what>`: `brain.segmentation`, `genomics.pharmacogenes`. */
  readonly id: string;
  readonly version: string;
  readonly title: string;
  /**
   * Measure codes and artifact roles that it makes and that it takes from other analyses: the runner orders by them, and
   * refuses what is emitted undeclared.
   */
  readonly makes: readonly string[];
  readonly takes: readonly string[];
  /** Files under knowledge/ that it reads. Their hashes enter the runId. */
  readonly knowledge: readonly string[];
  /** Packs that it can use. Those installed enter the runId. */
  readonly packs: readonly string[];
  /** Of those, the packs one of which it must have for this subject; absent: it does without, with less. */
  needsOneOf?(subject: Subject): readonly string[];
  /** `''` for plain TypeScript; otherwise the id of the runtime it would use now, such as `ort-web 1.30.0`. */
  runtime?(): Promise<string>;
  /** Peak memory of one run; more than about 64 MB makes it run on a worker thread. */
  peakMemoryMb(selection: Selection, dossier: Dossier): number;
  /** Page of docs/methods/ that describes it. */
  readonly method: string;
  select(dossier: Dossier): Selected;
  run(inputs: Record<string, string[]>, options: Record<string, Json>, context: RunContext): Promise<void>;
}

import { availableParallelism } from 'node:os';
import type { Analysis, Dossier } from '../dossier/analysis.ts';
import type { Artifact } from '../dossier/artifact.ts';
import type { Finding } from '../dossier/finding.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Run } from '../dossier/run.ts';
import type { Access, Reader, Store } from '../dossier/store.ts';
import { type Admission, machineMemoryMb, openAdmission } from './admission.ts';
import { type Standing, standingOf } from './key.ts';
import type { Ordered } from './order.ts';
import { openProgress, type Pace, type Progress, paceOf, type WorkupEvent } from './progress.ts';
import { winnersOf } from './slots.ts';
import { type Places, type Surroundings, surroundingsAt } from './surroundings.ts';

export interface WorkupOptions extends Places {
  access: Access;
  /** ISO 8601 with milliseconds. */
  clock: () => string;
  /** URL of a module that exports `analyses`; worker threads import it too. Default: all rooms. */
  registry?: string;
  /** Ids of the analyses to run; others are left as they stand. */
  only?: readonly string[];
  /** Heavy runs at once. Default: the processors. 0: everything on this thread. */
  workers?: number;
  /** Sum of the declared peaks of heavy runs at once. Default: half of the machine's memory, at most 4,096. */
  memoryBudgetMb?: number;
  signal?: AbortSignal;
  onProgress?: (event: WorkupEvent) => void;
  /** Seconds of earlier runs, shared by several work-ups; those of this subject are added to it. */
  pace?: Pace;
  /** After an abort, what a run gets to stop by itself before its thread is ended. Default 2,000. */
  graceMs?: number;
  /** Runs again what is in the store and reports every value that comes out otherwise. */
  recompute?: boolean;
}

export interface RunOutcome {
  run: string;
  analysis: string;
  title: string;
  state: 'computed' | 'cached' | 'failed' | 'interrupted';
  seconds: number;
}

/** What the parts of one work-up share. */
export interface Session {
  readonly store: Store;
  readonly reader: Reader;
  readonly subject: string;
  readonly registry: string;
  readonly options: WorkupOptions;
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly surroundings: Surroundings;
  /** Heavy runs on threads, and light ones one after the other on this thread. */
  readonly heavy: Admission;
  readonly light: Admission;
  readonly progress: Progress;
  /** Complete runs of the subject in the store, by id. */
  readonly runs: Map<string, Run>;
  /** Runs that follow from the dossier as it is now, in the order in which their values count, by analysis. */
  readonly valid: Map<string, Set<string>>;
  readonly outcomes: Map<string, RunOutcome>;
  readonly missing: Map<string, Issue[]>;
  readonly issues: Issue[];
  /** Analyses that could not say what to do, or of which a run failed. */
  readonly failed: Set<string>;
  standing(analysis: Analysis): Promise<Standing>;
  /** The dossier as it stands, with results of the analyses of this work-up only where they are valid. */
  dossier(): Promise<Dossier>;
  /** To be called after each write. */
  changed(): void;
}

export async function openSession(
  store: Store,
  subject: string,
  registry: string,
  chosen: readonly Ordered[],
  options: WorkupOptions,
): Promise<Session> {
  const reader = store.reading(options.access);
  const runs = new Map((await reader.list(subject, 'run', { history: true })).map((run) => [run.id, run]));
  const pace = options.pace ?? new Map();
  for (const [id, seconds] of paceOf([...runs.values()])) pace.set(id, seconds);
  const surroundings = surroundingsAt(options);
  const workers = options.workers ?? availableParallelism();
  const memoryMb = options.memoryBudgetMb ?? Math.min(machineMemoryMb() / 2, 4096);
  const standings = new Map<string, Promise<Standing>>();
  const valid = new Map(chosen.map(({ analysis }) => [analysis.id, new Set<string>()]));
  let read: Promise<[Dossier, Finding[], Artifact[]]> | undefined;

  const readAll = () =>
    Promise.all([
      reader.dossier(subject),
      reader.list(subject, 'finding', { history: true }),
      reader.list(subject, 'artifact', { history: true }),
    ]);
  // A result of an analysis of this work-up stands if its run does, be it current or not: what was superseded before may
  // hold again. Results of all others stand if they are current.
  const isOther = ({ run }: { run: string }) => !valid.has(runs.get(run)?.key.analysis ?? '');
  const standingFindings = (all: Finding[], current: readonly Finding[]) => {
    const order = [...valid.values()].flatMap((some) => [...some]);
    return sorted([...current.filter(isOther), ...[...winnersOf(order, all).values()].map(({ finding }) => finding)]);
  };
  const standingArtifacts = (all: readonly Artifact[], current: readonly Artifact[]) => {
    const mine = all.filter(({ run }) => valid.get(runs.get(run)?.key.analysis ?? '')?.has(run));
    return sorted([...current.filter(isOther), ...mine]);
  };
  return {
    store,
    reader,
    subject,
    registry,
    options,
    workers,
    signal: options.signal ?? new AbortController().signal,
    surroundings,
    heavy: openAdmission({ threads: workers, memoryMb }),
    light: openAdmission({ threads: 1, memoryMb: Number.POSITIVE_INFINITY }),
    progress: openProgress(pace, () => Date.parse(options.clock())),
    runs,
    valid,
    outcomes: new Map(),
    missing: new Map(),
    issues: [],
    failed: new Set(),
    standing(analysis) {
      const known = standings.get(analysis.id) ?? standingOf(analysis, surroundings);
      standings.set(analysis.id, known);
      return known;
    },
    async dossier() {
      read ??= readAll();
      const [dossier, findings, artifacts] = await read;
      return {
        ...dossier,
        findings: standingFindings(findings, dossier.findings),
        artifacts: standingArtifacts(artifacts, dossier.artifacts),
      };
    },
    changed() {
      read = undefined;
    },
  };
}

/** A history holds a record again each time it came back; for the dossier it is one. Sorted by id. */
function sorted<T extends { id: string }>(records: readonly T[]): T[] {
  return [...new Map(records.map((record) => [record.id, record])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

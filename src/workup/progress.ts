import type { Run } from '../dossier/run.ts';

/** How far a work-up has come. */
export interface Overall {
  /** Runs that are over, cached ones among them, and all that are known so far: later steps may add to it. */
  done: number;
  total: number;
  /** 0..1; never goes back once something is computed. 1 while everything so far was cached. */
  fraction: number;
  /** Undefined while there is nothing to estimate from. */
  secondsLeft: number | undefined;
}

/** What a work-up tells whoever watches it: one plain object for progress bars and for machines. */
export type WorkupEvent = {
  subject: string;
  analysis: string;
  run: string;
  title: string;
  overall: Overall;
} & (
  | { type: 'started' }
  | { type: 'progress'; fraction: number; doing: string | undefined }
  | { type: 'finished'; state: 'computed' | 'cached' | 'failed' | 'interrupted'; seconds: number }
);

/** Expected seconds of one run, by analysis id: what earlier runs took. One may be shared by several work-ups. */
export type Pace = Map<string, number>;

/** Median seconds of earlier runs of each analysis. */
export function paceOf(runs: readonly Run[]): Pace {
  const seconds = new Map<string, number[]>();
  for (const run of runs) seconds.set(run.key.analysis, [...(seconds.get(run.key.analysis) ?? []), run.seconds]);
  return new Map(
    [...seconds].map(([id, all]) => [id, all.sort((a, b) => a - b)[Math.floor((all.length - 1) / 2)] as number]),
  );
}

export interface Progress {
  add(run: string, analysis: string, peakMb: number): void;
  /** A cached run counts as done and weighs nothing. */
  addDone(run: string): void;
  update(run: string, fraction: number): void;
  finish(run: string): void;
  overall(): Overall;
}

/** An analysis of unknown pace is taken to need a second for each 30 MB that it asks for: large inputs are slow inputs. */
const mbPerSecond = 30;
/** Seconds of expectation against which what is measured in this work-up has to weigh up. */
const trustInPaceSeconds = 5;

/**
 * Runs weighed by the seconds that they are expected to take. The time left follows the pace of earlier work-ups at first
 * and what is measured in this one more and more (threads side by side come in through that). `nowMs` is injected.
 */
export function openProgress(pace: Pace, nowMs: () => number): Progress {
  const start = nowMs();
  const runs = new Map<string, { weight: number; fraction: number; known: boolean }>();
  let highest = 0;
  return {
    add(run, analysis, peakMb) {
      const expected = pace.get(analysis);
      const weight = Math.max(0.01, expected ?? Math.max(0.2, peakMb / mbPerSecond));
      runs.set(run, { weight, fraction: 0, known: expected !== undefined });
    },
    addDone(run) {
      runs.set(run, { weight: 0, fraction: 1, known: true });
    },
    update(run, fraction) {
      const one = runs.get(run);
      if (one) one.fraction = Math.max(one.fraction, Math.min(1, fraction));
    },
    finish(run) {
      const one = runs.get(run);
      if (one) one.fraction = 1;
    },
    overall() {
      const all = [...runs.values()];
      const work = all.reduce((sum, { weight }) => sum + weight, 0);
      const worked = all.reduce((sum, { weight, fraction }) => sum + weight * fraction, 0);
      const trust = all.every(({ known }) => known) ? trustInPaceSeconds : 0;
      const elapsed = (nowMs() - start) / 1000;
      if (work > 0) highest = Math.max(highest, worked / work);
      return {
        done: all.filter(({ fraction }) => fraction === 1).length,
        total: all.length,
        fraction: work > 0 || all.length === 0 ? highest : 1,
        secondsLeft: worked + trust === 0 ? undefined : ((work - worked) * (elapsed + trust)) / (worked + trust),
      };
    },
  };
}

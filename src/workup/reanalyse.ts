import type { Analysis, Dossier } from '../dossier/analysis.ts';
import type { Recommendation } from '../dossier/recommendation.ts';
import { type Consulted, type Run, type RunKey, runId } from '../dossier/run.ts';
import type { Store } from '../dossier/store.ts';
import { type Change, compareStates, stateAt } from './diff.ts';
import { runKey, standingOf } from './key.ts';
import { orderAnalyses } from './order.ts';
import { defaultRegistry, loadRegistry } from './registry.ts';
import type { WorkupOptions } from './session.ts';
import { type Surroundings, surroundingsAt } from './surroundings.ts';
import { dossierForSelect } from './view.ts';
import { type WorkupReport, workup } from './workup.ts';

/** A current run that would come out under another id now, and why. */
export interface StaleRun {
  run: string;
  analysis: string;
  title: string;
  /** `knowledge psychosocial/phq-9.json 1.0.0 -> 1.1.0`, `brain.segmentation 1.0.0 -> 1.1.0`. */
  reasons: string[];
}

/** Builds, and writes where it belongs, the plan of one subject; resolves with its lines. */
export type PlanBuilder = (store: Store, subject: string, clock: () => string) => Promise<Recommendation[]>;

export interface Reanalysis {
  subject: string;
  label: string;
  /** What an update touched directly; what rests on that is run again with it. */
  stale: StaleRun[];
  /** Undefined when nothing was stale or only a preview was asked for. */
  report?: WorkupReport;
  /** Findings that changed, and plan lines when a plan builder was given. */
  changes: Change[];
}

/** Runs of a subject that knowledge, packs, runtimes or analysis versions have overtaken. Nothing is run. */
async function findStale(
  store: Store,
  subject: string,
  options: Pick<WorkupOptions, 'access' | 'registry' | 'packsDirectory' | 'knowledgeDirectory' | 'only'>,
): Promise<StaleRun[]> {
  const reader = store.reading(options.access);
  const surroundings = surroundingsAt(options);
  const analyses = orderAnalyses(await loadRegistry(options.registry ?? defaultRegistry)).map(
    ({ analysis }) => analysis,
  );
  const dossier: Dossier = await reader.dossier(subject);
  const runs = await reader.list(subject, 'run');
  const stale: StaleRun[] = [];
  for (const analysis of analyses) {
    if (options.only && !options.only.includes(analysis.id)) continue;
    // An analysis that cannot say what it would do fails in the work-up, with its reason.
    const now = await whatNow(analysis, dossier, surroundings).catch(() => undefined);
    if (!now) continue;
    for (const run of runs) {
      if (run.key.analysis !== analysis.id || now.ids.has(run.id)) continue;
      const reasons = reasonsFor(run, { version: analysis.version, ...now.standing });
      if (reasons.length > 0) stale.push({ run: run.id, analysis: analysis.id, title: run.title, reasons });
    }
  }
  return stale;
}

/** What an analysis would read, and the ids of the runs that it would make. */
async function whatNow(analysis: Analysis, dossier: Dossier, surroundings: Surroundings) {
  const standing = await standingOf(analysis, surroundings);
  const view = dossierForSelect(analysis, dossier);
  const { selections } = analysis.select(view);
  return { standing, ids: new Set(selections.map((selection) => runId(runKey(analysis, selection, standing, view)))) };
}

function reasonsFor(run: Run, now: Pick<RunKey, 'version' | 'runtime' | 'consulted'>): string[] {
  const reasons: string[] = [];
  if (run.key.version !== now.version) reasons.push(`${run.key.analysis} ${run.key.version} -> ${now.version}`);
  if (run.key.runtime !== now.runtime) reasons.push(`runtime ${run.key.runtime || 'none'} -> ${now.runtime || 'none'}`);
  const name = ({ type, id }: Consulted) => `${type} ${id}`;
  const before = new Map(run.key.consulted.map((one) => [name(one), one]));
  const after = new Map(now.consulted.map((one) => [name(one), one]));
  for (const key of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, current] = [before.get(key), after.get(key)];
    if (!old) reasons.push(`${key} ${current!.version} is there now`);
    else if (!current) reasons.push(`${key} ${old.version} is gone`);
    else if (old.sha256 !== current.sha256) {
      const versions =
        old.version === current.version ? `${old.version} was changed` : `${old.version} -> ${current.version}`;
      reasons.push(`${key} ${versions}`);
    }
  }
  return reasons;
}

/**
 * After an update of knowledge, a pack, a runtime or an analysis: runs again what it touched, for every subject of the
 * store or those named, and says whose findings and plan lines changed. `preview`: says what would be run and stops there.
 */
export async function reanalyse(
  store: Store,
  options: WorkupOptions & { subjects?: readonly string[]; buildPlan?: PlanBuilder; preview?: boolean },
): Promise<Reanalysis[]> {
  const reader = store.reading(options.access);
  const results: Reanalysis[] = [];
  for (const { id: subject, label } of await reader.subjects()) {
    if (options.signal?.aborted) break;
    if (options.subjects && !options.subjects.includes(subject)) continue;
    const stale = await findStale(store, subject, options);
    if (stale.length === 0 || options.preview) {
      results.push({ subject, label, stale, changes: [] });
      continue;
    }
    const before = await stateAt(reader, subject);
    const report = await workup(store, subject, options);
    if (!report.interrupted) await options.buildPlan?.(store, subject, options.clock);
    const { changes } = compareStates(before, await stateAt(reader, subject));
    results.push({ subject, label, stale, report, changes });
  }
  return results;
}

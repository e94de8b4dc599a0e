import { IdiographError } from '../dossier/errors.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Store } from '../dossier/store.ts';
import { type Ordered, orderAnalyses } from './order.ts';
import { defaultRegistry, loadRegistry } from './registry.ts';
import { openSession, type RunOutcome, type Session, type WorkupOptions } from './session.ts';
import { settle } from './settle.ts';
import { stateOutcome } from './settlement.ts';

/** What a work-up did. Findings themselves are in the dossier. */
export interface WorkupReport {
  subject: string;
  /** By the order of analyses, then by run id. */
  outcomes: RunOutcome[];
  /** What analyses would need and do not see: absent data. */
  missing: { analysis: string; issue: Issue }[];
  /** What went wrong with analyses; the issues of runs that went through are in the runs. */
  issues: Issue[];
  /** True when it was stopped; the next work-up continues where it was. */
  interrupted: boolean;
}

/** An analysis that takes what it makes could go on for ever. */
const passLimit = 10;

/**
 * Works up one subject: asks every analysis what it wants to do, runs what is not in the store yet, and writes each run
 * completely or not at all. Analyses see what others made in the order of `makes` and `takes`; passes repeat until
 * nothing new comes up. An analysis that fails becomes an issue `analysis-failed`, and the others go on.
 * The outcome is the same for any number of workers. Throws for broken use and for a store that cannot be written.
 */
export async function workup(store: Store, subject: string, options: WorkupOptions): Promise<WorkupReport> {
  const registry = options.registry ?? defaultRegistry;
  const ordered = orderAnalyses(await loadRegistry(registry));
  const unknown = (options.only ?? []).filter((id) => !ordered.some(({ analysis }) => analysis.id === id));
  if (unknown.length > 0) throw new IdiographError('usage', `no analysis is called ${unknown.join(', ')}`, { unknown });
  const chosen = ordered.filter(({ analysis }) => options.only?.includes(analysis.id) ?? true);
  const session = await openSession(store, subject, registry, chosen, options);
  for (let pass = 0; pass < passLimit; pass++) {
    const before = session.outcomes.size;
    await onePass(chosen, session);
    if (session.outcomes.size === before) break;
    if (pass === passLimit - 1) {
      session.issues.push(issue('warning', 'no-end', `After ${passLimit} passes analyses still find new work`));
    }
  }
  if (!session.signal.aborted) await stateOutcome(chosen, session);
  const rank = new Map(chosen.map(({ analysis }, index) => [analysis.id, index]));
  return {
    subject,
    outcomes: [...session.outcomes.values()].sort(
      (a, b) => rank.get(a.analysis)! - rank.get(b.analysis)! || (a.run < b.run ? -1 : 1),
    ),
    missing: chosen.flatMap(({ analysis }) =>
      (session.missing.get(analysis.id) ?? []).map((issue) => ({ analysis: analysis.id, issue })),
    ),
    issues: session.issues.sort((a, b) =>
      `${a.place} ${a.code} ${a.message}` < `${b.place} ${b.code} ${b.message}` ? -1 : 1,
    ),
    interrupted: session.signal.aborted,
  };
}

/** Each analysis settles as soon as those before it have; those that do not depend on each other go side by side. */
async function onePass(ordered: readonly Ordered[], session: Session): Promise<void> {
  const settled = new Map<string, Promise<void>>();
  for (const { analysis, after } of ordered) {
    const before = after.map((id) => settled.get(id));
    settled.set(
      analysis.id,
      Promise.all(before).then(() => settle(analysis, session)),
    );
  }
  const results = await Promise.allSettled(settled.values());
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

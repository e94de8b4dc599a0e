import type { Finding } from '../dossier/finding.ts';
import { issue } from '../dossier/issue.ts';
import { type Run, type RunKey, runId } from '../dossier/run.ts';
import type { StoreRecord } from '../dossier/store.ts';
import type { Ordered } from './order.ts';
import type { Session } from './session.ts';
import { type Winner, winnersOf } from './slots.ts';

/** Analysis id under which a work-up notes that results stepped back. */
const settlementAnalysis = 'workup.settlement';

/**
 * Makes current exactly what follows from the dossier as it is now, whatever was run before and in which order:
 * - results of runs that no analysis selects any more (a corrected answer, a removed pack) step back;
 * - results of an earlier run that holds again (the pack is back) come back;
 * - where two runs state one slot, the one later in the order of analyses and selections counts.
 * Analyses that failed are left alone: their last results stay until they can be replaced.
 */
export async function stateOutcome(chosen: readonly Ordered[], session: Session): Promise<void> {
  const { reader, subject, store } = session;
  const settled = chosen.map(({ analysis }) => analysis.id).filter((id) => !session.failed.has(id));
  const valid = settled.flatMap((id) => [...(session.valid.get(id) ?? [])]);
  const isValid = new Set(valid);
  const currentRuns = await reader.list(subject, 'run');
  const stale = currentRuns.filter(({ id, key }) => settled.includes(key.analysis) && !isValid.has(id));
  const isCurrentRun = new Set(currentRuns.map(({ id }) => id));
  const returning = valid.filter((id) => !isCurrentRun.has(id)).map((id) => session.runs.get(id)!);

  const findings = await reader.list(subject, 'finding', { history: true });
  const isCurrent = new Set((await reader.list(subject, 'finding')).map(({ id }) => id));
  const winners = winnersOf(valid, findings);
  sayContested(winners.values(), session);
  // A run that comes back takes every slot that it states.
  const restated = [...winners.values()].filter(({ finding, over }) => {
    return !isCurrent.has(finding.id) || (over.length > 0 && returning.length > 0);
  });
  if (stale.length + returning.length + restated.length === 0) return;
  const batch: StoreRecord[] = [...returning, ...restated.map(({ finding }) => finding)];
  if (stale.length > 0) batch.push(await withdrawal(stale, session));
  await store.write(batch);
  session.changed();
}

/** A slot with two values is no secret: the reader of either must know of the other. */
function sayContested(winners: Iterable<Winner>, session: Session): void {
  const titleOf = ({ run }: Finding) => session.runs.get(run)?.title ?? run;
  for (const { finding, over } of winners) {
    for (const other of over.filter(({ valueHash }) => valueHash !== finding.valueHash)) {
      const message = `${finding.slot}: ${titleOf(other)} and ${titleOf(finding)} give two values; the latter counts`;
      const remedy = 'If these are two things, their times, sites or readers should differ; look at both with `why`.';
      session.issues.push(issue('warning', 'same-slot', message, { place: finding.id, remedy }));
    }
  }
}

/** A run that makes nothing and takes the place of others. `after` makes each such act one of its own. */
async function withdrawal(stale: readonly Run[], session: Session): Promise<Run> {
  const ids = stale.map(({ id }) => id).sort();
  const sequences = await Promise.all(ids.map(async (id) => (await session.reader.get(id))?.sequence ?? 0));
  const key: RunKey = {
    analysis: settlementAnalysis,
    version: '1.0.0',
    options: { after: Math.max(...sequences) },
    runtime: '',
    inputs: ids,
    consulted: [],
  };
  return {
    kind: 'run',
    id: runId(key),
    subject: session.subject,
    key,
    title: 'Results that no longer follow from the data step back',
    startedAt: session.options.clock(),
    seconds: 0,
    issues: [],
    findings: [],
    artifacts: [],
    supersedes: ids,
  };
}

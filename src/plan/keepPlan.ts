import { canonicalJson } from '../dossier/canonical.ts';
import type { Run } from '../dossier/run.ts';
import type { Access, Store } from '../dossier/store.ts';
import { buildPlan, type Plan } from './buildPlan.ts';

/** Builds the plan of one subject as of a day and keeps it; an equal plan that is current already is left alone. */
export async function keepPlan(
  store: Store,
  subject: string,
  asOf: string,
  access: Access,
  now: string,
  knowledgeDirectory?: string,
): Promise<Plan> {
  const reader = store.reading(access);
  const plan = buildPlan(await reader.dossier(subject), { asOf, knowledgeDirectory });
  const earlier = (await reader.list(subject, 'run')).filter((run) => run.key.analysis === plan.run.key.analysis);
  if (earlier.some((run) => run.id === plan.run.id)) return plan;
  const run: Run = {
    kind: 'run',
    id: plan.run.id,
    subject,
    key: plan.run.key,
    title: `Plan as of ${plan.asOf}`,
    startedAt: now,
    seconds: 0,
    issues: [],
    findings: [],
    artifacts: [],
    supersedes: earlier.map((one) => one.id),
  };
  await store.write([run, ...plan.safetyChecks, ...plan.recommendations]);
  return plan;
}

/**
 * The plan as it stands on a day: the kept one as long as a plan of that day would say the same, else a new one, kept.
 * A day that passes without changing a line makes no new plan, so that what was decided and signed is not outdated by the
 * calendar alone.
 */
export async function planOfDay(
  store: Store,
  subject: string,
  asOf: string,
  access: Access,
  now: string,
  knowledgeDirectory?: string,
): Promise<Plan> {
  const reader = store.reading(access);
  const plan = buildPlan(await reader.dossier(subject), { asOf, knowledgeDirectory });
  const runs = (await reader.list(subject, 'run')).filter((run) => run.key.analysis === plan.run.key.analysis);
  const kept = runs.at(-1);
  if (kept !== undefined) {
    const [checks, lines] = await Promise.all([
      reader.list(subject, 'safety-check'),
      reader.list(subject, 'recommendation'),
    ]);
    const same = says(plan.safetyChecks) === says(checks) && says(plan.recommendations) === says(lines);
    if (same) {
      const ofKept = { ...plan, asOf: String(kept.key.options.asOf), run: { id: kept.id, key: kept.key } };
      return {
        ...ofKept,
        safetyChecks: plan.safetyChecks.map((one) => ({ ...one, run: kept.id })),
        recommendations: plan.recommendations.map((one) => ({ ...one, run: kept.id })),
      };
    }
  }
  return keepPlan(store, subject, asOf, access, now, knowledgeDirectory);
}

/** What is said, whichever building of the plan says it. */
function says(records: readonly { id: string; run: string }[]): string {
  return records
    .map(({ run: _, ...rest }) => canonicalJson(rest))
    .sort()
    .join('\n');
}

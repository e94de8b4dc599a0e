import type { Dossier } from '../dossier/analysis.ts';
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
  const { plan, earlier } = await planAndEarlier(store, subject, asOf, access, knowledgeDirectory);
  return write(store, plan, earlier, now);
}

/** The plan of a day and the current buildings of earlier ones. */
async function planAndEarlier(
  store: Store,
  subject: string,
  asOf: string,
  access: Access,
  knowledgeDirectory: string | undefined,
  dossier?: Dossier,
): Promise<{ plan: Plan; earlier: Run[] }> {
  const reader = store.reading(access);
  const plan = buildPlan(dossier ?? (await reader.dossier(subject)), { asOf, knowledgeDirectory });
  const runs = await reader.list(subject, 'run');
  return { plan, earlier: runs.filter((run) => run.key.analysis === plan.run.key.analysis) };
}

async function write(store: Store, plan: Plan, earlier: readonly Run[], now: string): Promise<Plan> {
  if (earlier.some((run) => run.id === plan.run.id)) return plan;
  const run: Run = {
    kind: 'run',
    id: plan.run.id,
    subject: plan.subject,
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
 * calendar alone. `dossier`: the subject's as it was just read, which is not read twice then.
 */
export async function planOfDay(
  store: Store,
  subject: string,
  asOf: string,
  access: Access,
  now: string,
  knowledgeDirectory?: string,
  dossier?: Dossier,
): Promise<Plan> {
  const { plan, earlier } = await planAndEarlier(store, subject, asOf, access, knowledgeDirectory, dossier);
  const reader = store.reading(access);
  const [kept, ...others] = earlier;
  if (kept !== undefined && others.length === 0) {
    const [checks, lines] = await Promise.all([
      reader.list(subject, 'safety-check'),
      reader.list(subject, 'recommendation'),
    ]);
    const safetyChecks = inOrder(plan.safetyChecks, checks, [plan, { safetyChecks: checks, recommendations: lines }]);
    const recommendations = inOrder(plan.recommendations, lines, [
      plan,
      { safetyChecks: checks, recommendations: lines },
    ]);
    if (safetyChecks !== undefined && recommendations !== undefined) {
      const asOfKept = String(kept.key.options.asOf);
      return { subject, asOf: asOfKept, run: { id: kept.id, key: kept.key }, safetyChecks, recommendations };
    }
  }
  return write(store, plan, earlier, now);
}

type Said = Pick<Plan, 'safetyChecks' | 'recommendations'>;

/**
 * The kept records that say what the fresh ones say, in their order; undefined when any says something else. Ids hold the
 * building of the plan and its day, so they are compared by what they stand for.
 */
function inOrder<T extends { id: string; run: string }>(
  fresh: readonly T[],
  kept: readonly T[],
  [now, then]: readonly [Said, Said],
): T[] | undefined {
  if (fresh.length !== kept.length) return undefined;
  const [namesNow, namesThen] = [namesOf(now), namesOf(then)];
  const keptBySaying = new Map(kept.map((one) => [saying(one, namesThen), one]));
  const found = fresh.map((one) => keptBySaying.get(saying(one, namesNow)));
  return found.every((one) => one !== undefined) ? found : undefined;
}

/** What each check and line is, whichever building of the plan it belongs to. */
function namesOf({ safetyChecks, recommendations }: Said): ReadonlyMap<string, string> {
  return new Map([
    ...safetyChecks.map(({ id, check }) => [id, `check ${check}`] as const),
    ...recommendations.map(({ id, slot }) => [id, `line ${slot}`] as const),
  ]);
}

function saying(
  { id: _id, run: _run, ...rest }: { id: string; run: string },
  names: ReadonlyMap<string, string>,
): string {
  return canonicalJson(
    JSON.parse(JSON.stringify(rest), (_, value) => (typeof value === 'string' ? (names.get(value) ?? value) : value)),
  );
}

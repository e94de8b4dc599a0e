import type { Plan } from '../../plan/buildPlan.ts';
import { changesSince } from '../../report/changes.ts';
import type { ReportModel } from '../../report/model.ts';
import { planLine } from '../../report/planLine.ts';
import { safetyGroups, withoutPeople } from '../../report/safetyGroups.ts';
import { twinOf } from '../../report/twin.ts';
import { applyReview } from '../../review/apply.ts';
import type { ReviewCommand } from '../../review/command.ts';
import type { Seen } from '../../review/input.ts';
import { loadReview, signedOf } from '../../review/load.ts';
import { reviewRules } from '../../review/rules.ts';
import { type ReviewState, reviewState } from '../../review/state.ts';
import { diffDossiers } from '../../workup/diff.ts';
import type { PlanView, review } from '../api/review.ts';
import type { Call, Handlers, Who } from '../call.ts';
import { Refusal } from '../http/problem.ts';
import { momentsOf } from '../moments.ts';
import { withoutIdentity } from '../views/identity.ts';
import type { Workspace } from '../workspace.ts';

type Asked = Pick<Call<never>, 'workspace' | 'reader' | 'access'> & { who: Who };

export const reviewHandlers: Handlers<typeof review> = {
  'plan.get': (call) => planView(call, call.params.subject),
  'plan.decide': ({ params, body, ...call }) => act(call, params.subject, body.command, body.seen),
  'plan.sign': ({ params, body: { seen, statement, amend }, ...call }) =>
    act(
      call,
      params.subject,
      { type: 'sign', ...(statement === undefined ? {} : { statement }), ...(amend ? { amend } : {}) },
      seen,
    ),
  'plan.release': ({ params, body, ...call }) =>
    act(call, params.subject, { type: 'release', items: body.items }, body.seen),
  'plan.signed': async ({ params, reader }) => {
    const entry = (await reader.get(params.record))?.record;
    const content = entry?.kind === 'entry' && entry.subject === params.subject ? entry.content : undefined;
    if (typeof content !== 'object' || content === null || !('sha256' in content))
      throw new Refusal(404, { code: 'not-found', message: 'There is no such signature.' });
    return signedOf(reader, params.subject, String(content['sha256']));
  },
  'plan.moments': async ({ params, reader, workspace, who }) => ({
    moments: await momentsOf(reader, workspace.store, params.subject, who.name, workspace.now()),
  }),
  'plan.compare': async ({ params: { subject }, query, reader, workspace, access }) => {
    const to = query.to === undefined ? 'now' : { sequence: query.to };
    const diff = await diffDossiers(reader, subject, { sequence: query.from }, to);
    const { report } = await workspace.models.of(subject, access);
    return changesSince(diff, report);
  },
};

async function act(call: Asked, subject: string, command: ReviewCommand, seen: Seen): Promise<PlanView> {
  const { workspace, who, access } = call;
  const { plan } = await workspace.models.of(subject, access);
  const { name, version } = workspace.program;
  await applyReview(workspace.store, plan, command, access, {
    author: { name: who.name, roles: who.roles },
    at: workspace.now(),
    program: `${name} ${version}`,
    seen,
    knowledgeDirectory: workspace.places.knowledgeDirectory,
  });
  return planView(call, subject);
}

/** The plan with its review; accounts that may not read what people wrote get the plan alone. */
async function planView({ workspace, access, who }: Asked, subject: string): Promise<PlanView> {
  const { plan, report, views } = await workspace.models.of(subject, access);
  const viewed = (report: ReportModel) => ({
    subject,
    asOf: plan.asOf,
    planRun: plan.run.id,
    checks: safetyGroups(report).flatMap(({ level, checks }) => checks.map((check) => ({ ...check, level }))),
    plain: plainTexts(report),
    lines: plan.recommendations.map((line) => planLine(line, report)),
  });
  if (who.can('identity:read'))
    return views.of('plan', async () => ({ ...viewed(report), review: await reviewOf(workspace, plan, access) }));
  const { dossier, identities } = report.input;
  const { lines, ...view } = viewed(withoutPeople(report));
  // What a person wrote beside a line may name anybody.
  return withoutIdentity({ ...view, lines: lines.map(({ decision: _, ...line }) => line) }, dossier, identities);
}

function plainTexts(report: ReportModel): PlanView['plain'] {
  const texts: PlanView['plain'] = {};
  for (const language of ['en', 'de'] as const)
    for (const { item, text } of twinOf(report, language).items) texts[item] = { ...texts[item], [language]: text };
  return texts;
}

/** The state of the review of a plan, for whoever may read it. */
export async function reviewOf(
  { store, places }: Pick<Workspace, 'store' | 'places'>,
  plan: Plan,
  access: Parameters<Workspace['store']['reading']>[0],
): Promise<ReviewState> {
  return reviewState(await loadReview(store.reading(access), plan), reviewRules(places.knowledgeDirectory));
}

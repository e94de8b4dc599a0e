import { contentId } from '../../dossier/canonical.ts';
import { Entry } from '../../dossier/entry.ts';
import { FrozenTrial, type KeptTrial, trialsOf } from '../../dossier/trial.ts';
import { scheduleCsv, scheduleIcs } from '../../nof1/calendar.ts';
import { checklistCsv, checklistsOf } from '../../nof1/checklist.ts';
import { freezeTrial } from '../../nof1/freeze.ts';
import { powerInThread } from '../../nof1/powerThread.ts';
import { minimumP } from '../../nof1/randomisation.ts';
import { checkDesign, countSchedules, scheduleDays } from '../../nof1/schedules.ts';
import { trialViews, withoutTrialWords } from '../../report/nof1/view.ts';
import type { trials } from '../api/trials.ts';
import type { Call, Handlers } from '../call.ts';
import { Refusal } from '../http/problem.ts';
import { withoutIdentity } from '../views/identity.ts';

type Spec = typeof trials;

/** One simulation at a time in the house: it takes a core. */
let simulating: Promise<unknown> = Promise.resolve();

export const trialHandlers: Handlers<Spec> = {
  'trials.list': async ({ params, workspace, access, who }) => {
    const { report } = await workspace.models.of(params.subject, access);
    const views = trialViews(report);
    const today = workspace.now().slice(0, 10);
    if (who.can('identity:read')) return { today, trials: views };
    const { dossier, identities } = report.input;
    return { today, trials: withoutIdentity(views.map(withoutTrialWords), dossier, identities) };
  },
  'trials.power': async ({ body: { plan, truth, runs }, signal }) => {
    checkDesign(plan.design);
    const turn = simulating.catch(() => {}).then(() => powerInThread({ plan, truth, runs }, { signal }));
    simulating = turn;
    const { test, interval } = await turn;
    return {
      runs,
      test,
      interval,
      minimumP: minimumP(plan),
      schedules: countSchedules(plan.design),
      days: scheduleDays(plan.design),
    };
  },
  'trials.freeze': async ({ params: { subject }, body: { plan, startDay }, reader, workspace, who, about }) => {
    const dossier = await reader.dossier(subject);
    const at = workspace.now();
    if (startDay < at.slice(0, 10))
      throw new Refusal(400, {
        code: 'usage',
        message: 'The first day is past: a plan is frozen before day 1.',
        remedy: 'Choose today or a later day.',
      });
    const frozen = freezeTrial(plan, startDay, at);
    if (trialsOf(dossier.entries).some(({ hash }) => hash === frozen.hash))
      throw new Refusal(409, {
        code: 'conflict',
        message: 'This very plan is frozen already.',
        remedy: 'Look at it in the list.',
      });
    const entry = entryOf(subject, frozen, who, at, undefined);
    await workspace.store.write([entry]);
    about({ record: entry.id });
    return { trial: entry.id, hash: frozen.hash };
  },
  'trials.end': async (call) => {
    const {
      params: { subject },
      body: { day, reason },
      workspace,
      who,
      purpose,
    } = call;
    const trial = await trialOf(call);
    if (trial.stopped) throw new Refusal(409, { code: 'conflict', message: `It was ended on ${trial.stopped.day}.` });
    if (day < trial.startDay)
      throw new Refusal(400, {
        code: 'usage',
        message: 'It had not begun on that day.',
        remedy: 'Name a day of the trial.',
      });
    const { entry: before, ...frozen } = trial;
    const entry = entryOf(subject, { ...frozen, stopped: { day, reason } }, who, workspace.now(), before.id);
    await workspace.store.write([entry]);
    await workspace.jobs.startWorkup(who, purpose, subject).catch(() => undefined);
    return { trial: entry.id };
  },
  'trials.file': async (call) => {
    const { type, blinded } = call.query;
    const trial = await trialOf(call);
    const { entry: _, ...frozen } = trial;
    const isBlinded = blinded === 'yes';
    const [text, mediaType, ending] = {
      csv: () => [scheduleCsv(trial, isBlinded), 'text/csv', 'csv'] as const,
      ics: () => [scheduleIcs(trial, isBlinded), 'text/calendar', 'ics'] as const,
      checklist: () => [checklistCsv(checklistsOf(trial)), 'text/csv', 'checklist.csv'] as const,
      plan: () => [`${JSON.stringify(frozen, undefined, 1)}\n`, 'application/json', 'plan.json'] as const,
    }[type]();
    return new Response(text, {
      headers: {
        'content-type': `${mediaType}; charset=utf-8`,
        'content-disposition': `attachment; filename="trial-${trial.hash.slice(0, 8)}.${ending}"`,
      },
    });
  },
};

async function trialOf({ params, reader }: Pick<Call<Spec['trials.file']>, 'params' | 'reader'>): Promise<KeptTrial> {
  const dossier = await reader.dossier(params.subject);
  const trial = trialsOf(dossier.entries).find(({ entry }) => entry.id === params.record);
  if (trial === undefined)
    throw new Refusal(404, {
      code: 'not-found',
      message: 'This patient has no such trial.',
      remedy: 'It may have been ended by somebody else: load the page again.',
    });
  return trial;
}

function entryOf(
  subject: string,
  frozen: FrozenTrial,
  who: Call<Spec['trials.freeze']>['who'],
  at: string,
  after: string | undefined,
): Entry {
  const content = FrozenTrial.parse(frozen);
  return Entry.parse({
    kind: 'entry',
    id: contentId('entry', { subject, form: 'trial', hash: frozen.hash, after: after ?? null }),
    subject,
    type: 'trial',
    author: who.name,
    role: who.can('plan:decide') ? 'clinician' : (who.roles[0] ?? 'not stated'),
    at,
    targets: [],
    slot: `trial|${frozen.hash}`,
    text: `${frozen.plan.title}${frozen.stopped ? `; ended on ${frozen.stopped.day}: ${frozen.stopped.reason}` : ''}`,
    content,
    ...(after === undefined ? {} : { supersedes: after }),
  });
}

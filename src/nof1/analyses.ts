import type { Analysis, Dossier, RunContext, Selected } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { Fact } from '../dossier/fact.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { dayAfter, type KeptTrial, trialsOf } from '../dossier/trial.ts';
import { type DiaryPoint, diaryPointsOf, isDiary } from '../forms/diary/points.ts';
import { analyseTrial, type TrialAnalysis } from './analyse.ts';
import { brokenSeal } from './freeze.ts';
import { scheduleDays } from './schedules.ts';
import { type DayAnswer, onFrozenDays, stopDay } from './trialOfDays.ts';

/** Items whose positive answer ends a trial. */
const safetyItems = [
  'phq-9.item-9',
  'madrs.item-10',
  'qids-sr16.item-12',
  // Not item 6, which asks for ever.
  ...[1, 2, 3, 4, 5, 7].map((item) => `c-ssrs.item-${item}`),
];
const source = 'single-patient trial, 95 % interval of the posterior (docs/methods/nof1.md)';

function select(dossier: Dossier): Selected {
  const trials = trialsOf(dossier.entries);
  const diary = dossier.facts.filter(isDiary);
  const missing: Issue[] = [];
  const selections = trials.flatMap((trial) => {
    const facts = diary.filter((fact) => isOfTrial(fact, trial));
    if (facts.length === 0) {
      missing.push(
        issue('info', 'trial-without-answers', `The trial from ${trial.startDay} has no answer of a diary yet.`, {
          remedy: `Keep a diary with the question "${trial.plan.measure}" from ${trial.startDay} on.`,
        }),
      );
      return [];
    }
    const safety = dossier.findings.filter(
      (one) => safetyItems.includes(one.measure.code) && isWithin(one.time, trial),
    );
    const inputs = {
      trial: [trial.entry.id],
      diary: facts.map(({ id }) => id),
      ...(safety.length > 0 ? { safety: safety.map(({ id }) => id) } : {}),
    };
    return [{ title: `trial from ${trial.startDay}`, inputs }];
  });
  return { selections, missing };
}

function isWithin(day: string | undefined, { startDay, plan }: KeptTrial): boolean {
  return (
    day !== undefined &&
    day.slice(0, 10) >= startDay &&
    day.slice(0, 10) < dayAfter(startDay, scheduleDays(plan.design))
  );
}

function isOfTrial(fact: Fact, trial: KeptTrial): boolean {
  return isWithin(fact.at, trial);
}

/** Codes of the diary's questions of a trial: one, or one a tier (`pain-kitchen` is the tier `kitchen`'s). */
function answersOf({ plan }: KeptTrial, points: readonly DiaryPoint[]): DayAnswer[] {
  const tiers = plan.design.type === 'baselines' ? plan.design.tiers : [''];
  const slug = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '');
  const of = (code: string, tier: string, isSideEffect: boolean) =>
    points
      .filter(({ measure: { code: own } }) => own === code)
      .map(
        ({ day, value, fact }): DayAnswer => ({
          day,
          tier,
          value: isSideEffect ? undefined : value,
          sideEffect: isSideEffect ? value : undefined,
          letter: undefined,
          place: fact,
        }),
      );
  const outcome = slug(plan.measure);
  return [
    ...tiers.flatMap((tier) => of(tier === '' ? outcome : `${outcome}-${slug(tier)}`, tier, false)),
    ...(plan.sideEffect ? of(slug(plan.sideEffect.measure), tiers[0], true) : []),
  ];
}

async function run(inputs: Record<string, string[]>, _options: unknown, context: RunContext): Promise<void> {
  const { dossier, emit } = context;
  const trial = trialsOf(dossier.entries).find(({ entry }) => entry.id === inputs.trial[0])!;
  const { plan } = trial;
  const site = { system: 'trial', code: trial.hash.slice(0, 16), display: `Trial from ${trial.startDay}` };
  const broken = brokenSeal(trial);
  const wanted = new Set(inputs.diary);
  const facts = dossier.facts.filter(({ id }) => wanted.has(id));
  const points = diaryPointsOf(facts);
  const last = points.at(-1)?.day ?? trial.startDay;
  const derivedFrom = [trial.entry.id, ...inputs.diary];
  const common = { site, time: last, issues: [] as Issue[], derivedFrom };
  if (broken !== undefined) {
    emit.finding({
      ...common,
      measure: measure('trial-effect', 'Trial, effect of the treatment'),
      value: { type: 'refused', reason: 'trial-changed' },
      issues: [
        issue('error', 'trial-changed', broken, {
          place: trial.entry.id,
          remedy: 'Freeze the trial anew; this one cannot be read.',
        }),
      ],
    });
    return;
  }
  const { read, issues } = onFrozenDays(trial, answersOf(trial, points));
  emitStop(trial, stopDay(plan, read.sideEffects), inputs, context, common);
  context.progress(0.1, 'randomisation test and model');
  const analysis = analyseTrial(plan, read.schedule, read.daily);
  emitResult(trial, analysis, [...issues, ...analysis.issues], context, common);
}

type Common = Pick<FindingDraft, 'site' | 'time' | 'issues' | 'derivedFrom'>;

/** What ends the trial by its own plan, before any result. */
function emitStop(
  trial: KeptTrial,
  sideEffectDay: number | undefined,
  inputs: Record<string, string[]>,
  { dossier, emit }: RunContext,
  common: Common,
): void {
  const positive = dossier.findings.filter(
    ({ id, value }) => inputs.safety?.includes(id) && value.type === 'quantity' && value.value > 0,
  );
  const reasons = [
    ...positive.map(({ measure: { display }, time }) => `a safety answer on ${time?.slice(0, 10)} (${display})`),
    ...(sideEffectDay === undefined
      ? []
      : [`${trial.plan.sideEffect!.measure} at its limit by ${dayAfter(trial.startDay, sideEffectDay)}`]),
  ];
  const state = trial.stopped !== undefined ? 'stopped' : reasons.length > 0 ? 'stop' : 'go-on';
  const display =
    trial.stopped !== undefined
      ? `ended on ${trial.stopped.day}`
      : reasons.length > 0
        ? `to be ended: ${reasons.join('; ')}`
        : 'nothing ends it';
  emit.finding({
    ...common,
    measure: measure('trial-stop', 'Trial, stop rule'),
    value: { type: 'code', code: { system: 'idiograph', code: state, display } },
    issues:
      state === 'stop'
        ? [
            issue('warning', 'trial-to-be-ended', `By its own plan the trial ends: ${reasons.join('; ')}.`, {
              remedy: 'End it, and care for what was answered first.',
            }),
          ]
        : [],
    derivedFrom: [...common.derivedFrom, ...positive.map(({ id }) => id)],
  });
}

function emitResult(
  trial: KeptTrial,
  analysis: TrialAnalysis,
  issues: Issue[],
  { emit }: RunContext,
  common: Common,
): void {
  const { plan } = trial;
  const { effect, probability, randomisation, days, overlap } = analysis;
  const note = `${days.answered} of ${days.analysable} days that count answered; plan ${trial.hash.slice(0, 12)}`;
  const say = (code: string, words: string, rest: Pick<FindingDraft, 'value'> & Partial<FindingDraft>) =>
    emit.finding({ ...common, methodNote: note, measure: measure(code, `Trial, ${words}`), ...rest });
  const percent = (share: number) => ({ value: { type: 'quantity' as const, value: 100 * share, unit: '%' } });
  if (effect === undefined) {
    say('trial-effect', 'effect of the treatment', { value: { type: 'refused', reason: 'trial-too-thin' }, issues });
    return;
  }
  say('trial-effect', `treatment minus comparison (${plan.better} is better)`, {
    value: { type: 'quantity', value: effect.value, unit: '{score}' },
    uncertainty: { type: 'interval', low: effect.low, high: effect.high, level: 0.95, source },
    issues,
  });
  say('trial-benefit', 'probability that the treatment is better', percent(probability!.benefit));
  if (probability!.worthwhile !== undefined)
    say(
      'trial-benefit-worthwhile',
      `probability of more than ${plan.worthwhile} points of benefit`,
      percent(probability!.worthwhile),
    );
  if (randomisation)
    say(
      'trial-randomisation-p',
      `randomisation test, p (smallest possible ${Number(randomisation.minimumP.toPrecision(2))})`,
      {
        value: { type: 'quantity', value: randomisation.p, unit: '1' },
      },
    );
  say('trial-days-answered', 'days answered of those that count', percent(days.answered / days.analysable));
  if (overlap) say('trial-nonoverlap', 'nonoverlap of all pairs (describes)', percent(overlap.nap));
}

/** Trials designed in the dossier, read from the diary of their days. */
export const trial: Analysis = {
  id: 'nof1.trial',
  version: '1.1.0',
  title: 'Single-patient trials that were planned here, from the diary',
  makes: ['stop', 'effect', 'benefit', 'benefit-worthwhile', 'randomisation-p', 'days-answered', 'nonoverlap'].map(
    (what) => `trial-${what}`,
  ),
  takes: safetyItems,
  knowledge: [],
  packs: [],
  peakMemoryMb: () => 32,
  method: 'nof1.md',
  select,
  run,
};

export const analyses: readonly Analysis[] = [trial];

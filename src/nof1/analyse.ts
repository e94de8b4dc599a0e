/** One trial: everything that is said of it, from the answers of its days. Pure and deterministic. */
import { type Issue, issue } from '../dossier/issue.ts';
import type { TrialPlan } from '../dossier/trial.ts';
import { type BayesFit, bayesFit } from './bayes.ts';
import { conditionsOf } from './conditions.ts';
import { mixtureMoments, mixtureQuantile } from './normal.ts';
import { type Overlap, overlapOf } from './overlap.ts';
import { type Estimate, mixedModel, type PeriodMean, pairedT, periodMeans } from './periodModels.ts';
import { type Daily, type RandomisationTest, randomisationTest } from './randomisation.ts';
import type { Schedule } from './schedules.ts';
import { probabilityOfBenefit } from './series.ts';

export interface TrialAnalysis {
  /** Treatment minus comparison in points, with its 95 % interval; undefined where the answers do not carry a model. */
  effect?: { value: number; deviation: number; low: number; high: number };
  /** That the treatment is better at all, and by more than the worthwhile. */
  probability?: { benefit: number; worthwhile?: number };
  randomisation?: RandomisationTest;
  model?: Omit<BayesFit, 'effect'>;
  pairedT?: Estimate;
  mixedModel?: Estimate;
  overlap?: Overlap;
  periods: PeriodMean[];
  days: { planned: number; analysable: number; answered: number };
  issues: Issue[];
}

/** Which of a plan's design is known: `assumed` where a table states treatments and no plan, `unknown` where none fits. */
export type DesignKnown = 'planned' | 'assumed' | 'unknown';

/** Share of the effect from which on the interval of multiple baselines is too narrow (docs/methods/nof1.md). */
const strongCarryOver = 0.25;

export function analyseTrial(
  plan: TrialPlan,
  schedule: Schedule,
  daily: Daily,
  known: DesignKnown = 'planned',
): TrialAnalysis {
  const issues: Issue[] = [];
  const say = (severity: Issue['severity'], code: string, message: string, remedy: string) =>
    issues.push(issue(severity, code, message, { remedy }));
  const conditions = conditionsOf(plan.design, schedule, plan.lagDays);
  const planned = daily.reduce((sum, line) => sum + line.length, 0);
  const length = daily[0].length;
  const last = daily.reduce(
    (most, line) =>
      Math.max(
        most,
        line.findLastIndex((value) => value !== undefined),
      ),
    -1,
  );
  // Days that have not come yet are not missed.
  const analysable = conditions.reduce(
    (sum, line) => sum + line.slice(0, last + 1).filter((one) => one >= 0).length,
    0,
  );
  const answered = daily.reduce(
    (sum, line, tier) => sum + line.filter((value, day) => value !== undefined && conditions[tier][day] >= 0).length,
    0,
  );
  if (answered < (plan.leastAnsweredPercent / 100) * analysable)
    say(
      'warning',
      'trial-days-missing',
      `${answered} of ${analysable} days that count have an answer: fewer than the ${plan.leastAnsweredPercent} % of the plan.`,
      'Read the result as that of a thin trial; ask why days were missed.',
    );
  if (last >= 0 && last < length - 1)
    say(
      'warning',
      'trial-not-over',
      `Answers end ${length - 1 - last} days before the last day of the trial: this is a look in between.`,
      'Do not end a trial because a look in between pleases: its p and interval hold for the whole of it.',
    );
  const randomisation = known === 'unknown' ? undefined : randomisationTest(plan, schedule, daily);
  if (known === 'unknown')
    say(
      'warning',
      'design-unknown',
      'No randomisation is known that drew this order of treatments: there is no randomisation test.',
      'Hand over the frozen plan of the trial with --plan.',
    );
  else if (known === 'assumed')
    say(
      'warning',
      'design-assumed',
      'The order of treatments fits cycles of two periods, each drawn by itself; that it was drawn so is assumed.',
      'Hand over the frozen plan of the trial with --plan.',
    );
  if (randomisation !== undefined && randomisation.minimumP > 0.05)
    say(
      'info',
      'p-cannot-be-small',
      `The smallest p that this design can give is ${short(randomisation.minimumP)}: it cannot fall below .05, whatever the effect.`,
      'Plan more cycles.',
    );
  if (randomisation !== undefined && !randomisation.exact)
    say(
      'info',
      'p-by-drawing',
      `The design admits ${randomisation.schedules} schedules, too many to look at each: p comes from ${randomisation.looked} of them, drawn with the seed of the plan.`,
      'Nothing is to be done.',
    );
  const fit = bayesFit(plan, schedule, daily);
  if (fit === undefined)
    say(
      'error',
      'trial-too-thin',
      'The answers do not carry an estimate: there are too few, on one side only, or all the same.',
      'Go on with the trial, or check which question of the diary it asks.',
    );
  const periods = schedule.length === 1 ? periodMeans(plan, schedule, daily) : [];
  const [paired, mixed] = [pairedT(periods), mixedModel(periods)];
  const overlap = overlapOf(plan, schedule, daily);
  const analysis: TrialAnalysis = {
    periods,
    days: { planned, analysable, answered },
    issues,
    ...(randomisation ? { randomisation } : {}),
    ...(paired ? { pairedT: paired } : {}),
    ...(mixed ? { mixedModel: mixed } : {}),
    ...(overlap ? { overlap } : {}),
  };
  if (fit !== undefined) {
    const { effect, ...model } = fit;
    const { mean, deviation } = mixtureMoments(effect);
    analysis.effect = {
      value: mean,
      deviation,
      low: mixtureQuantile(effect, 0.025),
      high: mixtureQuantile(effect, 0.975),
    };
    analysis.probability = {
      benefit: probabilityOfBenefit(effect, plan.better, 0),
      ...(plan.worthwhile === undefined
        ? {}
        : { worthwhile: probabilityOfBenefit(effect, plan.better, plan.worthwhile) }),
    };
    analysis.model = model;
    const { low, high } = analysis.effect;
    const isTold = low > 0 || high < 0;
    const share = model.carryOver === undefined ? 0 : model.carryOver.mean / mean;
    // One change a tier: effect and what is carried over are told apart by a handful of days, and the prior speaks with them.
    if (plan.design.type === 'baselines' && isTold && share > strongCarryOver)
      say(
        'warning',
        'carry-over-strong',
        `About ${Math.round(100 * share)} % of the effect is not there yet on the first day after a change. In made-up trials of this kind the 95 % interval holds the truth in 93 %.`,
        'Freeze the next plan with two lag days: without the days after a change it holds it in 95 %, and finds as much.',
      );
  }
  const disagreement = disagreementOf(analysis);
  if (disagreement !== undefined)
    say(
      'warning',
      'models-disagree',
      disagreement,
      'Do not choose the one that pleases; the plan named the randomisation test first.',
    );
  return analysis;
}

/** Where one way of reading says that there is an effect and another that there may be none. */
function disagreementOf({
  effect,
  randomisation,
  pairedT: paired,
  mixedModel: mixed,
}: TrialAnalysis): string | undefined {
  const verdicts = [
    ...(randomisation && randomisation.minimumP <= 0.05
      ? [{ name: 'randomisation test', shows: randomisation.p <= 0.05 }]
      : []),
    ...(effect ? [{ name: 'Bayesian model', shows: effect.low > 0 || effect.high < 0 }] : []),
    ...(paired ? [{ name: 'paired t', shows: paired.p <= 0.05 }] : []),
    ...(mixed ? [{ name: 'mixed model', shows: mixed.p <= 0.05 }] : []),
  ];
  const [shown, open] = [true, false].map((shows) =>
    verdicts.filter((one) => one.shows === shows).map(({ name }) => name),
  );
  if (shown.length === 0 || open.length === 0) return undefined;
  return `An effect is told from none by ${shown.join(', ')}, and not by ${open.join(', ')}.`;
}

function short(value: number): string {
  return value.toPrecision(2).replace(/^0/, '');
}

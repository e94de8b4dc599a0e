import { dayAfter, type KeptTrial, trialsOf } from '../../dossier/trial.ts';
import { valueForReader } from '../../dossier/words.ts';
import type { ReportModel } from '../model.ts';

/** A single-patient trial as a page and a report show it: what was planned, what came in, what it says. Fit for JSON. */
export interface TrialView {
  id: string;
  title: string;
  treatment: string;
  comparison: string;
  measure: string;
  better: 'lower' | 'higher';
  blinding: string;
  startDay: string;
  endDay: string;
  days: number;
  hash: string;
  frozenAt: string;
  author: string;
  stopped?: { day: string; reason: string };
  tiers: TrialTier[];
  range: [number, number];
  /** Words of the newest result, each opening its finding. */
  results: { code: string; title: string; words: string; interval?: string; finding: string }[];
  /** What must be read with the result. */
  issues: { severity: 'info' | 'warning' | 'error'; code: string; message: string; remedy?: string }[];
  /** By its own plan the trial ends. */
  mustEnd: boolean;
  /** Everything of the picture, for those who cannot see it. */
  described: string;
}

export interface TrialTier {
  name: string;
  /** Stretches of one thing given; days count from 0. */
  stretches: { letter: 'A' | 'B' | '-'; from: number; days: number; fromDay: string; toDay: string }[];
  /** One number a day: the mean of its answers. */
  points: { day: number; value: number }[];
  meanA?: number;
  meanB?: number;
}

const order = [
  'trial-stop',
  'trial-effect',
  'trial-benefit',
  'trial-benefit-worthwhile',
  'trial-randomisation-p',
  'trial-days-answered',
  'trial-nonoverlap',
];

/** Trials that stand, the newest first. */
export function trialViews({ input: { dossier } }: Pick<ReportModel, 'input'>): TrialView[] {
  return trialsOf(dossier.entries)
    .sort((a, b) => (a.startDay < b.startDay ? 1 : a.startDay > b.startDay ? -1 : a.hash < b.hash ? -1 : 1))
    .map((trial) => trialView(trial, dossier));
}

function trialView(trial: KeptTrial, { facts, findings }: ReportModel['input']['dossier']): TrialView {
  const { plan, schedule, startDay, hash, frozenAt, stopped, entry } = trial;
  const days = schedule[0].length;
  const endDay = dayAfter(startDay, days - 1);
  const own = findings
    .filter(({ measure, site }) => order.includes(measure.code) && site?.code === hash.slice(0, 16))
    .sort((a, b) => order.indexOf(a.measure.code) - order.indexOf(b.measure.code));
  const names = plan.design.type === 'baselines' ? plan.design.tiers : [plan.measure];
  const tiers = schedule.map((line, tier): TrialTier => {
    const code = slug(plan.design.type === 'baselines' ? `${plan.measure}-${names[tier]}` : plan.measure);
    return tierOf(names[tier], line, startDay, dailyMeans(facts, code, startDay, stopped?.day ?? dayAfter(endDay, 1)));
  });
  const results = own.map((finding) => ({
    code: finding.measure.code,
    title: finding.measure.display.replace(/^Trial, /, ''),
    words: valueForReader(finding),
    ...(finding.uncertainty?.low === undefined || finding.uncertainty.high === undefined
      ? {}
      : { interval: `${finding.uncertainty.low.toFixed(2)} to ${finding.uncertainty.high.toFixed(2)}` }),
    finding: finding.id,
  }));
  return {
    id: entry.id,
    title: plan.title,
    treatment: plan.treatment,
    comparison: plan.comparison,
    measure: plan.measure,
    better: plan.better,
    blinding: plan.blinding,
    startDay,
    endDay,
    days,
    hash,
    frozenAt,
    author: entry.author,
    ...(stopped ? { stopped } : {}),
    tiers,
    range: plan.range,
    results,
    issues: own
      .flatMap(({ issues }) => issues)
      .map(({ severity, code, message, remedy }) => ({ severity, code, message, ...(remedy ? { remedy } : {}) })),
    mustEnd: own.some(({ value }) => value.type === 'code' && value.code.code === 'stop'),
    described: tiers.map(describe).join('; '),
  };
}

function tierOf(name: string, line: string, startDay: string, means: ReadonlyMap<string, number>): TrialTier {
  const stretches: TrialTier['stretches'] = [];
  [...line].forEach((letter, day) => {
    const last = stretches.at(-1);
    const date = dayAfter(startDay, day);
    if (last?.letter === letter) {
      last.days++;
      last.toDay = date;
    } else stretches.push({ letter: letter as 'A', from: day, days: 1, fromDay: date, toDay: date });
  });
  const points = [...line].flatMap((_, day) => {
    const value = means.get(dayAfter(startDay, day));
    return value === undefined ? [] : [{ day, value }];
  });
  const mean = (letter: string) => {
    const values = points.filter(({ day }) => line[day] === letter).map(({ value }) => value);
    return values.length === 0 ? undefined : values.reduce((a, b) => a + b) / values.length;
  };
  const [meanA, meanB] = [mean('A'), mean('B')];
  return {
    name,
    stretches,
    points,
    ...(meanA === undefined ? {} : { meanA }),
    ...(meanB === undefined ? {} : { meanB }),
  };
}

/** Mean of the answers of each day from the first to before the last. */
function dailyMeans(
  facts: ReportModel['input']['dossier']['facts'],
  code: string,
  from: string,
  before: string,
): Map<string, number> {
  const values = facts.flatMap((fact) => {
    const day = fact.at?.slice(0, 10);
    if (fact.code.system !== 'idiograph' || fact.code.code !== 'diary' || fact.status === 'entered-in-error') return [];
    if (day === undefined || day < from || day >= before || fact.value?.type !== 'components') return [];
    return fact.value.components.filter((one) => one.code.code === code).map(({ value }) => ({ day, value }));
  });
  return new Map(
    [...Map.groupBy(values, ({ day }) => day)].map(([day, given]) => [
      day,
      given.reduce((sum, { value }) => sum + value, 0) / given.length,
    ]),
  );
}

function describe({ name, stretches, points, meanA, meanB }: TrialTier): string {
  const side = (words: string, value: number | undefined) =>
    value === undefined ? `${words} without answers` : `${words} mean ${value.toFixed(1)}`;
  return `${name}: ${points.length} days with answers in ${stretches.length} stretches; ${side('comparison', meanA)}, ${side('treatment', meanB)}`;
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** Without what people wrote in their own words: it may name anybody. */
export function withoutTrialWords(view: TrialView): TrialView {
  return {
    ...view,
    title: `Trial from ${view.startDay}`,
    treatment: 'B',
    comparison: 'A',
    blinding: '',
    author: '',
    ...(view.stopped ? { stopped: { day: view.stopped.day, reason: '' } } : {}),
  };
}

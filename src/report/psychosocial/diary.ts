import type { Fact } from '../../dossier/fact.ts';
import type { Finding } from '../../dossier/finding.ts';
import { numberForReader, valueForReader } from '../../dossier/words.ts';
import { msOf } from './panel.ts';

/** A diary as it was kept: every answer with its day and its time of day. */
export interface DiaryView {
  /** First and last day. */
  from: string;
  to: string;
  fromMs: number;
  toMs: number;
  prompts: { asked: number; answered: number };
  measures: DiaryMeasure[];
  /** How two measures go together; never which moves which. */
  relations: { words: string; finding: string }[];
  /** Set where answers were left out of the picture because there are too many of them. */
  thinned?: number;
}

export interface DiaryMeasure {
  code: string;
  title: string;
  described: string;
  low: number;
  high: number;
  /** `minutes` after midnight where the source states a time of day. */
  answers: { ms: number; minutes?: number; value: number }[];
  days: { ms: number; day: string; mean: number; least: number; most: number; answers: number }[];
  parts: { name: 'night' | 'morning' | 'afternoon' | 'evening'; fromHour: number; mean: number; answers: number }[];
  /** Numbers of the series with the finding that each opens. */
  numbers: { title: string; words: string; interval?: string; finding: string }[];
}

const parts = [
  { name: 'night', fromHour: 0 },
  { name: 'morning', fromHour: 6 },
  { name: 'afternoon', fromHour: 12 },
  { name: 'evening', fromHour: 18 },
] as const;
/** More dots than this lie on each other in any picture. */
const mostAnswers = 1_500;

export function diaryView(facts: readonly Fact[], findings: readonly Finding[]): DiaryView | undefined {
  const prompts = facts
    .filter(
      ({ code, at, status }) =>
        code.system === 'idiograph' &&
        code.code === 'diary' &&
        (at?.length ?? 0) >= 10 &&
        status !== 'entered-in-error',
    )
    .flatMap(({ id, at, value }) =>
      value?.type === 'components' ? [{ id, at: at!, components: value.components }] : [],
    )
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
  const answers = prompts.flatMap(({ at, components }) => components.map(({ code, value }) => ({ at, code, value })));
  const [first, last] = [prompts[0], prompts.at(-1)];
  if (first === undefined || last === undefined || answers.length === 0) return undefined;
  const own = findings.filter(({ measure }) => measure.code.startsWith('diary-'));
  const byMeasure = [...Map.groupBy(answers, ({ code }) => code.code)].sort(([a], [b]) => (a < b ? -1 : 1));
  const most = Math.max(...byMeasure.map(([, given]) => given.length));
  const [from, to] = [first.at.slice(0, 10), last.at.slice(0, 10)];
  return {
    from,
    to,
    fromMs: msOf(from),
    toMs: msOf(to) + 86_400_000,
    prompts: { asked: prompts.length, answered: prompts.filter(({ components }) => components.length > 0).length },
    measures: byMeasure.map(([code, given]) => measureView(code, given, own)),
    relations: own
      .filter(({ measure }) => measure.code === 'diary-relation')
      .map((finding) => ({
        words: `${finding.site?.display}: ${valueForReader(finding)}${intervalWords(finding)}`,
        finding: finding.id,
      })),
    ...(most > mostAnswers ? { thinned: most - mostAnswers } : {}),
  };
}

function measureView(
  code: string,
  given: readonly { at: string; code: { display: string }; value: number }[],
  findings: readonly Finding[],
): DiaryMeasure {
  const title = given[0]!.code.display;
  const values = given.map(({ value }) => value);
  const answers = given.slice(-mostAnswers).map(({ at, value }) => {
    const clock = /T(\d{2}):(\d{2})/.exec(at);
    return { ms: msOf(at), ...(clock ? { minutes: Number(clock[1]) * 60 + Number(clock[2]) } : {}), value };
  });
  const days = [...Map.groupBy(given, ({ at }) => at.slice(0, 10))].map(([day, of]) => {
    const own = of.map(({ value }) => value);
    return {
      ms: msOf(day),
      day,
      mean: meanOf(own),
      least: Math.min(...own),
      most: Math.max(...own),
      answers: own.length,
    };
  });
  const inPart = parts.flatMap(({ name, fromHour }) => {
    const own = answers.filter(
      ({ minutes }) => minutes !== undefined && minutes >= fromHour * 60 && minutes < (fromHour + 6) * 60,
    );
    return own.length === 0
      ? []
      : [{ name, fromHour, mean: meanOf(own.map(({ value }) => value)), answers: own.length }];
  });
  const spoken = inPart.map(({ name, mean }) => `${name} ${numberForReader(mean)}`).join(', ');
  return {
    code,
    title,
    described: `${title}: ${given.length} answers on ${days.length} days, from ${numberForReader(Math.min(...values))} to ${numberForReader(Math.max(...values))}${spoken ? `; means by part of the day: ${spoken}` : ''}`,
    low: Math.min(...values),
    high: Math.max(...values),
    answers,
    days,
    parts: inPart,
    numbers: findings
      .filter(({ site, value }) => site?.code === code && value.type === 'quantity')
      .map((finding) => ({
        title: finding.measure.display.replace(/^Diary, /, ''),
        words: valueForReader(finding),
        ...(intervalWords(finding) ? { interval: intervalWords(finding).trim() } : {}),
        finding: finding.id,
      })),
  };
}

function intervalWords({ uncertainty }: Finding): string {
  if (uncertainty?.type !== 'interval' || uncertainty.low === undefined || uncertainty.high === undefined) return '';
  return ` (95 % ${numberForReader(uncertainty.low)} to ${numberForReader(uncertainty.high)})`;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

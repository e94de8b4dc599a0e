import type { Analysis, Dossier, RunContext, Selected } from '../../dossier/analysis.ts';
import type { Code } from '../../dossier/code.ts';
import { measure } from '../../dossier/code.ts';
import { daysBetween } from '../../dossier/dateTime.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { type DiaryPoint, diaryPointsOf, isDiary, type Prompt, promptsOf } from '../../forms/diary/points.ts';
import { daysOf, trendOf } from '../series.ts';
import { msOf, numbersOfSeries, partsOfDay, type SeriesNumbers } from './numbers.ts';
import { fewestMoments, relationOf } from './relation.ts';

const fewestDays = 5;
/** More measures make more pairs than anybody reads. */
const mostRelated = 6;

function select(dossier: Dossier): Selected {
  const facts = dossier.facts.filter(isDiary);
  if (new Set(facts.map(({ at }) => at!.slice(0, 10))).size < fewestDays) return { selections: [], missing: [] };
  return { selections: [{ title: 'diary', inputs: { diary: facts.map(({ id }) => id) } }], missing: [] };
}

async function run(inputs: Record<string, string[]>, _options: unknown, context: RunContext): Promise<void> {
  const wanted = new Set(inputs['diary']);
  const facts = context.dossier.facts.filter(({ id }) => wanted.has(id));
  const points = diaryPointsOf(facts);
  const byMeasure = [...Map.groupBy(points, (point) => point.measure.code).values()].sort((a, b) =>
    a[0]!.measure.code < b[0]!.measure.code ? -1 : 1,
  );
  emitAdherence(promptsOf(facts), context);
  for (const own of byMeasure) emitMeasure(own, context);
  emitRelations(byMeasure, context);
}

function shared(points: readonly { at: string; fact: string }[], site?: Code) {
  const days = new Set(points.map(({ at }) => at.slice(0, 10)));
  const [first, last] = [points[0]!.at.slice(0, 10), points.at(-1)!.at.slice(0, 10)];
  return {
    ...(site ? { site } : {}),
    time: last,
    derivedFrom: [...new Set(points.map(({ fact }) => fact))],
    methodNote: `${points.length} answers on ${days.size} of ${daysBetween(first, last) + 1} days, ${first} to ${last}`,
    issues: [] as Issue[],
  };
}

function emitAdherence(prompts: readonly Prompt[], context: RunContext): void {
  const answered = prompts.filter((one) => one.answered);
  const [first, last] = [prompts[0]!.day, prompts.at(-1)!.day];
  const span = daysBetween(first, last) + 1;
  const days = new Set(answered.map(({ day }) => day)).size;
  const open = prompts.length - answered.length;
  const common = {
    ...shared(prompts),
    methodNote: `${answered.length} of ${prompts.length} prompts, ${days} of ${span} days, ${first} to ${last}`,
  };
  context.emit.finding({
    ...common,
    measure: measure('diary-days-answered', 'Diary, days with an answer'),
    value: { type: 'quantity', value: (100 * days) / span, unit: '%' },
  });
  if (open === 0) {
    const message = 'The diary lists answered prompts only: how many were missed is not known.';
    context.emit.issue(
      issue('info', 'prompts-unknown', message, { remedy: 'Export unanswered prompts as rows without numbers.' }),
    );
    return;
  }
  context.emit.finding({
    ...common,
    measure: measure('diary-prompts-answered', 'Diary, prompts answered'),
    value: { type: 'quantity', value: (100 * answered.length) / prompts.length, unit: '%' },
  });
}

function emitMeasure(points: readonly DiaryPoint[], context: RunContext): void {
  const code = points[0]!.measure;
  const common = shared(points, code);
  const artifact = context.emit.artifact({
    type: 'table',
    role: 'diary-answers',
    title: `Diary, ${code.display}`,
    time: common.time,
    mediaType: 'text/csv',
    fileName: `diary.${code.code}.csv`,
    issues: [],
    derivedFrom: common.derivedFrom,
    bytes: new TextEncoder().encode(`at,value\n${points.map(({ at, value }) => `${at},${value}\n`).join('')}`),
  });
  const emit = (what: string, words: string, rest: Pick<FindingDraft, 'value'> & Partial<FindingDraft>) =>
    context.emit.finding({ ...common, measure: measure(`diary-${what}`, `Diary, ${words}`), ...rest });
  emit('answers', 'all answers', { value: { type: 'series', artifact } });
  const numbers = numbersOfSeries(points);
  if (numbers === undefined) return;
  emitNumbers(numbers, emit);
  const trend = trendOf(daysOf(points).map(({ day, mean }) => ({ ms: msOf(day), value: mean })));
  if (trend) {
    emit('trend', 'trend', {
      value: { type: 'quantity', value: trend.slopePerWeek, unit: '{score}/wk' },
      ...(trend.interval
        ? {
            uncertainty: {
              type: 'interval',
              low: trend.interval[0],
              high: trend.interval[1],
              level: 0.95,
              source:
                'Theil-Sen slope of the daily means with the interval of Sen 1968, widened for autocorrelation (Yue and Wang 2004)',
            },
          }
        : {}),
      issues: trend.interval
        ? []
        : [
            issue('info', 'series-too-short', 'There are too few days for an interval of the trend.', {
              remedy: 'Go on measuring.',
            }),
          ],
    });
  }
  const parts = partsOfDay(points);
  if (parts.length < 2) return;
  const [low, high] = [parts.toSorted((a, b) => a.mean - b.mean)[0]!, parts.toSorted((a, b) => b.mean - a.mean)[0]!];
  emit('range-of-day', 'highest minus lowest part of the day', {
    value: { type: 'quantity', value: high.mean - low.mean, unit: '{score}' },
    methodNote: `${common.methodNote}; highest in the ${high.name} (${round(high.mean)}), lowest in the ${low.name} (${round(low.mean)})`,
  });
}

function emitNumbers(
  { level, spread, instability, inertia }: SeriesNumbers,
  emit: (what: string, words: string, rest: Pick<FindingDraft, 'value'> & Partial<FindingDraft>) => void,
): void {
  const score = (value: number) => ({ value: { type: 'quantity' as const, value, unit: '{score}' } });
  emit('level', 'mean of the days', {
    ...score(level.mean),
    uncertainty: {
      type: 'interval',
      low: level.low,
      high: level.high,
      level: 0.95,
      source: 'standard error of the daily means, widened by (1 + r)/(1 - r) for their lag-1 autocorrelation',
    },
  });
  emit('spread-days', 'spread between days', score(spread.betweenDays));
  if (spread.withinDays !== undefined) emit('spread-within-days', 'spread within days', score(spread.withinDays));
  if (instability)
    emit('instability', `root mean square of successive differences ${instability.over}`, score(instability.value));
  if (inertia)
    emit('inertia', `lag-1 autocorrelation ${inertia.over}`, {
      value: { type: 'quantity', value: inertia.value, unit: '1' },
    });
}

function emitRelations(byMeasure: readonly DiaryPoint[][], context: RunContext): void {
  const followed = byMeasure.slice(0, mostRelated);
  followed.forEach((first, index) => {
    for (const second of followed.slice(index + 1)) {
      const at = new Map(second.map((point) => [point.fact, point]));
      const both = first.flatMap((point) => (at.has(point.fact) ? [[point, at.get(point.fact)!] as const] : []));
      const relation = relationOf(both.map(([a, b]) => [a.value, b.value] as const));
      if (!relation) continue;
      const [a, b] = [first[0]!.measure, second[0]!.measure];
      context.emit.finding({
        ...shared(both.map(([point]) => point)),
        site: { system: 'diary', code: `${a.code}+${b.code}`, display: `${a.display} with ${b.display}` },
        measure: measure('diary-relation', 'Diary, rank correlation at the same moments'),
        value: { type: 'quantity', value: relation.value, unit: '1' },
        ...(relation.interval
          ? {
              uncertainty: {
                type: 'interval' as const,
                low: relation.interval[0],
                high: relation.interval[1],
                level: 0.95,
                source: `Fisher's interval for ranks with ${Math.round(relation.effective)} of ${relation.moments} moments counted, because neighbours are alike`,
              },
            }
          : {}),
        issues: [
          issue(
            'info',
            'relation-not-causal',
            'The two go together in time or they do not; that one moves the other is not shown by it.',
            {
              remedy: 'A single-patient trial can ask what moves what.',
            },
          ),
        ],
      });
    }
  });
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Diaries and momentary assessments: level, variability, inertia, trend, hours of the day, adherence, what goes together. */
export const diary: Analysis = {
  id: 'psychosocial.diary',
  version: '1.0.0',
  title: `Diary (from ${fewestDays} days; relations from ${fewestMoments} shared moments)`,
  makes: [
    'diary-answers',
    ...[
      'days-answered',
      'prompts-answered',
      'level',
      'spread-days',
      'spread-within-days',
      'instability',
      'inertia',
      'trend',
      'range-of-day',
      'relation',
    ].map((what) => `diary-${what}`),
  ],
  takes: [],
  knowledge: [],
  packs: [],
  peakMemoryMb: () => 16,
  method: 'diaries.md',
  select,
  run,
};

import type { Analysis, Dossier, RunContext, Selected } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import { daysBetween } from '../dossier/dateTime.ts';
import { issue } from '../dossier/issue.ts';
import { type Instrument, instrumentPaths, loadInstruments, mainScale, parseInstrument } from '../forms/instrument.ts';
import { recogniseInstrument } from '../forms/recognise.ts';
import type { Scale } from '../forms/scale.ts';
import { domainCodes } from './findings.ts';
import { scoreResponse } from './score.ts';
import { isResponse, type ResponseFact } from './select.ts';
import { type Day, daysOf, deviationOf, trendOf } from './series.ts';

/** Fewer days say nothing about a trend that the change between two of them does not. */
const fewestDays = 5;

/** Scales that are followed: the score of the instrument, or all of one without a score. */
function followed(instrument: Instrument): Scale[] {
  const main = mainScale(instrument);
  const scales = main ? [main] : instrument.scales;
  return scales.filter(({ method }) => method !== 'value-set');
}

function select(dossier: Dossier): Selected {
  const instruments = loadInstruments();
  const dated = dossier.facts.filter(isResponse).filter(({ at }) => at !== undefined && at.length >= 10);
  const byInstrument = Map.groupBy(dated, ({ value }) => recogniseInstrument(value, instruments));
  const selections = instruments.flatMap((instrument) => {
    const facts = byInstrument.get(instrument) ?? [];
    if (new Set(facts.map(({ at }) => at!.slice(0, 10))).size < fewestDays) return [];
    return [{ title: `${instrument.display} over time`, inputs: { responses: facts.map(({ id }) => id) } }];
  });
  return { selections, missing: [] };
}

async function run(inputs: Record<string, string[]>, _options: unknown, context: RunContext): Promise<void> {
  const instruments = instrumentPaths().map((path) => parseInstrument(path, context.knowledge(path)));
  const facts = context.dossier.facts
    .filter(isResponse)
    .filter(({ id }) => inputs['responses']!.includes(id))
    .sort((a, b) => a.at!.localeCompare(b.at!));
  const instrument = facts[0] && recogniseInstrument(facts[0].value, instruments);
  if (!instrument) return;
  const scored = facts.map((fact) => ({
    fact,
    scales: scoreResponse(instrument, fact.value, undefined, fact.issues).scales,
  }));
  for (const scale of followed(instrument)) {
    const answers = scored.flatMap(({ fact, scales }) => {
      const value = scales.find((one) => one.scale.code === scale.code)?.value;
      return value === undefined ? [] : [{ at: fact.at!, value }];
    });
    const days = daysOf(answers);
    if (days.length >= fewestDays) emitSeries(scale, days, facts, context);
  }
}

function emitSeries(scale: Scale, days: readonly Day[], facts: readonly ResponseFact[], context: RunContext): void {
  const [first, last] = [days[0]!, days.at(-1)!];
  const span = daysBetween(first.day, last.day) + 1;
  const answers = days.reduce((sum, { count }) => sum + count, 0);
  const shared = {
    time: last.day,
    codes: domainCodes(scale.domain),
    derivedFrom: facts.map(({ id }) => id),
    methodNote: `${answers} answers on ${days.length} of ${span} days, ${first.day} to ${last.day}`,
  };
  const artifact = context.emit.artifact({
    type: 'table',
    role: 'diary-days',
    title: `${scale.display}, day by day`,
    time: last.day,
    mediaType: 'text/csv',
    fileName: `${scale.code}.days.csv`,
    issues: [],
    derivedFrom: shared.derivedFrom,
    bytes: new TextEncoder().encode(csvOf(days)),
  });
  const point = (code: string, display: string) => measure(`${scale.code}.${code}`, `${scale.display}, ${display}`);
  context.emit.finding({
    ...shared,
    measure: point('days', 'day by day'),
    value: { type: 'series', artifact },
    issues: [],
  });
  context.emit.finding({
    ...shared,
    measure: point('spread', 'spread between days'),
    value: { type: 'quantity', value: deviationOf(days.map(({ mean }) => mean))!, unit: scale.unit },
    issues: [],
  });
  const trend = trendOf(days.map(({ day, mean }) => ({ ms: Date.parse(`${day}T00:00:00Z`), value: mean })));
  if (trend === undefined) return;
  context.emit.finding({
    ...shared,
    measure: point('trend', 'trend'),
    value: { type: 'quantity', value: trend.slopePerWeek, unit: `${scale.unit}/wk` },
    ...(trend.interval
      ? {
          uncertainty: {
            type: 'interval' as const,
            low: trend.interval[0],
            high: trend.interval[1],
            level: 0.95,
            source: 'Theil-Sen slope with the interval of Sen 1968, widened for autocorrelation (Yue and Wang 2004)',
          },
        }
      : {}),
    issues: trend.interval
      ? []
      : [
          issue('info', 'series-too-short', `${days.length} days are too few for an interval of the trend.`, {
            remedy: 'Go on measuring.',
          }),
        ],
  });
}

function csvOf(days: readonly Day[]): string {
  const rows = days.map(({ day, count, mean, least, most }) => [day, count, mean, least, most].join());
  return `${['day,answers,mean,least,most', ...rows].join('\n')}\n`;
}

/** Diaries, momentary assessments and repeated forms as a course of days. */
export const series: Analysis = {
  id: 'psychosocial.series',
  version: '1.1.0',
  title: 'Questionnaires over time',
  get makes() {
    const scales = loadInstruments().flatMap(followed);
    return [
      'diary-days',
      ...scales.flatMap(({ code }) => ['days', 'spread', 'trend'].map((what) => `${code}.${what}`)),
    ];
  },
  takes: [],
  get knowledge() {
    return instrumentPaths();
  },
  packs: [],
  peakMemoryMb: () => 8,
  method: 'questionnaires.md',
  select,
  run,
};

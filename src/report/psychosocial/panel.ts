import type { Finding } from '../../dossier/finding.ts';
import { dayOf, quantityForReader, valueForReader } from '../../dossier/words.ts';
import { besideWords } from '../tables/scoreTable.ts';
import type { ScaleFacts } from './scales.ts';

/** One scale over time: every score with its day, the bands, and what of a change is more than noise. Numbers and words. */
export interface Panel {
  /** Measure code: `phq-9.total`, `promis-29.anxiety.t`. */
  code: string;
  title: string;
  domain?: string;
  /** All that the picture shows, for those who cannot see it. */
  described: string;
  unit: string;
  worse: 'higher' | 'lower';
  range: [number, number];
  bands: { from: number; to: number; label: string; current: boolean }[];
  points: { day: string; ms: number; value: number; words: string; band?: string; finding: string }[];
  latest: { words: string; band?: string; day: string; finding: string };
  /** Around the first score: inside it a later score cannot be told from it. */
  noise?: { low: number; high: number; words: string };
  /** Published differences that people notice, from the first score towards health. */
  important: { at: number; words: string }[];
  /** Words for the way from the first score, and from the one before, to the latest. */
  states: { words: string; finding: string }[];
  /** What the latest score stands beside. */
  beside: { words: string; finding: string }[];
  /** Cautions of the latest score. */
  cautions: string[];
}

const stateWords: Record<string, string> = {
  recovered: 'recovered (reliable improvement to the side of health)',
  improved: 'improved reliably',
  unchanged: 'no change beyond noise',
  deteriorated: 'deteriorated reliably',
};

/** The panel of a scale, or of its T-score where the person has one; undefined without a score. */
export function panelOf(scale: ScaleFacts, findings: ReadonlyMap<string, readonly Finding[]>): Panel | undefined {
  const t = scoresOf(findings.get(`${scale.code}.t`));
  const scores = t.length > 0 ? t : scoresOf(findings.get(scale.code));
  const last = scores.at(-1);
  if (last === undefined) return undefined;
  const { finding: latest } = last;
  const unit = latest.value.type === 'quantity' ? latest.value.unit : '1';
  const range: [number, number] = t.length > 0 ? [20, 80] : scale.range;
  const dated = scores.filter(({ finding }) => (finding.time?.length ?? 0) >= 10);
  const points = dated.map(({ finding, value }) => ({
    day: dayOf(finding.time),
    ms: msOf(finding.time!),
    value,
    words: valueForReader(finding),
    ...(finding.norm?.band ? { band: finding.norm.band } : {}),
    finding: finding.id,
  }));
  const first = points[0];
  const real = latest.uncertainty?.type === 'smallest-real-change' ? latest.uncertainty.value : undefined;
  const noise =
    real !== undefined && first !== undefined && points.length > 1
      ? {
          low: Math.max(range[0], first.value - real),
          high: Math.min(range[1], first.value + real),
          words: `within ${quantityForReader(real, unit)} of the first score a later one cannot be told from it`,
        }
      : undefined;
  const current = (measure: string) =>
    findings
      .get(`${scale.code}.${measure}`)
      ?.filter(({ time }) => dayOf(time) === dayOf(latest.time))
      .at(-1);
  const title = t.length > 0 ? `${scale.display.replace(/, raw$/, '')}, T` : scale.display;
  return {
    code: t.length > 0 ? `${scale.code}.t` : scale.code,
    title,
    ...(scale.domain ? { domain: scale.domain } : {}),
    described: `${title}, ${scale.worse} is worse: ${points.map(({ day, words, band }) => `${day} ${words}${band ? ` (${band})` : ''}`).join(', ')}`,
    unit,
    worse: scale.worse,
    range,
    bands: (latest.norm?.bands ?? []).map((band) => ({ ...band, current: band.label === latest.norm?.band })),
    points,
    latest: {
      words: valueForReader(latest),
      ...(latest.norm?.band ? { band: latest.norm.band } : {}),
      day: dayOf(latest.time),
      finding: latest.id,
    },
    ...(noise ? { noise } : {}),
    important: first === undefined || points.length < 2 || t.length > 0 ? [] : importantLines(scale, first.value),
    states: (
      [
        ['state-from-first', 'since the first answer'],
        ['state', 'since the answer before'],
      ] as const
    ).flatMap(([measure, since]) => {
      const finding = current(measure);
      if (finding?.value.type !== 'code') return [];
      return [
        { words: `${since}: ${stateWords[finding.value.code.code] ?? finding.value.code.code}`, finding: finding.id },
      ];
    }),
    beside: ['general-population', 'pain-clinic', 'primary-care', 'clinical'].flatMap((group) => {
      const finding = current(`beside-${group}`);
      return finding?.value.type === 'quantity' ? [{ words: besideWords({ finding }), finding: finding.id }] : [];
    }),
    cautions: latest.issues.filter(({ severity }) => severity !== 'info').map(({ message }) => message),
  };

  function scoresOf(of: readonly Finding[] | undefined): { finding: Finding; value: number }[] {
    return (of ?? [])
      .flatMap((finding) => (finding.value.type === 'quantity' ? [{ finding, value: finding.value.value }] : []))
      .sort((a, b) => order(a.finding.time ?? '9999', b.finding.time ?? '9999') || order(a.finding.id, b.finding.id));
  }
}

function importantLines(scale: ScaleFacts, first: number): Panel['important'] {
  const sign = scale.worse === 'higher' ? -1 : 1;
  return scale.important
    .filter(({ verified }) => verified)
    .flatMap(({ statement, source, points, percent }) => {
      const step = points ?? (percent === undefined ? undefined : (percent / 100) * first);
      const at = step === undefined || step === 0 ? undefined : first + sign * step;
      return at === undefined || at < scale.range[0] || at > scale.range[1]
        ? []
        : [{ at, words: `${statement} (${source})` }];
    });
}

/** The clock of the source read as if it were UTC: for places on an axis. */
export function msOf(time: string): number {
  const clock = /T(\d{2}):(\d{2})/.exec(time);
  return (
    Date.parse(`${time.slice(0, 10)}T00:00:00Z`) + (clock ? (Number(clock[1]) * 60 + Number(clock[2])) * 60_000 : 0)
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

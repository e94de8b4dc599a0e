import type { Analysis } from '../../dossier/analysis.ts';
import { type Code, measure } from '../../dossier/code.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import type { Issue } from '../../dossier/issue.ts';
import { issue } from '../../dossier/issue.ts';
import { unitForReader } from '../../dossier/words.ts';
import { among } from '../inputs.ts';
import { analytesPath, indexAnalytes, loadAnalytes, siteOf } from './analytes.ts';
import { referenceChange, theilSen } from './change.ts';
import { type Course, coursesOf, newestOf, numbered, type Point, pointValue, restsOn } from './courses.ts';
import { type Reading, readingsOf, standardCodes } from './readings.ts';
import { flagOf, type RangeFlag, rangeInWords, statedFlag } from './referenceRange.ts';

/** A slope needs this many values over this long, or it is two visits in disguise. */
const trendValues = 4;
const trendDays = 28;
/** All pairs are compared: of a longer course the newest count. */
const trendNewest = 300;

/**
 * Laboratory values on the list of knowledge/clinical/analytes.json -> each value in the unit that was reported, and for
 * the newest: its place in the laboratory's own range, the change since the value before against the reference change
 * value, and the slope.
 */
export const labs: Analysis = {
  id: 'clinical.labs',
  version: '1.0.0',
  title: 'Laboratory values',
  makes: ['lab', 'lab-flag', 'lab-change', 'lab-trend'],
  takes: [],
  knowledge: [analytesPath],
  packs: [],
  peakMemoryMb: () => 8,
  method: 'labs.md',
  select(dossier) {
    const facts = readingsOf(dossier.facts, loadAnalytes()).flatMap(({ analyte, fact }) =>
      analyte.kind === 'lab' ? [fact.id] : [],
    );
    if (facts.length === 0) return { selections: [], missing: [] };
    return { selections: [{ title: 'all values', inputs: { facts: [...new Set(facts)] } }], missing: [] };
  },
  async run(inputs, _options, { dossier, knowledge, emit }) {
    const index = indexAnalytes(knowledge(analytesPath));
    const readings = readingsOf(among(dossier.facts, inputs['facts']), index).filter(
      ({ analyte }) => analyte.kind === 'lab',
    );
    for (const course of coursesOf(readings)) {
      for (const point of course.points) emit.finding(valueFinding(course, point));
      const newest = newestOf(course);
      emit.finding(flagFinding(course, newest));
      const change = changeFinding(course);
      if (change) emit.finding(change);
      const trend = trendFinding(course);
      if (trend) emit.finding(trend);
    }
  },
};

function valueFinding({ analyte }: Course, point: Point): FindingDraft {
  const { value, issues } = pointValue(point);
  const codes = standardCodes(point.readings);
  const { variation } = analyte;
  const change = value.type === 'quantity' && variation ? referenceChange(variation.withinSubjectPercent) : undefined;
  const [first] = point.readings;
  return {
    measure: measure('lab', 'Laboratory value'),
    ...(codes.length > 0 ? { codes } : {}),
    site: siteOf(analyte),
    ...(point.time ? { time: point.time } : {}),
    value,
    ...(change && value.type === 'quantity'
      ? {
          uncertainty: {
            type: 'smallest-real-change',
            low: rounded(value.value * (1 + change.down)),
            high: rounded(value.value * (1 + change.up)),
            level: 0.95,
            source: variationSource(variation!),
          },
        }
      : {}),
    ...(value.type === 'quantity' ? normOf(first!, value.value) : {}),
    issues,
    ...restsOn(point.readings),
  };
}

/** The laboratory's own range as bands, where it has two limits. */
function normOf(reading: Reading, value: number): Pick<FindingDraft, 'norm'> {
  const range = reading.fact.referenceRange;
  const flag = flagOf(reading, range);
  if (range === undefined || flag === undefined) return {};
  const { low, high } = range;
  const unit = unitForReader(reading.unit);
  return {
    norm: {
      norm: 'laboratory-range',
      display: `The laboratory's own range, ${rangeInWords(range)}${unit === '' ? '' : ` ${unit}`}`,
      source: `stated with the result, ${reading.fact.place}`,
      ...(low !== undefined && high !== undefined
        ? {
            bands: [
              { from: Math.min(0, low, value), to: low, label: 'low' },
              { from: low, to: high, label: 'within' },
              { from: high, to: Math.max(2 * high - low, value), label: 'high' },
            ].filter(({ from, to }) => from < to),
          }
        : {}),
      band: flag,
    },
  };
}

const flagWords: Record<RangeFlag, string> = {
  low: 'below the range',
  within: 'within the range',
  high: 'above the range',
};

function flagFinding({ analyte }: Course, newest: Point): FindingDraft {
  const own = newest.readings.map((reading) => flagOfReading(reading));
  const flags = new Set(own.map(({ flag }) => flag));
  const [flag] = flags.size === 1 ? flags : [];
  const issues: Issue[] = own.flatMap((one) => one.issues);
  const unusable = newest.readings.find(({ refused }) => refused !== undefined)?.refused;
  if (flag === undefined && unusable !== undefined) issues.push(...newest.readings.flatMap((one) => one.issues));
  else if (flag === undefined) {
    issues.push(
      flags.size > 1
        ? issue('warning', 'flags-differ', `Records place ${analyte.display} differently.`, {
            remedy: 'Look the result up.',
          })
        : issue(
            'info',
            'no-reference-range',
            `No range came with the newest ${analyte.display}: it is not called low or high.`,
            {
              remedy: 'Ask the laboratory for its range.',
            },
          ),
    );
  }
  const range = newest.readings.find((one) => one.fact.referenceRange)?.fact.referenceRange;
  const code: Code | undefined = flag && {
    system: 'idiograph',
    code: flag,
    display: `${flagWords[flag]}${range ? ` (${rangeInWords(range)})` : ', as the laboratory flagged it'}`,
  };
  return {
    measure: measure('lab-flag', "Newest value in the laboratory's own range"),
    site: siteOf(analyte),
    ...(newest.time ? { time: newest.time } : {}),
    value: code
      ? { type: 'code', code }
      : { type: 'refused', reason: unusable ?? (flags.size > 1 ? 'flags-differ' : 'no-reference-range') },
    issues,
    ...restsOn(newest.readings),
  };
}

/** Ours where limits are given, else the laboratory's word; a disagreement of both is said. */
function flagOfReading(reading: Reading): { flag: RangeFlag | undefined; issues: Issue[] } {
  // Without a usable unit the number may belong to another scale than the limits.
  if (reading.refused !== undefined) return { flag: undefined, issues: [] };
  const stated = statedFlag(reading.fact.interpretation);
  const ours = flagOf(reading, reading.fact.referenceRange);
  if (ours === undefined || stated === undefined || ours === stated) return { flag: ours ?? stated, issues: [] };
  const message = `The laboratory flagged ${reading.analyte.display} as ${flagWords[stated]}; by its own limits it is ${flagWords[ours]}.`;
  return {
    flag: ours,
    issues: [issue('warning', 'flag-disagrees', message, { place: reading.fact.place, remedy: 'Ask the laboratory.' })],
  };
}

function changeFinding(course: Course): FindingDraft | undefined {
  const { analyte } = course;
  const [before, now] = numbered(course).slice(-2);
  if (before === undefined || now === undefined || now.time !== newestOf(course).time) return undefined;
  const comparable = before.reading.comparable !== undefined && now.reading.comparable !== undefined;
  const [from, to] =
    before.reading.unit === now.reading.unit
      ? [before.reading.value, now.reading.value]
      : comparable
        ? [before.reading.comparable!, now.reading.comparable!]
        : [0, 0];
  if (from <= 0) return undefined;
  const percent = rounded((100 * (to - from)) / from);
  const { variation } = analyte;
  const limits = variation && referenceChange(variation.withinSubjectPercent);
  const isReal = limits && (percent < 100 * limits.down || percent > 100 * limits.up);
  const issues: Issue[] = [];
  if (!variation) {
    issues.push(
      issue(
        'info',
        'variation-unknown',
        `No variation with a source is on file for ${analyte.display}: change is not told from noise.`,
      ),
    );
  }
  if (before.reading.unit !== now.reading.unit) {
    issues.push(
      issue(
        'info',
        'units-differ',
        `Compared in ${unitForReader(analyte.units[0]!.unit)}: the two values came in different units.`,
      ),
    );
  }
  return {
    measure: measure('lab-change', 'Change since the value before'),
    site: siteOf(analyte),
    time: now.time,
    value: { type: 'quantity', value: percent, unit: '%' },
    ...(limits
      ? {
          uncertainty: {
            type: 'smallest-real-change',
            low: rounded(100 * limits.down),
            high: rounded(100 * limits.up),
            level: 0.95,
            source: variationSource(variation),
          },
          norm: {
            norm: 'reference-change-value',
            display: 'Reference change value, 95 %',
            source: variationSource(variation),
            band: isReal ? 'real change' : 'within variation',
          },
        }
      : {}),
    issues,
    ...restsOn([before.reading, now.reading]),
  };
}

function trendFinding(course: Course): FindingDraft | undefined {
  const values = numbered(course);
  const unit = values.at(-1)?.reading.unit;
  const same = values.filter(({ reading }) => reading.unit === unit).slice(-trendNewest);
  const days = same.map(({ time }) => Date.parse(time.slice(0, 10)) / 86_400_000);
  if (same.length < trendValues || days.at(-1)! - days[0]! < trendDays) return undefined;
  const slope = theilSen(
    days.map((day) => day / 365.25),
    same.map(({ reading }) => reading.value),
  );
  if (!slope) return undefined;
  const { analyte } = course;
  return {
    measure: measure('lab-trend', 'Slope a year'),
    site: siteOf(analyte),
    time: same.at(-1)!.time,
    value: { type: 'quantity', value: rounded(slope.slope), unit: unit === '1' ? '/a' : `${unit}/a` },
    uncertainty: {
      type: 'interval',
      low: rounded(slope.low),
      high: rounded(slope.high),
      level: 0.95,
      source: `Theil-Sen over ${same.length} values, Sen 1968`,
    },
    issues:
      slope.low <= 0 && slope.high >= 0
        ? [issue('info', 'slope-open', `${analyte.display}: the interval of the slope holds zero.`)]
        : [],
    ...restsOn(same.map(({ reading }) => reading)),
  };
}

function variationSource({
  withinSubjectPercent,
  reference,
}: {
  withinSubjectPercent: number;
  reference: string;
}): string {
  return `within-subject variation ${withinSubjectPercent} % (${reference}), imprecision taken as half of it`;
}

/** Enough digits for any reader; removes the dust of binary fractions. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

import type { Analysis, Dossier, RunContext } from '../dossier/analysis.ts';
import type { Code } from '../dossier/code.ts';
import { imagesOfEntries } from '../dossier/entry.ts';
import type { Finding, FindingDraft } from '../dossier/finding.ts';
import { issue } from '../dossier/issue.ts';
import { annotatedImages, labelKey } from './entries.ts';
import { icc21 } from './icc.ts';
import { comparable, measured, ofReaders } from './measures.ts';
import { imageNames, imageRecord, siteOf } from './places.ts';

/** Fewer targets give an interval that says nothing. */
const leastTargets = 5;

/** One number of one reader about one target. */
interface Rating {
  finding: Finding;
  value: number;
  unit: string;
  reader: string;
  /** When it was stated: of repeats the last one counts. */
  at: string;
}

/** A place on one image of which there are numbers of readers, those of each reader oldest first. */
interface Target {
  site: Code;
  time: string | undefined;
  ratings: Rating[];
}

/** How far readers agree on numbers: difference and mean of each pair, repeats of one reader, ICC over all places. */
export const measurementAgreement: Analysis = {
  id: 'annotation.measurement-agreement',
  version: '1.0.0',
  title: 'Agreement of readers on measurements',
  makes: comparable.flatMap((of) => Object.values(ofReaders(of)).map(({ code }) => code)),
  takes: [imagesOfEntries, ...comparable.map(({ code }) => code)],
  knowledge: [],
  packs: [],
  method: 'annotation-agreement.md',
  peakMemoryMb: () => 16,
  select(dossier) {
    const { images } = annotatedImages(dossier);
    const names = imageNames(images.flatMap(({ image }) => imageRecord(dossier, image) ?? []));
    const selections = comparable.flatMap((of) => {
      const units = new Set(numbersOf(of, dossier).map(({ value }) => value.unit));
      return [...units].sort().flatMap((unit) => {
        const values = numbersOf(of, dossier).filter(({ value }) => value.unit === unit);
        const targets = targetsOf(values, dossier, names).filter(({ ratings }) => ratings.length > 1);
        const used = targets.flatMap(({ ratings }) => ratings.map(({ finding }) => finding));
        if (used.length === 0) return [];
        const behind = new Set(used.flatMap(({ derivedFrom }) => derivedFrom));
        const inputs = {
          values: used.map(({ id }) => id),
          entries: dossier.entries.filter(({ id }) => behind.has(id)).map(({ id }) => id),
          images: [...names.keys()].filter((id) => behind.has(id)),
        };
        const options = {
          measure: of.code,
          imageNames: Object.fromEntries(inputs.images.map((id) => [id, names.get(id)!])),
        };
        return [{ title: `${of.display} in ${unit}, ${targets.length} places`, inputs, options }];
      });
    });
    return { selections, missing: [] };
  },
  async run(_inputs, options, { dossier, emit }) {
    const of = comparable.find(({ code }) => code === options.measure)!;
    const names = new Map(Object.entries(options.imageNames as Record<string, string>));
    const targets = targetsOf(numbersOf(of, dossier), dossier, names);
    for (const target of targets) {
      betweenReaders(target, of, emit);
      withinReaders(target, of, emit);
    }
    // Signal differs between images for reasons that no reader has: pooled, it would look like agreement.
    if (of.code !== measured.mean.code) overTargets(targets, of, emit);
  },
};

type Quantity = Finding & { value: { type: 'quantity'; value: number; unit: string } };

function numbersOf({ code }: Code, { findings }: Dossier): Quantity[] {
  return findings.filter((one): one is Quantity => one.measure.code === code && one.value.type === 'quantity');
}

/** Numbers by the image and the name under which they were measured; what has no name is compared with nothing. */
function targetsOf(findings: readonly Quantity[], dossier: Dossier, names: ReadonlyMap<string, string>): Target[] {
  const { images } = annotatedImages(dossier);
  const stated = images.flatMap(({ regions, measurements }) => [
    ...regions.flatMap(({ readings }) =>
      readings.map(({ entry, content }) => ({ entry, image: content.image, label: content.region })),
    ),
    ...measurements.map(({ entry, content }) => ({ entry, image: content.image, label: content.label })),
  ]);
  const byEntry = new Map(stated.map((one) => [one.entry.id, one]));
  const targets = new Map<string, Target>();
  for (const finding of findings) {
    const of = finding.derivedFrom.map((id) => byEntry.get(id)).find((one) => one !== undefined);
    const name = of && names.get(of.image);
    if (of?.label === undefined || name === undefined) continue;
    const key = `${of.image}|${labelKey(of.label)}`;
    const target = targets.get(key) ?? { site: siteOf(of.label, name), time: finding.time, ratings: [] };
    targets.set(key, target);
    const { value, unit } = finding.value;
    target.ratings.push({ finding, value, unit, reader: of.entry.author, at: of.entry.at });
  }
  for (const { ratings } of targets.values())
    ratings.sort((a, b) => order(a.reader, b.reader) || order(a.at, b.at) || order(a.finding.id, b.finding.id));
  return [...targets].sort(([a], [b]) => order(a, b)).map(([, target]) => target);
}

/** The rating of each reader that counts: the last one. */
function latest({ ratings }: Target): Rating[] {
  return [...new Map(ratings.map((rating) => [rating.reader, rating])).values()];
}

type Emit = RunContext['emit'];

function betweenReaders(target: Target, of: Code, emit: Emit): void {
  const each = latest(target);
  if (each.length < 2) return;
  const { mean, difference } = ofReaders(of);
  const average = each.reduce((sum, { value }) => sum + value, 0) / each.length;
  emit.finding(draft(mean, average, each, target, each.map(({ reader }) => reader).join(', ')));
  for (const [index, first] of each.entries())
    for (const second of each.slice(index + 1))
      emit.finding(
        draft(difference, second.value - first.value, [first, second], target, `${first.reader} and ${second.reader}`),
      );
}

function withinReaders(target: Target, of: Code, emit: Emit): void {
  for (const { reader } of latest(target)) {
    const own = target.ratings.filter((rating) => rating.reader === reader);
    if (own.length < 2) continue;
    const average = own.reduce((sum, { value }) => sum + value, 0) / own.length;
    const spread = Math.sqrt(own.reduce((sum, { value }) => sum + (value - average) ** 2, 0) / (own.length - 1));
    emit.finding(draft(ofReaders(of).repeat, spread, own, target, reader));
  }
}

function draft(measure: Code, value: number, ratings: readonly Rating[], target: Target, reader: string): FindingDraft {
  return {
    measure,
    site: target.site,
    ...(target.time !== undefined && { time: target.time }),
    reader,
    value: { type: 'quantity', value, unit: ratings[0]!.unit },
    issues: [],
    derivedFrom: ratings.map(({ finding }) => finding.id),
    evidence: ratings.map(({ finding, reader, value, unit }) => ({
      of: finding.id,
      place: 'value',
      says: `${reader}: ${value} ${unit}`,
    })),
  };
}

/** ICC(2,1) over the places that all of the readers measured: of as many readers as leave enough places. */
function overTargets(targets: readonly Target[], of: Code, emit: Emit): void {
  const complete = completeTable(targets);
  if (!complete) return;
  const { readers, rows } = complete;
  const { icc: measure } = ofReaders(of);
  const found = icc21(rows.map((row) => row.map(({ value }) => value)));
  const constant = issue(
    'info',
    'icc-no-variance',
    'All values are equal: agreement has nothing to be measured against.',
  );
  const few = issue('info', 'icc-few-targets', `It rests on ${rows.length} places; fewer than 30 leave it uncertain.`);
  emit.finding({
    measure,
    reader: readers.join(', '),
    value: found ? { type: 'quantity', value: found.value, unit: '1' } : { type: 'refused', reason: constant.code },
    ...(found?.interval && {
      uncertainty: {
        type: 'interval',
        low: found.interval[0],
        high: found.interval[1],
        level: 0.95,
        source: 'McGraw and Wong 1996, ICC(A,1)',
      },
    }),
    issues: [...(found ? [] : [constant]), ...(rows.length < 30 ? [few] : [])],
    derivedFrom: rows.flat().map(({ finding }) => finding.id),
  });
}

function completeTable(targets: readonly Target[]): { readers: string[]; rows: Rating[][] } | undefined {
  const counts = new Map<string, number>();
  for (const target of targets)
    for (const { reader } of latest(target)) counts.set(reader, (counts.get(reader) ?? 0) + 1);
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || order(a, b)).map(([reader]) => reader);
  for (let many = byCount.length; many >= 2; many--) {
    const readers = byCount.slice(0, many).sort(order);
    const rows = targets.flatMap((target) => {
      const each = latest(target).filter(({ reader }) => readers.includes(reader));
      return each.length === many ? [each] : [];
    });
    if (rows.length >= leastTargets) return { readers, rows };
  }
  return undefined;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

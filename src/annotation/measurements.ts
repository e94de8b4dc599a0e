import type { Analysis, RunContext } from '../dossier/analysis.ts';
import type { Code } from '../dossier/code.ts';
import type { Entry } from '../dossier/entry.ts';
import { imagesOfEntries } from '../dossier/entry.ts';
import type { FindingDraft, Value } from '../dossier/finding.ts';
import type { ImageHandle } from '../dossier/image.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { indexFrame, sameGrid } from '../voxels/indexFrame.ts';
import { boxed, type RegionMask } from '../voxels/mask.ts';
import { missingSlices, withoutMissing } from '../voxels/missingSlices.ts';
import type { RoiStatistics } from './contents.ts';
import { annotatedImages, type Measurement, type Reading } from './entries.ts';
import { measured } from './measures.ts';
import { type ImageRecord, imageNames, imageRecord, placeOfSlice, siteOf, timeOf } from './places.ts';
import { roiStatistics } from './roi.ts';
import { measureOn } from './stateMeasurement.ts';

/** What readers drew and measured becomes findings, computed anew from points, masks and the image. */
export const measurements: Analysis = {
  id: 'annotation.measurements',
  version: '1.0.0',
  title: 'Measurements of readers',
  makes: Object.values(measured).map(({ code }) => code),
  takes: [imagesOfEntries],
  knowledge: [],
  packs: [],
  method: 'annotation.md',
  peakMemoryMb: (selection, dossier) => {
    const { images } = annotatedImages(dossier);
    const of = images.find(({ image }) => image === selection.inputs.image?.[0]);
    const voxels = Math.max(0, ...(of?.regions ?? []).flatMap(({ readings }) => readings.map(sizeOf)));
    // One mask at a time, whole and cut, and the values within it; the image comes whole where it is packed.
    return 32 + Math.ceil((voxels * 14) / 2 ** 20);
  },
  select(dossier) {
    const { images, issues: missing } = annotatedImages(dossier);
    const present = images.flatMap(({ image }) => imageRecord(dossier, image) ?? []);
    const names = imageNames(present);
    const selections = images.flatMap(({ image, regions, measurements }) => {
      const name = names.get(image);
      const entries = [...regions.flatMap(({ readings }) => readings), ...measurements].map(({ entry }) => entry.id);
      if (name === undefined) {
        missing.push(absentImage(image, entries.length));
        return [];
      }
      const inputs = { image: [image], entries };
      return [{ title: `${entries.length} readings of ${name}`, inputs, options: { imageName: name } }];
    });
    return { selections, missing };
  },
  async run(inputs, options, context) {
    const [id] = inputs.image as [string];
    const record = imageRecord(context.dossier, id)!;
    const metadata = record.kind === 'source' ? record.metadata : {};
    const image = withoutMissing(await context.openImage(id), missingSlices(metadata));
    const say = teller(record, String(options.imageName), context);
    const [of] = annotatedImages(context.dossier).images;
    if (!of) return;
    for (const measurement of of.measurements) await oneMeasurement(measurement, image, say);
    const readings = of.regions.flatMap(({ readings }) => readings);
    for (const [index, reading] of readings.entries()) {
      context.progress(index / readings.length, reading.content.region);
      const shape = await context.openRegion(reading.entry.id);
      if (shape.type === 'mask') await oneAnnotation(reading, image, boxed(shape.mask, shape.grid), say);
    }
    context.progress(1);
  },
};

function absentImage(image: string, entries: number): Issue {
  const message = `An image on which ${entries} readings were made is not among the data any more; they are left out.`;
  return issue('warning', 'annotated-image-absent', message, {
    place: image,
    remedy: 'Draw again on its newer version.',
  });
}

export function sizeOf({ content: { shape } }: Reading): number {
  return shape[0] * shape[1] * shape[2];
}

type Say = (
  measure: Code,
  value: Value,
  of: { entry: Entry; label: string; evidence: NonNullable<FindingDraft['evidence']>; issues: Issue[] },
) => void;

/** Repeats of one reader at one place are told apart by number: `lesion 1 (FLAIR), 2`. */
function teller(record: ImageRecord, imageName: string, { emit }: RunContext): Say {
  const told = new Map<string, number>();
  const time = timeOf(record);
  const ofImage = record.issues.filter(({ severity }) => severity !== 'info');
  return (measure, value, { entry, label, evidence, issues }) => {
    const site = siteOf(label, imageName);
    const slot = `${measure.code}|${site.code}|${entry.author}`;
    const number = (told.get(slot) ?? 0) + 1;
    told.set(slot, number);
    emit.finding({
      measure,
      site: number === 1 ? site : { ...site, code: `${site.code}, ${number}`, display: `${site.display}, ${number}` },
      ...(time !== undefined && { time }),
      reader: entry.author,
      value,
      issues: [...ofImage, ...issues],
      derivedFrom: [record.id, entry.id],
      evidence,
    });
  };
}

async function oneMeasurement({ entry, content }: Measurement, image: ImageHandle, say: Say): Promise<void> {
  const result = await measureOn(image, content);
  const { measure, slice } = content;
  const code = {
    length: measured.length,
    'short-axis': measured.shortAxis,
    angle: measured.angle,
    'roi-statistics': measured.mean,
  };
  const points = content.points.slice(0, 4).map((point) => `(${point.map((mm) => mm.toFixed(1)).join(', ')})`);
  const evidence = [
    { of: entry.id, place: 'points', says: `${points.join(' ')}${content.points.length > 4 ? ' ...' : ''} mm, RAS` },
    ...(slice
      ? [{ of: image.id, place: placeOfSlice(slice), says: `${content.plane}, time point ${content.frame}` }]
      : []),
  ];
  const label = content.label ?? `unnamed ${entry.id.slice(-6)}`;
  if ('refused' in result) {
    const value: Value = { type: 'refused', reason: result.refused.code };
    say(code[measure], value, { entry, label, evidence, issues: [result.refused] });
    return;
  }
  const of = { entry, label, evidence, issues: unlikeRecorded(content.value, result.value) };
  say(code[measure], quantity(result.value, result.unit), of);
  if (result.longAxisMm !== undefined) say(measured.longAxis, quantity(result.longAxisMm, 'mm'), of);
  if (result.stats) tellStatistics(result.stats, image.unit, of, say);
}

async function oneAnnotation(
  { entry, content }: Reading,
  image: ImageHandle,
  mask: RegionMask,
  say: Say,
): Promise<void> {
  const issues = unlikeRecorded(content.voxels, mask.voxels);
  if (content.startedFrom !== undefined)
    issues.push(
      issue('info', 'annotation-started-from', 'The reader began from a region that was there, not from nothing.'),
    );
  const evidence = [
    { of: entry.id, place: 'mask', says: `${mask.voxels} voxels, ${content.tool}` },
    ...(mask.voxels > 0 ? [largestSlice(mask, image.id)] : []),
  ];
  const of = { entry, label: content.region, evidence, issues };
  const volumeMl = (mask.voxels * indexFrame(mask.grid).voxelMm3) / 1000;
  say(measured.volume, quantity(volumeMl, 'mL'), of);
  if (mask.voxels === 0) return;
  const refused = whyNoValues(mask, image);
  const stats = refused ? { refused } : await roiStatistics(image, mask, 0);
  if ('refused' in stats) {
    const value: Value = { type: 'refused', reason: stats.refused.code };
    say(measured.mean, value, { ...of, issues: [...issues, stats.refused] });
    return;
  }
  say(measured.mean, quantity(stats.mean, image.unit), of);
  tellStatistics(stats, image.unit, of, say);
}

function whyNoValues(mask: RegionMask, image: ImageHandle): Issue | undefined {
  const toleranceMm = 0.01 * Math.min(...indexFrame(image.grid).spacingMm);
  if (!sameGrid(mask.grid, image.grid, Math.max(1e-3, toleranceMm)))
    return issue('error', 'mask-grid-differs', 'The mask is not on the grid of the image; its values are not read.', {
      remedy: 'Draw it again on this image.',
    });
  if (image.grid.shape[3] === 1) return undefined;
  return issue('info', 'image-of-several-frames', 'The image has several time points: a mask has no one value in it.', {
    remedy: 'Measure a region in one time point.',
  });
}

/** All but the mean, which has its place beside lengths and angles. */
function tellStatistics(stats: RoiStatistics, unit: string, of: Parameters<Say>[2], say: Say): void {
  const more = `${stats.voxels} voxels, ${stats.volumeMm3.toFixed(1)} mm³`;
  const [first, ...rest] = of.evidence;
  const counted = { ...of, evidence: [{ ...first!, says: more }, ...rest] };
  for (const key of ['standardDeviation', 'minimum', 'maximum', 'median'] as const)
    say(measured[key], quantity(stats[key], unit), counted);
}

function unlikeRecorded(recorded: number, now: number): Issue[] {
  if (Math.abs(recorded - now) <= 1e-6 * Math.max(1, Math.abs(now))) return [];
  const message = `The entry states ${recorded}; from its points or mask and the image follows ${now}, which is given.`;
  return [issue('warning', 'recorded-value-differs', message, { remedy: 'Look at the entry and its image again.' })];
}

/** The slice along k with the most voxels, and the middle of the mask in it. */
function largestSlice(mask: RegionMask, image: string): NonNullable<FindingDraft['evidence']>[number] {
  const [ni, nj, nk] = mask.size;
  let best = { k: 0, count: 0, i: 0, j: 0 };
  for (let k = 0; k < nk; k++) {
    let [count, sumI, sumJ] = [0, 0, 0];
    for (let at = 0; at < ni * nj; at++) {
      if (mask.inside[k * ni * nj + at] === 0) continue;
      count++;
      sumI += at % ni;
      sumJ += Math.floor(at / ni);
    }
    if (count > best.count) best = { k, count, i: Math.round(sumI / count), j: Math.round(sumJ / count) };
  }
  const [i, j, k] = [best.i + mask.origin[0], best.j + mask.origin[1], best.k + mask.origin[2]];
  return { of: image, place: placeOfSlice({ axis: 'k', index: k }), says: `round voxel ${i}, ${j}, ${k}` };
}

function quantity(value: number, unit: string): Value {
  return { type: 'quantity', value, unit };
}

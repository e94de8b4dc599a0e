import type { Analysis, RunContext } from '../dossier/analysis.ts';
import type { Code } from '../dossier/code.ts';
import { imagesOfEntries } from '../dossier/entry.ts';
import type { FindingDraft, Value } from '../dossier/finding.ts';
import type { Grid } from '../dossier/grid.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { writeNiftiGz } from '../intake/nifti/write.ts';
import { type Box, boxSize } from '../voxels/box.ts';
import { indexFrame, sameGrid } from '../voxels/indexFrame.ts';
import { boxed, type RegionMask, wholeMask } from '../voxels/mask.ts';
import { majority, mostReaders, staple, votesOf } from './consensus.ts';
import { type AnnotatedRegion, annotatedImages, latestOfEach, type Reading } from './entries.ts';
import { sizeOf } from './measurements.ts';
import { agreement as codes, consensus, consensusRoles } from './measures.ts';
import { dice, jaccard, kappa, overlapOf } from './overlap.ts';
import { type ImageRecord, imageNames, imageRecord, siteOf, timeOf } from './places.ts';
import { hasRightAngles, surfaceAgreement } from './surfaceAgreement.ts';

/** A reading with its mask, and how it is called beside the others. */
interface Drawn {
  reading: Reading;
  mask: RegionMask;
  name: string;
}

/** How far readers agree on a region, and what they agree on: pairs, majority, STAPLE. */
export const agreement: Analysis = {
  id: 'annotation.agreement',
  version: '1.0.0',
  title: 'Agreement of readers on regions',
  makes: [...Object.values(codes), ...Object.values(consensus)]
    .map(({ code }) => code)
    .concat(Object.values(consensusRoles)),
  takes: [imagesOfEntries],
  knowledge: [],
  packs: [],
  method: 'annotation-agreement.md',
  peakMemoryMb: (selection, dossier) => {
    const ids = new Set(selection.inputs.annotations);
    const readings = annotatedImages(dossier).images.flatMap(({ regions }) => regions.flatMap((one) => one.readings));
    const sizes = readings.filter(({ entry }) => ids.has(entry.id)).map(sizeOf);
    // Cut masks of all readers; two surfaces, a distance map and patterns within the box; a consensus and its file.
    return 32 + Math.ceil((Math.max(0, ...sizes) * (14 + sizes.length)) / 2 ** 20);
  },
  select(dossier) {
    const { images } = annotatedImages(dossier);
    const names = imageNames(images.flatMap(({ image }) => imageRecord(dossier, image) ?? []));
    const selections = images.flatMap(({ image, regions }) => {
      const imageName = names.get(image);
      if (imageName === undefined) return [];
      return regions
        .filter(({ readings }) => readings.length > 1)
        .map(({ label, readings }) => ({
          title: `${label} on ${imageName}, ${readings.length} readings`,
          inputs: { image: [image], annotations: readings.map(({ entry }) => entry.id) },
          options: { imageName },
        }));
    });
    return { selections, missing: [] };
  },
  async run(inputs, options, context) {
    const record = imageRecord(context.dossier, inputs.image![0]!)!;
    const region = annotatedImages(context.dossier).images[0]?.regions[0];
    if (!region) return;
    const drawn = await openAll(region, context);
    const site = siteOf(region.label, String(options.imageName));
    const pairs = [...betweenReaders(drawn), ...withinReaders(drawn)];
    for (const [index, pair] of pairs.entries()) {
      context.progress(0.2 + (0.6 * index) / pairs.length, pair.reader);
      onePair(pair, site, record, context);
    }
    consensusOf(latest(drawn), site, record, region, context);
    context.progress(1);
  },
};

async function openAll({ readings }: AnnotatedRegion, context: RunContext): Promise<Drawn[]> {
  const drawn: Drawn[] = [];
  for (const [index, reading] of readings.entries()) {
    context.progress((0.2 * index) / readings.length, reading.entry.author);
    const shape = await context.openRegion(reading.entry.id);
    if (shape.type === 'mask') drawn.push({ reading, mask: boxed(shape.mask, shape.grid), name: reading.entry.author });
  }
  return drawn;
}

interface Pair {
  first: Drawn;
  second: Drawn;
  /** Who, in words: the `reader` of the findings. */
  reader: string;
}

function latest(drawn: readonly Drawn[]): Drawn[] {
  const counted = new Set(latestOfEach(drawn.map(({ reading }) => reading)));
  return drawn.filter(({ reading }) => counted.has(reading));
}

function betweenReaders(drawn: readonly Drawn[]): Pair[] {
  const each = latest(drawn);
  return each.flatMap((first, index) =>
    each.slice(index + 1).map((second) => ({ first, second, reader: `${first.name} and ${second.name}` })),
  );
}

/** Each repeat of one reader with the one before. */
function withinReaders(drawn: readonly Drawn[]): Pair[] {
  const numbers = new Map<string, number>();
  return drawn.flatMap((second, index) => {
    const number = (numbers.get(second.name) ?? 0) + 1;
    numbers.set(second.name, number);
    const first = drawn[index - 1];
    return number > 1 && first
      ? [{ first, second, reader: `${second.name}, readings ${number - 1} and ${number}` }]
      : [];
  });
}

function onePair({ first, second, reader }: Pair, site: Code, record: ImageRecord, { emit }: RunContext): void {
  const time = timeOf(record);
  const [a, b] = [first.mask, second.mask];
  const voxelMl = indexFrame(a.grid).voxelMm3 / 1000;
  const inWords = (one: Drawn) => `${one.reading.content.voxels} voxels by ${one.name}`;
  const evidence = [first, second].map((one) => ({ of: one.reading.entry.id, place: 'mask', says: inWords(one) }));
  const say = (measure: Code, value: number | undefined, unit: string, why?: Issue, more: Issue[] = []): void => {
    const isRefused = value === undefined && why !== undefined;
    emit.finding({
      measure,
      site,
      ...(time !== undefined && { time }),
      reader,
      value: isRefused ? { type: 'refused', reason: why.code } : quantity(value ?? 0, unit),
      issues: [...(isRefused ? [why] : []), ...dependence(first, second), ...more],
      derivedFrom: [record.id, first.reading.entry.id, second.reading.entry.id],
      evidence,
    });
  };
  if (!onOneGrid(a.grid, b.grid)) {
    for (const measure of Object.values(codes)) say(measure, undefined, '1', gridsDiffer(reader));
    return;
  }
  const box = unionBox([a, b]);
  const total = voxelsOf(a.grid);
  const size = box ? boxSize(box) : ([0, 0, 0] as const);
  const [inA, inB] = box ? [within(a, box), within(b, box)] : [new Uint8Array(0), new Uint8Array(0)];
  const overlap = overlapOf(inA, inB, total);
  const bothEmpty = issue(
    'info',
    'masks-both-empty',
    'Both readings state that there is nothing; there is no overlap to measure.',
  );
  say(codes.dice, dice(overlap), '1', bothEmpty);
  say(codes.jaccard, jaccard(overlap), '1', bothEmpty);
  const noKappa = issue(
    'info',
    'kappa-undefined',
    'Every voxel is marked alike by both readings: there is no chance to correct for.',
  );
  say(codes.kappa, kappa(overlap), '1', noKappa);
  say(codes.volumeDifference, (b.voxels - a.voxels) * voxelMl, 'mL');
  const measures = [
    [codes.meanDistance, 'meanMm'],
    [codes.hausdorff95, 'hausdorff95Mm'],
    [codes.hausdorff, 'hausdorffMm'],
  ] as const;
  const skewed = !hasRightAngles(a.grid.affineRas);
  const surfaces = skewed ? undefined : surfaceAgreement(inA, inB, size, indexFrame(a.grid).spacingMm);
  const noSurface = skewed
    ? issue(
        'error',
        'grid-skewed',
        'The axes of the image are not at right angles; distances of surfaces are not measured.',
        {
          remedy: 'Draw on a version of the image that was resampled to right angles.',
        },
      )
    : issue('info', 'mask-empty', 'A reading states that there is nothing: it has no surface.');
  for (const [measure, key] of measures) say(measure, surfaces?.[key], 'mm', noSurface);
}

/** Readers who began from the same draft, or one from the other's, agree on the draft. */
function dependence(first: Drawn, second: Drawn): Issue[] {
  const [a, b] = [first.reading, second.reading];
  const [fromA, fromB] = [a.content.startedFrom, b.content.startedFrom];
  const isShared = fromA !== undefined && fromA === fromB;
  if (!isShared && fromA !== b.entry.id && fromB !== a.entry.id) return [];
  const message =
    'The readings began from the same region or from one another: they are not independent, and agree for that.';
  return [
    issue('warning', 'readings-not-independent', message, { remedy: 'Compare readings that began from nothing.' }),
  ];
}

function consensusOf(
  all: readonly Drawn[],
  site: Code,
  record: ImageRecord,
  { key, label }: AnnotatedRegion,
  { emit }: RunContext,
): void {
  const grid = commonGrid(all);
  const drawn = all.filter(({ mask }) => onOneGrid(mask.grid, grid)).slice(0, mostReaders);
  if (drawn.length < all.length) {
    const message = `${all.length - drawn.length} of ${all.length} readings of ${label} are left out of the consensus: another grid, or more than ${mostReaders} readers.`;
    emit.issue(issue('warning', 'consensus-incomplete', message, { remedy: 'Draw again on the grid of the image.' }));
  }
  if (drawn.length < 2) return;
  const box = unionBox(drawn.map(({ mask }) => mask));
  if (!box) return;
  const votes = votesOf(
    drawn.map(({ mask }) => within(mask, box)),
    voxelsOf(grid),
  );
  const time = timeOf(record);
  const ids = drawn.map(({ reading }) => reading.entry.id);
  const when = time !== undefined && { time };
  const few =
    drawn.length === 2
      ? [
          issue(
            'info',
            'consensus-of-two',
            'Of two readers: the majority is what both marked, and STAPLE cannot tell who errs.',
          ),
        ]
      : [];
  const keep = (role: string, title: string, inside: Uint8Array): { id: string; voxels: number } => {
    let voxels = 0;
    for (let at = 0; at < inside.length; at++) voxels += inside[at]!;
    const mask: RegionMask = { grid, origin: box.low, size: boxSize(box), inside, voxels };
    const id = emit.artifact({
      type: 'labelmap',
      role,
      title: `${label}: ${title} of ${drawn.length} readers`,
      ...when,
      mediaType: 'application/gzip',
      fileName: `${key.replace(/[^\p{L}\p{N}]+/gu, '-')}-${role.replace('annotation-', '')}.nii.gz`,
      grid,
      labels: [{ value: 1, name: label }],
      issues: few,
      derivedFrom: [record.id, ...ids],
      bytes: writeNiftiGz(grid, wholeMask(mask), { datatype: 'uint8', description: role }),
    });
    return { id, voxels };
  };
  const say = (measure: Code, value: Value, from: string, issues: Issue[], of?: Drawn): void => {
    const draft: FindingDraft = {
      ...{ measure, site, ...when, value, issues },
      ...(of && { reader: of.name }),
      derivedFrom: [record.id, ...ids, from],
      evidence: [{ of: from, place: 'mask' }],
    };
    emit.finding(draft);
  };
  const millilitres = (voxels: number): Value => quantity((voxels * indexFrame(grid).voxelMm3) / 1000, 'mL');
  const byMajority = keep(consensusRoles.majority, 'majority', majority(votes));
  say(consensus.majorityVolume, millilitres(byMajority.voxels), byMajority.id, few);
  const estimate = staple(votes);
  if (!estimate) return;
  const issues = [...few, ...(estimate.converged ? [] : [unsettled()])];
  const byStaple = keep(consensusRoles.staple, 'STAPLE', estimate.mask);
  say(consensus.stapleVolume, millilitres(byStaple.voxels), byStaple.id, issues);
  for (const [index, of] of drawn.entries()) {
    say(consensus.sensitivity, quantity(estimate.sensitivity[index]!, '1'), byStaple.id, issues, of);
    say(consensus.specificity, quantity(estimate.specificity[index]!, '1'), byStaple.id, issues, of);
  }
}

/** The grid of most readings; of equals the one met first. */
function commonGrid(drawn: readonly Drawn[]): Grid {
  const count = ({ mask }: Drawn): number => drawn.filter((other) => onOneGrid(other.mask.grid, mask.grid)).length;
  return drawn.reduce((best, one) => (count(one) > count(best) ? one : best)).mask.grid;
}

function onOneGrid(a: Grid, b: Grid): boolean {
  return sameGrid(a, b, Math.max(1e-3, 0.01 * Math.min(...indexFrame(a).spacingMm)));
}

/** The smallest box round all masks; undefined when all are empty. */
export function unionBox(masks: readonly RegionMask[]): Box | undefined {
  const marked = masks.filter(({ voxels }) => voxels > 0);
  if (marked.length === 0) return undefined;
  const pick = (axis: number, end: 0 | 1) => marked.map(({ origin, size }) => origin[axis]! + end * size[axis]!);
  return {
    low: [0, 1, 2].map((axis) => Math.min(...pick(axis, 0))) as Box['low'],
    high: [0, 1, 2].map((axis) => Math.max(...pick(axis, 1))) as Box['high'],
  };
}

/** A mask within a box that holds it, as 0 and 1. */
export function within(mask: RegionMask, box: Box): Uint8Array {
  const [ni, nj, nk] = boxSize(box);
  const result = new Uint8Array(ni * nj * nk);
  const [mi, mj, mk] = mask.size;
  const [di, dj, dk] = mask.origin.map((first, axis) => first - box.low[axis]!) as [number, number, number];
  for (let k = 0; k < mk; k++)
    for (let j = 0; j < mj; j++)
      result.set(mask.inside.subarray((k * mj + j) * mi, (k * mj + j + 1) * mi), ((k + dk) * nj + j + dj) * ni + di);
  return result;
}

function voxelsOf({ shape }: Grid): number {
  return shape[0] * shape[1] * shape[2];
}

function gridsDiffer(reader: string): Issue {
  return issue(
    'error',
    'grids-differ',
    `The readings of ${reader} are on different voxel grids and are not compared.`,
    {
      remedy: 'Draw both on the same image.',
    },
  );
}

function unsettled(): Issue {
  return issue('warning', 'staple-not-settled', 'The estimate still moved after its last step.', {
    remedy: 'Read the majority instead.',
  });
}

function quantity(value: number, unit: string): Value {
  return { type: 'quantity', value, unit };
}

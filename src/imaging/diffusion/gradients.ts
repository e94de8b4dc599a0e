import type { Grid } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { determinant, spacingMm, type Vector } from '../../voxels/affine.ts';

/** Below this b-value (s/mm2) a volume counts as unweighted. */
export const unweightedBelow = 50;
/** No scanner on people reaches this (s/mm2); s/m2 begins far above it. */
const mostWeighting = 100_000;
/** Directions whose length is off by more than this share are no unit vectors. */
const unitTolerance = 0.01;

/** The diffusion weighting of the volumes that can be used, in one frame for all of them: the patient's. */
export interface GradientTable {
  /** s/mm2, one a volume. */
  b: number[];
  /** Unit vectors, patient RAS; [0, 0, 0] where a volume has none (unweighted, or all of a trace series). */
  ras: Vector[];
  /** Time points of the image, one an entry. */
  volumes: number[];
  /** False for trace series: isotropic weighting at each b-value. */
  hasDirections: boolean;
  /** Time points of the image that are no measurement: an ADC or trace that the scanner appended. */
  appended: number[];
}

/**
 * FSL's bvec in patient RAS. FSL gives the directions in the image's axes, and turns i round where the axes are
 * right-handed (determinant of the affine positive). Voxel sizes do not enter. The table so follows the image: turn the
 * affine, and the directions turn with it.
 */
export function fslToRas([x, y, z]: Vector, affineRas: Grid['affineRas']): Vector {
  const size = spacingMm(affineRas);
  const first = determinant(affineRas) > 0 ? -x : x;
  const row = (at: number): number =>
    (affineRas[at]! / size[0]) * first + (affineRas[at + 1]! / size[1]) * y + (affineRas[at + 2]! / size[2]) * z + 0;
  return [row(0), row(4), row(8)];
}

/** A direction of patient RAS in the image's axes (i, j, k as unit vectors): the inverse of the affine's rotation. */
export function rasToAxes([x, y, z]: Vector, affineRas: Grid['affineRas']): Vector {
  const size = spacingMm(affineRas);
  const column = (at: number): number =>
    (affineRas[at]! * x + affineRas[4 + at]! * y + affineRas[8 + at]! * z) / size[at]!;
  return [column(0), column(1), column(2)];
}

const pairRemedy = 'Use the bval and bvec files, or the DICOM series, that belong to this image.';

/**
 * The weighting of a series from `bval` (s/mm2) with `bvec` (FSL) or `bvecRas` (patient), as intake gives them.
 * Sanity: as many entries as volumes - or one fewer, when the scanner appended a map -, no negative b-value, no length of a
 * direction other than 1, weighted volumes without direction in a series with directions. What is wrong is an issue; the
 * table is undefined where nothing honest can be said.
 */
export function gradientTable(
  metadata: Readonly<Record<string, unknown>>,
  grid: Pick<Grid, 'shape' | 'affineRas'>,
): { table?: GradientTable; issues: Issue[] } {
  const volumes = grid.shape[3];
  const refuse = (code: string, message: string) => ({
    issues: [issue('error', code, message, { remedy: pairRemedy })],
  });
  const bval = numbers(metadata['bval']);
  if (bval === undefined) return refuse('diffusion-no-b-values', 'No b-value is known of any volume.');
  if (bval.length !== volumes && bval.length !== volumes - 1)
    return refuse('gradients-count-mismatch', `${volumes} volumes, but ${bval.length} b-values.`);
  if (bval.some((value) => !(value >= 0 && Number.isFinite(value))))
    return refuse('bval-invalid', 'A b-value is negative or not a number.');
  const highest = Math.max(...bval);
  if (highest <= unweightedBelow)
    return refuse('b-values-implausible', `The highest b-value is ${highest} s/mm²: that is no diffusion weighting.`);
  if (highest > mostWeighting)
    return refuse(
      'b-values-implausible',
      `The highest b-value is ${highest} s/mm²: that is another unit or another table.`,
    );
  const issues: Issue[] = [];
  const appended = bval.length < volumes ? [volumes - 1] : [];
  if (appended.length > 0)
    issues.push(
      issue(
        'warning',
        'gradients-one-short',
        `${volumes} volumes, but ${bval.length} b-values: the last volume is taken for a map that the scanner appended.`,
        { remedy: 'Look at the last volume; when it is a measurement, the table belongs to another image.' },
      ),
    );
  const vectors = vectorsOf(metadata, bval.length, grid.affineRas);
  if (vectors === undefined)
    return refuse('gradients-count-mismatch', `${bval.length} b-values, but another number of directions.`);
  const lengths = vectors.map((vector) => (vector.every(Number.isFinite) ? Math.hypot(...vector) : 0));
  const hasDirections = lengths.some((size, at) => size > 0.1 && bval[at]! > unweightedBelow);
  const table: GradientTable = { b: [], ras: [], volumes: [], hasDirections, appended };
  let notUnit = 0;
  for (const [at, b] of bval.entries()) {
    const size = lengths[at]!;
    const isDirected = size > 0.1;
    if (hasDirections && b > unweightedBelow && !isDirected) {
      appended.push(at);
      continue;
    }
    if (isDirected && b > unweightedBelow && Math.abs(size - 1) > unitTolerance) notUnit++;
    table.b.push(b);
    table.ras.push(isDirected ? (vectors[at]!.map((value) => value / size) as unknown as Vector) : [0, 0, 0]);
    table.volumes.push(at);
  }
  const undirected = appended.length - (bval.length < volumes ? 1 : 0);
  if (undirected > 0)
    issues.push(
      issue(
        'warning',
        'diffusion-volume-without-direction',
        `${undirected} weighted ${undirected === 1 ? 'volume has' : 'volumes have'} no direction in a series with directions; left out as a trace or ADC that the scanner appended.`,
        { remedy: 'Check the gradient table when they are measurements.' },
      ),
    );
  if (notUnit > 0)
    issues.push(
      issue(
        'warning',
        'bvec-not-unit',
        `${notUnit} directions do not have length 1. They were brought to it, and the b-values left as stated.`,
        { remedy: 'Some programs scale directions to encode b-values: make sure that the b-values are the true ones.' },
      ),
    );
  if (!table.b.some((b) => b <= unweightedBelow))
    issues.push(
      issue('info', 'diffusion-no-unweighted', 'No volume is unweighted; its signal is extrapolated from the others.'),
    );
  return { table, issues };
}

/** The part of a table that `keep` says, with its volumes. */
export function subTable(table: GradientTable, keep: (b: number, at: number) => boolean): GradientTable {
  const kept = table.b.flatMap((b, at) => (keep(b, at) ? [at] : []));
  return {
    ...table,
    b: kept.map((at) => table.b[at]!),
    ras: kept.map((at) => table.ras[at]!),
    volumes: kept.map((at) => table.volumes[at]!),
  };
}

/** Volumes of like b-value: within 5 % (at least 25 s/mm2) of the lowest of the group. Ascending. */
export interface Shell {
  /** Mean b-value, s/mm2. */
  b: number;
  /** Entries of the table. */
  entries: number[];
}

export function shellsOf({ b }: Pick<GradientTable, 'b'>): Shell[] {
  const order = b.map((_, at) => at).sort((x, y) => b[x]! - b[y]! || x - y);
  const groups: number[][] = [];
  for (const at of order) {
    const group = groups.at(-1);
    const first = group === undefined ? 0 : b[group[0]!]!;
    // Low b-values of an IVIM series stand close together and are not one.
    const reach = first < 100 ? 4 : Math.max(25, 0.05 * first);
    if (group === undefined || b[at]! - first > reach) groups.push([at]);
    else group.push(at);
  }
  return groups.map((entries) => ({ b: entries.reduce((sum, at) => sum + b[at]!, 0) / entries.length, entries }));
}

/** Directions that differ by more than about 3 degrees, opposite ones being one, among weighted volumes. */
export function distinctDirections({ b, ras }: Pick<GradientTable, 'b' | 'ras'>): number {
  const found: Vector[] = [];
  for (const [at, vector] of ras.entries()) {
    if (b[at]! <= unweightedBelow || Math.hypot(...vector) === 0) continue;
    const isNew = found.every((one) => Math.abs(one.reduce((sum, x, axis) => sum + x * vector[axis]!, 0)) < 0.9986);
    if (isNew) found.push(vector);
  }
  return found.length;
}

function vectorsOf(
  metadata: Readonly<Record<string, unknown>>,
  count: number,
  affineRas: Grid['affineRas'],
): Vector[] | undefined {
  const inPatient = triples(metadata['bvecRas']);
  if (inPatient !== undefined) return inPatient.length === count ? inPatient : undefined;
  const inImage = triples(metadata['bvec']);
  if (inImage === undefined) return Array.from({ length: count }, () => [0, 0, 0] as const);
  return inImage.length === count ? inImage.map((vector) => fslToRas(vector, affineRas)) : undefined;
}

function numbers(value: unknown): number[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value.map(Number) : undefined;
}

function triples(value: unknown): Vector[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const rows = value.map((row) => (Array.isArray(row) ? row.map(Number) : []));
  return rows.every((row) => row.length === 3) ? (rows as unknown as Vector[]) : undefined;
}

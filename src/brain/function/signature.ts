import { IdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { resample } from '../../voxels/resample.ts';
import type { Atlas } from './atlas.ts';
import { pearson } from './connectome.ts';
import { researchOnly } from './signatureModel.ts';

/** A map or its weights, with what header and name say of it. */
export interface SignatureImage {
  grid: Pick<Grid, 'shape' | 'affineRas'>;
  values: ArrayLike<number>;
  metadata: Readonly<Record<string, unknown>>;
  path: string;
}

export interface SignatureScore {
  dot: number;
  cosine: number;
  correlation: number;
  /** Share of the weights' voxels in which the map has a value. */
  coverage: number;
  /** Parts of the dot product by parcel, largest first, `outside parcels` last; they add up to it. */
  contributions: { name: string; dot: number }[];
}

const leastCoverage = 0.95;
/** Intent codes of NIfTI-1 for t, F, z, p. */
const statistics = new Set([3, 4, 5, 22]);

/**
 * How much of a pattern of weights is in a first-level effect map: sum of products over the weights' voxels on the grid of the
 * weights. Refusals as issues: another space, a map of t or z, coverage below 95 %, a map without change.
 */
export function scoreSignature(
  map: SignatureImage,
  weights: SignatureImage,
  atlas?: Atlas,
): { score: SignatureScore | undefined; issues: Issue[] } {
  const refuse = (code: string, message: string, remedy: string) => ({
    score: undefined,
    issues: [issue('error', code, message, { remedy })],
  });
  if (!isInMni(map))
    return refuse(
      'signature-wrong-space',
      'The map is not in MNI space by its header or name.',
      'Give the effect map in MNI152 space.',
    );
  if (!isInMni(weights))
    return refuse(
      'signature-wrong-space',
      'The weights are not in MNI space by their header or name.',
      'Give the weights as their authors published them.',
    );
  if (
    statistics.has(Number(map.metadata['intent_code'])) ||
    /(^|[_\-.])(stat-|spm)?(t|z|f|p)(stat|map|val)?\d*([_\-.]|$)/i.test(
      map.path
        .split('/')
        .at(-1)!
        .replace(/\.nii(\.gz)?$/i, ''),
    )
  )
    return refuse(
      'signature-not-first-level',
      'The map holds a statistic (t, z, F or p), not the effect of one person.',
      'Give the first-level contrast (effect, beta, con), not its t or z map.',
    );
  if (/group|\.gfeat|(second|2nd|higher)[-_ ]?level|level[-_]?2/i.test(map.path.split('/').slice(-3).join('/')))
    return refuse(
      'signature-not-first-level',
      'The name of the map says that it is of a group, not of one person.',
      'Give the first-level contrast (effect, beta, con) of one person.',
    );
  const own = Float64Array.from(weights.values, (value) => (Number.isFinite(value) ? value : 0));
  const there = resample(map.values, map.grid, weights.grid, { interpolation: 'trilinear' });
  const inside: number[] = [];
  let all = 0;
  for (let at = 0; at < own.length; at++) {
    if (own[at] === 0) continue;
    all++;
    if (Number.isFinite(there[at]!) && there[at] !== 0) inside.push(at);
  }
  if (all === 0)
    throw new IdiographError('usage', 'the weights are all 0', { remedy: 'Give another file of weights.' });
  const coverage = inside.length / all;
  if (coverage < leastCoverage)
    return refuse(
      'signature-coverage',
      `The map covers ${(100 * coverage).toFixed(1)} % of the weights; ${100 * leastCoverage} % are needed.`,
      'Give a map of the whole brain.',
    );
  const [a, b] = [Float64Array.from(inside, (at) => own[at]!), Float64Array.from(inside, (at) => there[at]!)];
  const product = (x: Float64Array, y: Float64Array): number => x.reduce((sum, one, at) => sum + one * y[at]!, 0);
  if (b.every((value) => value === b[0]))
    return refuse('signature-constant-map', 'The map is the same everywhere.', 'Give the effect map of a contrast.');
  const dot = product(a, b);
  return {
    score: {
      ...{ dot, coverage, cosine: dot / Math.sqrt(product(a, a) * product(b, b)), correlation: pearson(a, b) },
      contributions: atlas ? contributionsOf(atlas, weights.grid, inside, own, there) : [],
    },
    issues: [researchOnly('A signature')],
  };
}

function contributionsOf(
  atlas: Atlas,
  grid: SignatureImage['grid'],
  inside: readonly number[],
  own: Float64Array,
  there: Float32Array,
): SignatureScore['contributions'] {
  const labels = resample(atlas.labels, atlas.grid, grid, { interpolation: 'nearest' });
  const sums = new Map<number, number>();
  for (const at of inside) sums.set(labels[at]!, (sums.get(labels[at]!) ?? 0) + own[at]! * there[at]!);
  const parts = atlas.parcels
    .map(({ label, name }) => ({ name, dot: sums.get(label) ?? 0 }))
    .sort((x, y) => Math.abs(y.dot) - Math.abs(x.dot));
  return [...parts, { name: 'outside parcels', dot: sums.get(0) ?? 0 }];
}

function isInMni({ metadata, path }: SignatureImage): boolean {
  return Number(metadata['sform_code']) === 4 || Number(metadata['qform_code']) === 4 || /space-MNI152/i.test(path);
}

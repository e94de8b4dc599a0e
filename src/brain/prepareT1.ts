import type { Grid } from '../dossier/grid.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { type Conformed, conform } from '../voxels/conform.ts';
import { biasField } from './biasField.ts';
import { deepBrightness } from './brightness.ts';
import { reorder } from './storageOrder.ts';

/** Level deep in the head, of 255, below which the mask network was seen to lose parts of the brain; that of upstream's sample head. */
const darkBrain = 85;
const usualBrain = 128;

export interface PreparedT1 extends Conformed {
  /** How much brighter the coils made the brightest twentieth of the head than its darkest; undefined: nothing was corrected. */
  corrected?: number;
  issues: Issue[];
}

/**
 * A T1 as the networks expect it. Where skin is so much brighter than the brain that the usual scaling leaves the brain dark,
 * the field of the coils is taken out ({@link biasField}), and what is then still dark is brightened; all other volumes are
 * conformed and nothing else. The order in which the file stores voxels changes no bit of the result. `stored` may be changed.
 */
export function prepareT1(
  stored: Float32Array,
  source: Pick<Grid, 'shape' | 'affineRas'>,
  { keepIntensities, place }: { keepIntensities: boolean; place: string },
): PreparedT1 | { refused: Issue } {
  let broken = 0;
  for (let at = 0; at < stored.length; at++) {
    if (Number.isFinite(stored[at])) continue;
    stored[at] = 0;
    broken++;
  }
  const { values: voxels, middleRas, ...grid } = reorder(stored, source);
  const placed = (one: Conformed): Conformed => ({ ...one, grid: movedTo(one.grid, middleRas) });
  const conformed = conform(voxels, grid, { keepIntensities });
  if (!(conformed.intensityRange[1] > conformed.intensityRange[0])) {
    return { refused: issue('error', 'image-constant', 'All voxels of the image are equal.', { place }) };
  }
  const issues =
    broken > 0
      ? [issue('warning', 'voxels-not-finite', `${broken} voxels hold no number; they were read as 0.`, { place })]
      : [];
  const level = deepBrightness(conformed);
  if (level === undefined || level >= darkBrain) return { ...placed(conformed), issues };
  const field = biasField({ grid, values: voxels });
  field?.correct(voxels);
  return { ...placed(brightened(voxels, grid)), corrected: field?.unevenness ?? 1, issues };
}

/** A grid about the origin about another point. */
function movedTo(grid: Conformed['grid'], [x, y, z]: readonly [number, number, number]): Conformed['grid'] {
  const affineRas = [...grid.affineRas];
  for (const [row, shift] of [x, y, z].entries()) affineRas[4 * row + 3]! += shift;
  return { ...grid, affineRas };
}

/** Conformed with the brain at its usual level, whatever the skin is. */
function brightened(voxels: Float32Array, grid: Pick<Grid, 'shape' | 'affineRas'>): Conformed {
  const conformed = conform(voxels, grid);
  const level = deepBrightness(conformed);
  if (level === undefined || level >= darkBrain) return conformed;
  const [low, high] = conformed.intensityRange;
  return conform(voxels, grid, { brightest: low + ((high - low) * level) / usualBrain });
}

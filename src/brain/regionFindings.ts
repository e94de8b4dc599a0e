import type { FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { millilitres } from '../voxels/regionStatistics.ts';
import { asymmetryIndex } from './asymmetry.ts';
import type { Agreement } from './crossCheck.ts';
import type { Region } from './regions.ts';
import { regionMeasures, type Structures, siteCode } from './structures.ts';

/** Structures whose volumes by the two networks differ by more than this are flagged. */
const largestDifference = 0.15;

/** Takes one finding. */
type Emit = (draft: Omit<FindingDraft, 'derivedFrom'>) => void;

/** What two networks say of each structure that both have. */
export function emitAgreements(
  agreements: readonly Agreement[],
  structures: Structures['structures'],
  emit: Emit,
): void {
  const known = new Map(structures.map((one) => [one.label, one]));
  for (const { label, difference, dice, voxels18, voxels104 } of agreements)
    emit({
      measure: regionMeasures.agreement,
      site: siteCode(known.get(label)!),
      value: { type: 'quantity', value: Math.round(1000 * difference) / 10, unit: '%' },
      issues: isApart({ difference }) ? [networksApart] : [],
      methodNote: `overlap (Dice) ${dice.toFixed(3)}; ${(voxels18 / 1000).toFixed(1)} mL by 18 classes, ${(voxels104 / 1000).toFixed(1)} mL by 104`,
    });
}

/** Volume of each region, and the asymmetry of those with two sides, in doubt where the two networks are apart. */
export function emitRegions(
  regions: readonly Region[],
  counts: ArrayLike<number>,
  voxelMm3: number,
  agreements: readonly Agreement[],
  method: string,
  shared: readonly Issue[],
  emit: Emit,
): void {
  const apart = new Set(agreements.filter(isApart).map(({ label }) => label));
  const doubts = ({ within }: Region): Issue[] => [
    noNorm,
    ...shared,
    ...(within !== undefined && apart.has(within) ? [networksApart] : []),
  ];
  for (const region of regions) {
    const voxels = counts[region.value]!;
    const missing = issue('warning', 'structure-not-found', `${region.display}: no voxel was labelled so.`);
    emit({
      measure: regionMeasures.volume,
      site: siteCode({
        site: region.side ? `${region.side}-${region.site}` : region.site,
        display: region.side ? `${region.display}, ${region.side}` : region.display,
      }),
      ...(region.side && { laterality: region.side }),
      ...(voxels > 0
        ? {
            value: { type: 'quantity' as const, value: millilitres(voxels, voxelMm3), unit: 'mL' },
            issues: doubts(region),
          }
        : { value: { type: 'refused' as const, reason: missing.code }, issues: [missing, ...shared] }),
      methodNote: method,
    });
    if (region.side !== 'left') continue;
    const right = regions.find((one) => one.side === 'right' && one.site === region.site);
    if (!right || voxels + counts[right.value]! === 0) continue;
    const sides = { left: voxels, right: counts[right.value]! };
    // A difference of some percent has no ground where one side was missed or the whole is in doubt by more.
    const without = sides.left === 0 || sides.right === 0 ? 'structure-not-found' : undefined;
    const reason =
      without ?? (region.within !== undefined && apart.has(region.within) ? networksApart.code : undefined);
    emit({
      measure: regionMeasures.asymmetry,
      site: siteCode(region),
      value:
        reason === undefined
          ? { type: 'quantity', value: asymmetryIndex(sides), unit: '%' }
          : { type: 'refused', reason },
      issues: doubts(region),
      methodNote: method,
    });
  }
}

function isApart({ difference }: Pick<Agreement, 'difference'>): boolean {
  return Math.abs(difference) > largestDifference;
}

const networksApart = issue(
  'warning',
  'networks-disagree',
  `Two networks give volumes of this structure that differ by more than ${100 * largestDifference} %.`,
  { remedy: 'Look at both label maps before using the number.' },
);

const noNorm = issue('info', 'no-norm', 'No reference: there is no reference population for this method.', {
  remedy: 'Compare only with scans of the same person or of local controls measured by the same method.',
});

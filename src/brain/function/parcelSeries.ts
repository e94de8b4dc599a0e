import { type Issue, issue } from '../../dossier/issue.ts';
import type { Atlas, Parcel } from './atlas.ts';
import type { BoldRun } from './load.ts';

export interface ParcelSeries {
  /** Parcels with signal, in the order of the atlas. */
  parcels: Parcel[];
  /** One a parcel: mean over its voxels, by volume. */
  series: Float64Array[];
  left: { parcel: Parcel; why: string }[];
  issues: Issue[];
}

/** A parcel needs this share of its voxels inside the brain that was scanned, and this many of them. */
const leastShare = 0.5;
const leastVoxels = 4;

/** Mean signal of each parcel. Parcels that were not scanned, or do not change, are left out and said. */
export function parcelSeries(run: BoldRun, atlas: Atlas, labels: ArrayLike<number>): ParcelSeries {
  const { data, size, volumes, mask } = run;
  const most = Math.max(...atlas.parcels.map(({ label }) => label));
  const all = new Uint32Array(most + 1);
  const inside = new Uint32Array(most + 1);
  const members: number[] = [];
  for (let at = 0; at < size; at++) {
    const label = labels[at]!;
    if (!(label > 0) || label > most) continue;
    all[label]!++;
    if (mask[at] === 0) continue;
    inside[label]!++;
    members.push(at);
  }
  const sums = Array.from({ length: volumes }, () => new Float64Array(most + 1));
  for (let t = 0; t < volumes; t++) {
    const row = sums[t]!;
    for (const at of members) row[labels[at]!]! += data[t * size + at]!;
  }
  const result: ParcelSeries = { parcels: [], series: [], left: [], issues: [] };
  for (const parcel of atlas.parcels) {
    const { label } = parcel;
    const many = inside[label]!;
    const series = Float64Array.from(sums, (row) => row[label]! / many);
    if (many < leastVoxels || many < leastShare * all[label]!)
      result.left.push({ parcel, why: `${many} of ${all[label]} voxels have signal` });
    else if (series.every((value) => value === series[0])) result.left.push({ parcel, why: 'it does not change' });
    else {
      result.parcels.push(parcel);
      result.series.push(series);
    }
  }
  if (result.left.length > 0) {
    const names = result.left.slice(0, 6).map(({ parcel, why }) => `${parcel.name} (${why})`);
    result.issues.push(
      issue(
        'warning',
        'parcels-left-out',
        `${result.left.length} of ${atlas.parcels.length} parcels have no signal: ${names.join('; ')}${result.left.length > 6 ? ' ...' : ''}.`,
        { remedy: 'Check coverage, and signal loss near the air of sinuses and ears.' },
      ),
    );
  }
  return result;
}

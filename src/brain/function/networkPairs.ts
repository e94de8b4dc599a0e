import type { InstalledPack } from '../../dossier/analysis.ts';
import { canonicalJson, sha256 } from '../../dossier/canonical.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { type Atlas, type InTemplate, labelsOnRun, type Parcel } from './atlas.ts';
import type { Cleaner } from './clean.ts';
import { connectomeOf } from './connectome.ts';
import type { BoldRun } from './load.ts';
import { volumeOf } from './packs.ts';
import { parcelSeries } from './parcelSeries.ts';

export const networkPack = 'schaefer-yeo';
const stem = 'Schaefer2018_400Parcels_17Networks_order';

/** The 17 networks (Yeo 2011) as the parcels name them and as the published models of connectivity do, in their order. */
const published = [
  ['VisCent', 'VisualA'],
  ['VisPeri', 'VisualB'],
  ['SomMotA', 'SensorimotorA'],
  ['SomMotB', 'SensorimotorB'],
  ['DorsAttnA', 'DorsalAttnA'],
  ['DorsAttnB', 'DorsalAttnB'],
  ['SalVentAttnA', 'VentralAttnA'],
  ['SalVentAttnB', 'VentralAttnB'],
  ['LimbicA', 'LimbicA'],
  ['LimbicB', 'LimbicB'],
  ['ContA', 'ControlA'],
  ['ContB', 'ControlB'],
  ['ContC', 'ControlC'],
  ['DefaultA', 'DefaultA'],
  ['DefaultB', 'DefaultB'],
  ['DefaultC', 'DefaultC'],
  ['TempPar', 'TemporalParietal'],
] as const;

/** The pack's parcels as an atlas of 17 networks, both hemispheres together. Throws `pack-invalid`. */
export async function readNetworkAtlas(pack: InstalledPack): Promise<Atlas> {
  const { grid, values } = await volumeOf(pack, `${stem}_FSLMNI152_2mm.nii.gz`);
  return networkAtlas(grid, values, new TextDecoder().decode(await pack.read(`${stem}.txt`)));
}

/** `names`: lines of value, name (`17Networks_LH_VisCent_ExStr_1`), colour. */
export function networkAtlas(grid: Atlas['grid'], values: ArrayLike<number>, names: string): Atlas {
  const labelOf = new Map<number, number>();
  for (const line of names.split(/\r?\n/)) {
    const [, value, network] = /^(\d+)\s+17Networks_[LR]H_([A-Za-z]+)/.exec(line) ?? [];
    const at = published.findIndex(([one]) => one === network);
    if (at >= 0) labelOf.set(Number(value), at + 1);
  }
  if (new Set(labelOf.values()).size !== published.length)
    throw new IdiographError('pack-invalid', `the names of parcels hold not all of ${published.length} networks`);
  const parcels = published.map(([, name], at): Parcel => ({ label: at + 1, name, network: name }));
  return {
    ...{ name: '17 networks of Schaefer 400', grid, parcels },
    labels: Float32Array.from(values, (value) => labelOf.get(value) ?? 0),
  };
}

export interface NetworkPairs {
  /** `VisualA_VisualB` and Fisher z of the correlation of their mean series. */
  pairs: { name: string; z: number }[];
  issues: Issue[];
}

/** Connectivity between the 17 networks, cleaned like the parcels. Networks without signal have no pairs and are named. */
export function networkPairs(run: BoldRun, atlas: Atlas, to: InTemplate, clean: Cleaner): NetworkPairs {
  const { parcels, series, left } = parcelSeries(run, atlas, labelsOnRun(run, atlas, to));
  const { z } = connectomeOf(
    parcels,
    series.map((one) => clean.clean(one)),
  );
  const n = parcels.length;
  const pairs = parcels.flatMap(({ name: a }, row) =>
    parcels.slice(row + 1).map(({ name: b }, at) => ({ name: `${a}_${b}`, z: z[row * n + row + 1 + at]! })),
  );
  const issues = left.map(({ parcel, why }) =>
    issue('warning', 'network-without-signal', `${parcel.name} has no connectivity: ${why}.`, {
      remedy: 'Check coverage, and signal loss near the air of sinuses and ears.',
    }),
  );
  return { pairs, issues };
}

/** Which steps made numbers of connectivity: equal names may be read against each other, others may not. */
export function madeBy(settings: Record<string, unknown>): string {
  return `rest-connectome@${sha256(canonicalJson(settings)).slice(0, 12)}`;
}

import { z } from 'zod';
import { loadKnowledge } from './load.ts';

const MuseRegions = z.object({ regions: z.array(z.tuple([z.int().positive(), z.string().min(1)])) });

let muse: { byNumber: Map<number, string>; byName: Map<string, string> } | undefined;

function museNames() {
  if (muse) return muse;
  const { regions } = MuseRegions.parse(loadKnowledge('norms/muse-regions.json').data);
  const byName = new Map(regions.map(([, name]) => [plain(name), name]));
  // Spellings of the centile tables where they differ by more than underscores.
  byName.set('ventriclel', 'Ventricles_L');
  byName.set('posteriorlimbinternalcapsuleinccerebralpedunclel', 'PosteriorLimbInternalCapsule_L');
  byName.set('posteriorlimbinternalcapsuleinccerebralpeduncler', 'PosteriorLimbInternalCapsule_R');
  muse = { byNumber: new Map(regions), byName };
  return muse;
}

const plain = (name: string) => name.replaceAll('_', '').toLowerCase();

/**
 * The region of the MUSE atlas that a column of a DLMUSE table means: `47`, `MUSE_47`, `DL_MUSE_Volume_47`, the same with
 * `H_` for harmonised, `Hippocampus_R`. Undefined for anything else, also for names with spaces, dots or hyphens, which
 * other software writes.
 */
export function museRegion(column: string): string | undefined {
  const text = column.trim();
  const number = /^(?:H_)?(?:DL_?)?(?:MUSE_)?(?:Volume_)?(\d{1,3})$/i.exec(text)?.[1];
  if (number !== undefined) return museNames().byNumber.get(Number(number));
  return /^\w+$/.test(text) ? museNames().byName.get(plain(text)) : undefined;
}

/** Tables of regional volumes that are known by their columns; `SynthSeg quality` holds its own estimates of overlap. */
export type VolumeTableKind = 'SynthSeg' | 'SynthSeg quality' | 'DLMUSE';

/** Structures that every version of SynthSeg writes, with spaces where FreeSurfer writes hyphens. */
const synthSeg = ['left cerebral white matter', 'left cerebral cortex', 'left lateral ventricle', 'left thalamus'];
/** Groups of structures that SynthSeg estimates its overlap of. */
const synthSegGroups = ['general white matter', 'general grey matter', 'general csf'];
/** Fewest columns of the MUSE atlas: other tables may have a few with such names. */
const leastMuse = 20;
/** Age, sex, site and the like may stand beside them. */
const mostOthers = 20;

/** What a table is by its header, or undefined. The first column names the scan. */
export function volumeTableKind(columns: readonly string[]): VolumeTableKind | undefined {
  const lower = new Set(columns.map((one) => one.trim().toLowerCase()));
  if (synthSeg.every((one) => lower.has(one))) return 'SynthSeg';
  if (synthSegGroups.every((one) => lower.has(one))) return 'SynthSeg quality';
  if (columns.length <= leastMuse) return undefined;
  const found = columns.slice(1).filter((one) => museRegion(one) !== undefined).length;
  return found >= leastMuse && columns.length - 1 - found <= mostOthers ? 'DLMUSE' : undefined;
}

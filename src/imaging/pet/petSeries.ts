import type { ImageHandle } from '../../dossier/image.ts';
import { bedDecay, scaledBySlice } from './bedDecay.ts';
import type { Nuclide } from './nuclides.ts';
import { type PetHeader, petHeader } from './petHeader.ts';
import { type SuvScale, suvBodyWeightScale } from './suv.ts';

/** A PET image whose every slice is corrected to one time, with what turns it into uptake. */
export interface PetSeries {
  image: ImageHandle;
  header: PetHeader;
  scale: SuvScale;
}

/** `metadata`: the whole header, lists in slice order. What had to be done to single slices is said in the scale's issues. */
export function petSeries(
  image: ImageHandle,
  metadata: Readonly<Record<string, unknown>>,
  nuclides: readonly Nuclide[],
): PetSeries {
  const header = petHeader(metadata);
  const scale = suvBodyWeightScale(header, nuclides);
  if ('refused' in scale || scale.halfLifeS === undefined) return { image, header, scale };
  const { bySlice, issues } = bedDecay(metadata, header, scale.halfLifeS, image.grid.shape[2]);
  scale.issues.push(...issues);
  return { image: scaledBySlice(image, bySlice), header, scale };
}

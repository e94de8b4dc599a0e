import { errorOf, fitQuality } from '../../perfusion/mapList.ts';
import { type KineticModelId, kineticModels, type Reported } from './models.ts';

/** Linear models, of which a work-up makes maps. */
const mapped: readonly KineticModelId[] = ['patlak', 'logan', 'mrtm1'];

/** Every number that a model gives in each voxel, with its standard error, and R2. */
export function reportedMaps(id: KineticModelId): Reported[] {
  return [...kineticModels[id].reported.flatMap((one) => [one, errorOf(one)]), fitQuality];
}

export const roleOfMap = (name: string): string => `pet-${name}-map`;

/** Maps by the role of their artifact, with their unit: what the viewer shows them in. */
export const kineticMapUnits: readonly (readonly [role: string, unit: string])[] = mapped.flatMap((id) =>
  reportedMaps(id).map(({ name, unit }) => [roleOfMap(name), unit] as const),
);

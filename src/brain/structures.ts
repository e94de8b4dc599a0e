import { z } from 'zod';
import { type Code, measure } from '../dossier/code.ts';

export const structuresFile = 'brain/structures.json';

/** knowledge/brain/structures.json */
export const Structures = z.object({
  structures: z.array(
    z.object({
      label: z.string(),
      site: z.string(),
      display: z.string(),
      tissue: z.enum(['gray-matter', 'white-matter', 'ventricles', 'mixed']),
      paired: z.boolean(),
    }),
  ),
  tissues: z.array(z.object({ site: z.string(), display: z.string() })),
});
export type Structures = z.infer<typeof Structures>;
export type Structure = Structures['structures'][number];

/** The site code of a structure or tissue. */
export function siteCode({ site, display }: { site: string; display: string }): Code {
  return { system: 'idiograph', code: site, display };
}

export const measures = {
  volume: measure('brain-volume', 'Volume'),
  tissue: measure('tissue-volume', 'Tissue volume'),
  asymmetry: measure('brain-volume-asymmetry', 'Asymmetry index 200 (L - R) / (L + R)'),
  intracranial: measure('intracranial-volume-estimate', 'Intracranial volume, lower estimate'),
  orientation: measure('orientation-check', 'Orientation check'),
};

export const wholeBrain = { site: 'brain', display: 'Brain without ventricles' };

/** Of the network with 104 classes: volumes by different networks are never one series. */
export const regionMeasures = {
  volume: measure('brain-region-volume', 'Volume of a region, 104 classes'),
  asymmetry: measure('brain-region-asymmetry', 'Asymmetry index of a region 200 (L - R) / (L + R), 104 classes'),
  agreement: measure('segmentation-difference', 'Volume by 104 classes against 18 classes'),
};

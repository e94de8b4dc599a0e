import { z } from 'zod';
import type { InstalledPack } from '../../dossier/analysis.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { KnowledgeHeader } from '../../knowledge/load.ts';
import { type InTemplate, labelsOnRun } from './atlas.ts';
import type { BoldRun } from './load.ts';
import { readAtlas, readTemplate } from './packs.ts';
import { registerToTemplate } from './toTemplate.ts';

export const painRegionsFile = 'brain/pain-regions.json';

const Region = z.object({
  id: z.string().regex(/^[a-z-]+$/),
  title: z.string().min(1),
  /** Beginnings of parcel names without `7Networks_LH_`. */
  parcels: z.array(z.string().min(2)).min(1),
});
export type PainRegion = z.infer<typeof Region>;
export const PainRegionsFile = KnowledgeHeader.extend({ regions: z.array(Region).min(1) });

export interface PainResponse {
  contrast: string;
  region: PainRegion;
  meanT: number;
  voxels: number;
}

const leastVoxels = 10;

/** Mean t of contrasts in regions that pain activates in most people. Issues and no responses without atlas or registration. */
export async function painResponses(
  run: BoldRun,
  maps: readonly { name: string; t: Float32Array }[],
  regions: readonly PainRegion[],
  packs: { atlas: InstalledPack | undefined; template: InstalledPack | undefined },
  where: { inTemplate: boolean; t1?: () => Promise<ImageHandle> },
): Promise<{ responses: PainResponse[]; issues: Issue[] }> {
  if (!packs.atlas || (!where.inTemplate && !packs.template))
    return {
      responses: [],
      issues: [
        issue(
          'info',
          'no-atlas',
          'Regions that pain activates are not read: the packs schaefer-tian and mni152 are not installed.',
          {
            remedy: 'idiograph packs add schaefer-tian --from FOLDER, and mni152.',
          },
        ),
      ],
    };
  let to: InTemplate = { affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
  const issues: Issue[] = [];
  if (!where.inTemplate) {
    const t1 = await where.t1?.();
    const template = await readTemplate(packs.template!);
    const found = registerToTemplate(run, t1 && { grid: t1.grid, values: await t1.readVolume(0) }, template.t1);
    if ('refused' in found) return { responses: [], issues: [found.refused] };
    to = found;
    issues.push(...found.issues);
  }
  const atlas = await readAtlas(packs.atlas, '100-S1');
  const labels = labelsOnRun(run, atlas, to);
  const responses = regions.flatMap((region) => {
    const members = new Set(
      atlas.parcels
        .filter(({ name }) => region.parcels.some((one) => name.replace(/^\d+Networks_[LR]H_/, '').startsWith(one)))
        .map(({ label }) => label),
    );
    const inside = run.voxels.filter((at) => members.has(labels[at]!));
    if (inside.length < leastVoxels) return [];
    return maps.map(({ name, t }) => ({
      ...{ contrast: name, region, voxels: inside.length },
      meanT: inside.reduce((sum, at) => sum + t[at]!, 0) / inside.length,
    }));
  });
  return { responses, issues };
}

import type { RunContext } from '../../dossier/analysis.ts';
import type { Issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { wholeMask } from '../../voxels/mask.ts';
import { missingSlices } from '../../voxels/missingSlices.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import { Structures, structuresFile } from '../structures.ts';
import type { VisitInput } from './studyVisit.ts';

/** Opens what a selection names: image, T1 with its classes, lesion masks of the site. */
export async function readVisit(
  inputs: Record<string, string[]>,
  source: Source,
  context: RunContext,
): Promise<VisitInput & { issues: Issue[]; givenBy: string[] }> {
  const image = await context.openImage(source.id);
  const flair = { grid: { ...image.grid }, values: await image.readVolume() };
  const issues: Issue[] = [];
  const [t1Id, labelsId, conformedId] = ['t1', 'labels', 'conformed'].map((role) => inputs[role]?.[0]);
  const t1 = conformedId ?? t1Id;
  const opened = t1 === undefined ? undefined : await context.openImage(t1);
  const masks = inputs['masks'] ?? [];
  const regions = inputs['regions'] ?? [];
  const given = masks.length + regions.length > 0 ? new Uint8Array(flair.values.length) : undefined;
  if (given) {
    const add = (found: ReturnType<typeof regionMask>): void => {
      issues.push(...found.issues);
      for (const [at, one] of wholeMask(found.mask).entries()) if (one === 1) given[at] = 1;
    };
    const target = { ...flair.grid, shape: [...flair.grid.shape.slice(0, 3), 1] as typeof flair.grid.shape };
    for (const id of masks) {
      const drawn = await context.openImage(id);
      const values = await drawn.readVolume();
      add(
        regionMask(
          { type: 'mask', grid: drawn.grid, mask: Uint8Array.from(values, (one) => (one > 0.5 ? 1 : 0)) },
          target,
        ),
      );
    }
    for (const id of regions) add(regionMask(await context.openRegion(id), target));
  }
  return {
    ...{ flair, place: source.path, missingSlices: missingSlices(source.metadata), issues },
    ...(source.contrast && { contrast: source.contrast }),
    ...(opened && { t1: { grid: opened.grid, values: await opened.readVolume() } }),
    ...(labelsId && { t1Classes: await classesOf(labelsId, context) }),
    ...(given && { given }),
    givenBy: [...masks, ...regions],
    progress: (fraction, doing) => context.progress(fraction, doing),
  };
}

/** Label map of the brain networks as 1 fluid, 2 gray, 3 white; mixed structures count as white. */
async function classesOf(id: string, context: RunContext): Promise<Uint8Array> {
  const { structures } = Structures.parse(context.knowledge(structuresFile));
  const tissue = new Map(structures.map((one) => [one.label, one.tissue]));
  const names = context.dossier.artifacts.find((one) => one.id === id)?.labels ?? [];
  const classOf = new Uint8Array(256);
  for (const { value, name } of names) {
    const of = tissue.get(name);
    classOf[value] = of === 'ventricles' ? 1 : of === 'gray-matter' ? 2 : of === undefined ? 0 : 3;
  }
  const values = await (await context.openImage(id)).readVolume();
  return Uint8Array.from(values, (value) => classOf[value] ?? 0);
}

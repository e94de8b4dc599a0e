import { z } from 'zod';
import type { Dossier, Selected } from '../dossier/analysis.ts';
import { Affine } from '../dossier/grid.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Source } from '../dossier/source.ts';
import { spacingMm } from '../voxels/affine.ts';

/** Fewer slices, or larger steps between voxels, and a segmentation network sees no structures. */
const leastExtentMm = 100;
const largestSpacingMm = 3;
const largestRatio = 3;

/**
 * The T1-weighted volumes of a dossier that can be segmented, the best of each day: stated contrast before unknown,
 * no contrast agent before contrast agent, finer before coarser. Reads records only.
 */
export function selectT1(dossier: Dossier): Selected {
  const images = dossier.sources.filter(
    (source) => (source.format === 'dicom-series' || source.format === 'nifti') && source.modality === 'MR',
  );
  const candidates = images.filter(
    (source) => source.contrast === 'T1w' || (isUnknown(source) && isWholeVolume(source)),
  );
  const missing: Issue[] = [];
  const usable = candidates.filter((source) => {
    const refused = unsuitable(source);
    if (refused && source.contrast === 'T1w') missing.push(refused);
    return !refused;
  });
  if (usable.length === 0 && missing.length === 0) {
    missing.push(
      issue('info', 'no-t1', 'There is no T1-weighted scan of the head: no brain volumes.', {
        remedy: 'Add a three-dimensional T1-weighted series (DICOM or NIfTI).',
      }),
    );
  }
  const days = new Map<string, Source[]>();
  for (const source of usable) {
    const day = source.acquiredAt?.slice(0, 10) ?? '';
    days.set(day, [...(days.get(day) ?? []), source]);
  }
  const selections = [...days.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, sources]) => {
      const best = [...sources].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))[0]!;
      return {
        title: `T1w${day && ` ${day}`}, ${best.description ?? best.path}`,
        inputs: { t1: [best.id] },
        options: { otherVolumesOfTheDay: sources.length - 1 },
      };
    });
  return { selections, missing };
}

/** Lower is better. */
function rank(source: Source): number {
  const agent =
    /(^|[^a-z])(gd|gado|c\+|post|kontrast|km)/i.test(source.description ?? '') || source.metadata['ContrastBolusAgent'];
  const spacing = extents(source).spacingMm;
  return (source.contrast === 'T1w' ? 0 : 100) + (agent ? 10 : 0) + (spacing ? Math.max(...spacing) : 5);
}

function isUnknown({ contrast }: Source): boolean {
  return contrast === undefined || contrast === 'unknown';
}

function isWholeVolume(source: Source): boolean {
  return extents(source).shape !== undefined && unsuitable(source) === undefined;
}

/** Why records alone say that an image cannot be segmented. The grid itself is checked again when it is opened. */
function unsuitable(source: Source): Issue | undefined {
  const { shape, spacingMm: spacing } = extents(source);
  return shape && spacing ? unsuitableGrid(shape, spacing, source.path) : undefined;
}

/** An issue when a volume is too thin, too coarse, too uneven or has time points; otherwise undefined. */
export function unsuitableGrid(shape: readonly number[], spacing: readonly number[], place: string): Issue | undefined {
  const remedy = 'Use a three-dimensional T1-weighted series with voxels of about 1 mm.';
  const refuse = (message: string): Issue => issue('warning', 't1-unsuitable', message, { place, remedy });
  if ((shape[3] ?? 1) > 1) return refuse(`The image has ${shape[3]} time points; one volume is needed.`);
  const extent = Math.min(...[0, 1, 2].map((axis) => shape[axis]! * spacing[axis]!));
  if (extent < leastExtentMm)
    return refuse(`The image covers only ${extent.toFixed(0)} mm in one direction: no whole head.`);
  const largest = Math.max(...spacing);
  const ratio = largest / Math.min(...spacing);
  if (largest > largestSpacingMm || ratio > largestRatio) {
    return refuse(
      `Voxels of ${spacing.map((one) => one.toFixed(1)).join(' x ')} mm are too coarse or uneven for a segmentation.`,
    );
  }
  return undefined;
}

/** Shape and spacing as the metadata of either format state them: a DICOM layout, or a NIfTI header's fields. */
function extents({ metadata }: Source): { shape: number[] | undefined; spacingMm: number[] | undefined } {
  const layout = Layout.safeParse(metadata['layout']);
  if (layout.success) return { shape: layout.data.shape, spacingMm: spacingMm(layout.data.affineRas) };
  const header = NiftiFields.safeParse(metadata);
  if (!header.success) return { shape: undefined, spacingMm: undefined };
  const [rank, ...lengths] = header.data.dim;
  return {
    shape: lengths.slice(0, 4).map((length, axis) => (axis < rank! ? length : 1)),
    spacingMm: header.data.pixdim.slice(1, 4).map(Math.abs),
  };
}

const Layout = z.object({ shape: z.array(z.number()).length(4), affineRas: Affine });
const NiftiFields = z.object({ dim: z.array(z.number()).length(8), pixdim: z.array(z.number()).length(8) });

import type { Dossier, Selected, Selection } from '../../../dossier/analysis.ts';
import { issue } from '../../../dossier/issue.ts';
import type { Region } from '../../../dossier/region.ts';
import type { Source } from '../../../dossier/source.ts';
import { fewestFrames } from '../frames.ts';
import { bloodTablesFor } from './bloodSamples.ts';

function shapeOf({ metadata }: Source): number[] {
  const layout = metadata['layout'] as { shape?: number[] } | undefined;
  return layout?.shape ?? (metadata['dim'] as number[] | undefined)?.slice(1, 5) ?? [];
}

/** PET with a course in time: DICOM of modality PT, NIfTI whose sidecar gives frames. */
export function isDynamicPet(source: Source): boolean {
  if (!((shapeOf(source)[3] ?? 1) >= fewestFrames)) return false;
  if (source.format === 'dicom-series') return source.modality === 'PT';
  return source.format === 'nifti' && Array.isArray(source.metadata['FrameTimesStart']);
}

export type KineticRole = 'input' | 'reference' | 'tissue';

/** Which part a region plays, by its label: a vessel or heart chamber, a tissue without specific binding, or a tissue. */
export function roleOf({ label }: Pick<Region, 'label'>): KineticRole {
  const words = label.replace(/[_\-.]+/g, ' ');
  if (/\b(aorta|aortic|artery|arterial|carotids?|idif|input|blood ?pool|left ventricle|lv blood)\b/i.test(words))
    return 'input';
  return /\b(reference|ref region|cerebell\w*)\b/i.test(words) ? 'reference' : 'tissue';
}

/**
 * Dynamic series with the regions drawn on them or in their frame of reference, and the blood samples of the person. Without
 * samples or a region that gives an input or a reference there is nothing to compute, which is said.
 */
export function chooseKinetics(dossier: Dossier): Selected {
  const selections: Selection[] = [];
  let without = 0;
  const series = dossier.sources.filter(isDynamicPet);
  const blood = bloodTablesFor(dossier, series);
  for (const source of series) {
    const regions = regionsOn(source, dossier.regions);
    const table = blood.tables.get(source.id);
    if (!table && !regions.some((region) => roleOf(region) !== 'tissue')) {
      without++;
      continue;
    }
    const name = [source.description ?? 'dynamic PET', source.acquiredAt?.slice(0, 10)].filter(Boolean).join(', ');
    selections.push({
      title: name,
      inputs: {
        image: [source.id],
        regions: regions.map(({ id }) => id),
        ...(table && { blood: [table.id] }),
      },
    });
  }
  const missing =
    without === 0
      ? blood.issues
      : [
          ...blood.issues,
          issue('info', 'pet-no-input', 'A dynamic PET series has no region of a vessel or of a reference tissue.', {
            remedy:
              'Draw one and call it "aorta", "carotid" or "cerebellum"; or fit it with measured blood: idiograph pet.',
          }),
        ];
  return { selections, missing };
}

function regionsOn({ metadata, locator }: Source, regions: readonly Region[]): Region[] {
  const series = metadata['SeriesInstanceUID'] ?? locator['series'];
  const drawn = regions.filter(({ referencedSeries }) => referencedSeries !== undefined && referencedSeries === series);
  if (drawn.length > 0) return drawn;
  const frame = metadata['FrameOfReferenceUID'];
  return regions.filter(({ frameOfReference }) => frameOfReference !== undefined && frameOfReference === frame);
}

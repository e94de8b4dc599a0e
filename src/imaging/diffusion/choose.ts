import type { Dossier, Selected, Selection } from '../../dossier/analysis.ts';
import type { Artifact } from '../../dossier/artifact.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { unweightedBelow } from './gradients.ts';

export const segmentationRole = 'segmentation-18';

/**
 * Series with at least two volumes and two different b-values, each with the regions drawn on it or in its frame of
 * reference, and with the segmentation of a T1 of that frame. Diffusion series whose weighting nobody knows are missed.
 */
export function chooseDiffusion(dossier: Dossier): Selected {
  const selections: Selection[] = [];
  const missing: Issue[] = [];
  for (const source of dossier.sources) {
    if (source.format !== 'dicom-series' && source.format !== 'nifti') continue;
    const bval = source.metadata['bval'];
    if (!Array.isArray(bval)) {
      if (source.contrast === 'dwi')
        missing.push(
          issue('warning', 'diffusion-no-b-values', 'There is a diffusion series of which no b-value is known.', {
            place: source.path,
            remedy: 'Add its bval and bvec files, or the DICOM as the scanner wrote it.',
          }),
        );
      continue;
    }
    const b = bval.map(Number);
    if (b.length < 2 || Math.max(...b) <= unweightedBelow || Math.max(...b) - Math.min(...b) <= unweightedBelow)
      continue;
    const regions = dossier.regions.filter((region) => isOn(region, source));
    const labels = dossier.artifacts.filter((artifact) => sharesFrame(artifact, source, dossier.sources));
    selections.push({
      title: [source.description ?? 'diffusion', source.acquiredAt?.slice(0, 10), `${b.length} volumes`]
        .filter(Boolean)
        .join(', '),
      inputs: {
        image: [source.id],
        ...(regions.length > 0 && { regions: regions.map(({ id }) => id) }),
        ...(labels.length > 0 && { labels: [labels.at(-1)!.id] }),
      },
    });
  }
  return { selections, missing };
}

/** Drawn on the series, or in its frame of reference when the series it was drawn on is another. */
function isOn(region: Region, source: Source): boolean {
  const uid = source.metadata['SeriesInstanceUID'] ?? source.locator['series'];
  if (typeof uid === 'string' && uid !== '' && region.referencedSeries === uid) return true;
  return region.frameOfReference !== undefined && region.frameOfReference === frameOf(source);
}

function sharesFrame(artifact: Artifact, source: Source, sources: readonly Source[]): boolean {
  if (artifact.role !== segmentationRole) return false;
  const frame = frameOf(source);
  return (
    frame !== undefined && sources.some(({ id, ...of }) => artifact.derivedFrom.includes(id) && frameOf(of) === frame)
  );
}

function frameOf({ metadata }: Pick<Source, 'metadata'>): string | undefined {
  const uid = metadata['FrameOfReferenceUID'];
  return typeof uid === 'string' && uid !== '' ? uid : undefined;
}

import type { Dossier, Selected, Selection } from '../../dossier/analysis.ts';
import type { Artifact } from '../../dossier/artifact.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { unweightedBelow } from './gradients.ts';

export const segmentationRole = 'segmentation-18';

/**
 * Series with at least two volumes and two different b-values. Diffusion series whose weighting nobody knows are missed.
 * Regions are no part of it: a new drawing must not make new maps.
 */
export function chooseSeries(dossier: Dossier): Selected {
  const missing: Issue[] = [];
  for (const source of dossier.sources)
    if (isImage(source) && source.contrast === 'dwi' && !Array.isArray(source.metadata['bval']))
      missing.push(
        issue('warning', 'diffusion-no-b-values', 'There is a diffusion series of which no b-value is known.', {
          place: source.path,
          remedy: 'Add its bval and bvec files, or the DICOM as the scanner wrote it.',
        }),
      );
  const selections = dossier.sources
    .filter(isWeighted)
    .map((source): Selection => ({ title: titleOf(source), inputs: { image: [source.id] } }));
  return { selections, missing };
}

/**
 * Series of which there are maps, each with the regions drawn on it or in its frame of reference, what readers drew on it or
 * its maps, and the segmentation of a T1 of that frame.
 */
export function choosePlaces(dossier: Dossier, roles: ReadonlySet<string>): Selected {
  const selections: Selection[] = [];
  for (const source of dossier.sources.filter(isWeighted)) {
    const maps = dossier.artifacts.filter(
      ({ role, derivedFrom }) => roles.has(role) && derivedFrom.includes(source.id),
    );
    if (maps.length === 0) continue;
    const drawnOn = new Set([source.id, ...maps.map(({ id }) => id)]);
    const regions = dossier.regions.filter((region) => isOn(region, source));
    const entries = dossier.entries.filter(
      ({ type, content }) => type === 'annotation' && drawnOn.has(String((content as { image?: unknown })?.image)),
    );
    const labels = dossier.artifacts.filter((artifact) => sharesFrame(artifact, source, dossier.sources));
    const count = regions.length + entries.length;
    if (count === 0 && labels.length === 0) continue;
    const places = [count > 0 && `${count} drawn`, labels.length > 0 && 'segmentation'].filter(Boolean).join(', ');
    selections.push({
      title: `${titleOf(source)}: ${places}`,
      inputs: {
        image: [source.id],
        maps: maps.map(({ id }) => id),
        ...(regions.length > 0 && { regions: regions.map(({ id }) => id) }),
        ...(entries.length > 0 && { entries: entries.map(({ id }) => id) }),
        ...(labels.length > 0 && { labels: [labels.at(-1)!.id] }),
      },
    });
  }
  return { selections, missing: [] };
}

const isImage = ({ format }: Source): boolean => format === 'dicom-series' || format === 'nifti';

function isWeighted(source: Source): boolean {
  const bval = source.metadata['bval'];
  if (!isImage(source) || !Array.isArray(bval) || bval.length < 2) return false;
  const b = bval.map(Number);
  return Math.max(...b) > unweightedBelow && Math.max(...b) - Math.min(...b) > unweightedBelow;
}

function titleOf({ description, acquiredAt, metadata }: Source): string {
  const volumes = `${(metadata['bval'] as unknown[]).length} volumes`;
  return [description ?? 'diffusion', acquiredAt?.slice(0, 10), volumes].filter(Boolean).join(', ');
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

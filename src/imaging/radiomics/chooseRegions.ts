import { z } from 'zod';
import type { Dossier, Selected, Selection } from '../../dossier/analysis.ts';
import type { Entry } from '../../dossier/entry.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';

const modalities = new Set(['CT', 'MR', 'PT']);

/**
 * Which CT, MR and PET series are measured within which regions: the series that a region was drawn on, or, where that is
 * not here, the series of its frame of reference, one for each modality and time. Coordinates of different frames are never
 * put together.
 */
export function chooseRegions(dossier: Dossier): Selected {
  const series = dossier.sources.filter(
    ({ format, modality }) => format === 'dicom-series' && modalities.has(modality),
  );
  const chosen = new Map<string, { id: string }[]>();
  for (const region of dossier.regions)
    for (const source of seriesOf(region, series)) chosen.set(source.id, [...(chosen.get(source.id) ?? []), region]);
  for (const { id, content } of dossier.entries.filter(isDrawn)) {
    const { image, voxels } = Drawn.parse(content);
    if (voxels > 0 && series.some((one) => one.id === image)) chosen.set(image, [...(chosen.get(image) ?? []), { id }]);
  }
  const selections: Selection[] = [];
  for (const source of series) {
    const regions = chosen.get(source.id);
    if (!regions) continue;
    const day = source.acquiredAt?.slice(0, 10);
    const count = `${regions.length} region${regions.length === 1 ? '' : 's'}`;
    selections.push({
      title: [source.description ?? source.modality, day, count].filter(Boolean).join(', '),
      inputs: { image: [source.id], regions: regions.map(({ id }) => id) },
    });
  }
  const isLost = selections.length === 0 && series.length > 0 && dossier.regions.length > 0;
  const missing: Issue[] = isLost
    ? [
        issue(
          'warning',
          'region-frame-mismatch',
          `None of the ${dossier.regions.length} regions lies in the frame of reference of a CT, MR or PET series.`,
          { remedy: 'Add the images that the regions were drawn on.' },
        ),
      ]
    : [];
  return { selections, missing };
}

/** What of an entry of type `annotation` is needed here; the room of annotation states all of it. */
const Drawn = z.object({ image: z.string(), region: z.string(), voxels: z.number() });

function isDrawn({ type, content }: Entry): boolean {
  return type === 'annotation' && Drawn.safeParse(content).success;
}

/** A region of the record, or one that a reader drew in the program. */
export type MeasuredRegion = Pick<Region, 'id' | 'label' | 'number' | 'laterality' | 'referencedSeries'> & {
  /** Who drew it, where it was drawn in the program. */
  reader?: string;
};

/** The regions and drawings behind the ids of an input, in the order of the dossier. */
export function measuredRegions(
  dossier: Pick<Dossier, 'regions' | 'entries'>,
  ids: readonly string[] = [],
): MeasuredRegion[] {
  const drawn = dossier.entries.filter(isDrawn).map(({ id, content, author }) => ({
    ...{ id, label: Drawn.parse(content).region, number: 0, reader: author },
  }));
  return [...dossier.regions, ...drawn].filter(({ id }) => ids.includes(id));
}

/** How a finding names the region that it is about: a drawing by its name and reader, as readers are told apart. */
export function regionOfFinding({ id, label, number, laterality, reader }: MeasuredRegion) {
  return {
    ...(reader === undefined ? { region: id } : { reader }),
    site: { system: 'region', code: label || String(number), display: label || `region ${number}` },
    ...(laterality && { laterality }),
  };
}

function seriesOf(region: Region, series: readonly Source[]): Source[] {
  const drawnOn = series.filter((source) => text(source, 'SeriesInstanceUID') === (region.referencedSeries ?? ''));
  if (drawnOn.length > 0) return drawnOn;
  const found = new Map<string, Source>();
  for (const source of series) {
    const frame = text(source, 'FrameOfReferenceUID');
    if (frame === undefined || frame !== region.frameOfReference) continue;
    const key = `${source.modality} ${source.acquiredAt ?? source.id}`;
    if (!found.has(key)) found.set(key, source);
  }
  return [...found.values()];
}

function text({ metadata, locator }: Source, key: string): string | undefined {
  const value = metadata[key] ?? (key === 'SeriesInstanceUID' ? locator.series : undefined);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

import type { Dossier, Selected, Selection } from '../../dossier/analysis.ts';
import type { Fact } from '../../dossier/fact.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { petHeader } from './petHeader.ts';
import { whyNotStatic } from './suv.ts';

/** LOINC codes of body weight and body height. */
export const bodyWeightCode = '29463-7';
export const bodyHeightCode = '8302-2';

/**
 * Which PET series are measured within which regions. A region is read on the series that it was drawn on; without that
 * series, on PET series of the same frame of reference - one a time of acquisition, static and attenuation-corrected if
 * there is one. Coordinates of different frames are never put together.
 */
export function choosePet(dossier: Dossier): Selected {
  const series = dossier.sources.filter(({ format, modality }) => format === 'dicom-series' && modality === 'PT');
  if (series.length === 0) return { selections: [], missing: [] };
  const chosen = new Map<string, Region[]>();
  for (const region of dossier.regions)
    for (const source of seriesOfRegion(region, series)) {
      const regions = chosen.get(source.id) ?? [];
      regions.push(region);
      chosen.set(source.id, regions);
    }
  const selections: Selection[] = [];
  const missing: Issue[] = [];
  for (const source of series) {
    const regions = chosen.get(source.id);
    if (regions) selections.push(selection(source, regions, dossier.facts));
  }
  if (selections.length === 0) missing.push(nothingToMeasure(series, dossier.regions));
  return { selections, missing };
}

function selection(source: Source, regions: Region[], facts: readonly Fact[]): Selection {
  const body = facts.filter(
    ({ type, status, code, codes }) =>
      type === 'observation' &&
      status !== 'entered-in-error' &&
      [code, ...(codes ?? [])].some(({ code }) => code === bodyWeightCode || code === bodyHeightCode),
  );
  const day = source.acquiredAt?.slice(0, 10);
  return {
    title: [source.description ?? 'PET', day, `${regions.length} region${regions.length === 1 ? '' : 's'}`]
      .filter(Boolean)
      .join(', '),
    inputs: { image: [source.id], regions: regions.map(({ id }) => id), body: body.map(({ id }) => id) },
  };
}

function seriesOfRegion(region: Region, series: readonly Source[]): Source[] {
  const drawnOn = series.filter(
    (source) => seriesUid(source) !== undefined && seriesUid(source) === region.referencedSeries,
  );
  const sharing =
    drawnOn.length > 0
      ? drawnOn
      : series.filter((source) => region.frameOfReference !== undefined && frameOf(source) === region.frameOfReference);
  const usable = sharing.filter(isUsable);
  const perTime = new Map<string, Source>();
  for (const source of usable.length > 0 ? usable : sharing.slice(0, 1))
    if (!perTime.has(source.acquiredAt ?? '')) perTime.set(source.acquiredAt ?? '', source);
  return [...perTime.values()];
}

function isUsable(source: Source): boolean {
  const header = petHeader(source.metadata);
  return header.correctedImage.includes('ATTN') && whyNotStatic(header) === undefined;
}

/** Which way a region came to be read on a series, as an issue when it was not drawn on it. */
export function howMatched(region: Region, source: Source): Issue | undefined {
  const uid = seriesUid(source);
  if (uid !== undefined && region.referencedSeries === uid) {
    const frame = frameOf(source);
    if (region.frameOfReference === undefined || frame === undefined || region.frameOfReference === frame)
      return undefined;
    return issue(
      'warning',
      'region-frame-mismatch',
      'The region names this series and another frame of reference; the series is taken at its word.',
      {
        remedy: 'Look at the region on the image before using the value.',
      },
    );
  }
  return issue(
    'info',
    'region-drawn-on-other-series',
    'The region was drawn on another series of the same frame of reference.',
    {
      remedy: 'Look for movement between the two series.',
    },
  );
}

function nothingToMeasure(series: readonly Source[], regions: readonly Region[]): Issue {
  return regions.length === 0
    ? issue('warning', 'pet-no-region', `There is a PET series (${series.length}) and no region to measure in.`, {
        remedy: 'Add the RTSTRUCT or SEG that was drawn on it.',
      })
    : issue(
        'warning',
        'region-frame-mismatch',
        `None of the ${regions.length} regions lies in the frame of reference of a PET series, so none was measured.`,
        {
          remedy: 'Add the regions that were drawn on the PET, or register and redraw them.',
        },
      );
}

function seriesUid(source: Source): string | undefined {
  return text(source.metadata.SeriesInstanceUID) ?? source.locator.series;
}

function frameOf(source: Source): string | undefined {
  return text(source.metadata.FrameOfReferenceUID);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

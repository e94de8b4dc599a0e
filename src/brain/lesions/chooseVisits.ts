import type { Dossier } from '../../dossier/analysis.ts';
import type { Artifact } from '../../dossier/artifact.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';

/** What of a dossier belongs to one FLAIR image. */
export interface FlairVisit {
  flair: Source;
  /** Day of the scan: stated, else a date in the path. */
  day?: string;
  t1?: Source;
  /** Segmentation of that T1 and the volume it lies on. */
  labels?: Artifact;
  conformed?: Artifact;
  /** Lesion masks of the site's own tools: images of labels, and regions. */
  masks: Source[];
  regions: Region[];
}

const lesionWords = /lesion|(^|[^a-z])(wmh|wml|wmls|dlwmls|wmlesion|leukoaraiosis)([^a-z]|$)|hyperintens/i;

/** FLAIR images, the finest of each day, with what else is there of the same visit. */
export function flairVisits({ sources, artifacts, regions }: Dossier): FlairVisit[] {
  const images = sources.filter(
    ({ format, modality, contrast }) => isImage(format) && modality === 'MR' && contrast === 'FLAIR',
  );
  const visits = new Map<string, Source[]>();
  for (const source of images) {
    const key = visitKey(source);
    visits.set(key, [...(visits.get(key) ?? []), source]);
  }
  const chosen = [...visits.values()].map(
    (of) => [...of].sort((a, b) => voxelsOf(b) - voxelsOf(a) || (a.id < b.id ? -1 : 1))[0]!,
  );
  return chosen
    .map((flair): FlairVisit => {
      const day = dayOf(flair);
      const near = (other: Source): boolean =>
        visitKey(other) === visitKey(flair) || (chosen.length === 1 && dayOf(other) === undefined);
      const t1 = sources
        .filter((one) => isImage(one.format) && one.contrast === 'T1w' && near(one))
        .sort((a, b) => voxelsOf(b) - voxelsOf(a) || (a.id < b.id ? -1 : 1))[0];
      const labels =
        t1 && artifacts.find(({ role, derivedFrom }) => role === 'segmentation-18' && derivedFrom.includes(t1.id));
      const conformed =
        labels && artifacts.find(({ role, id }) => role === 't1-conformed' && labels.derivedFrom.includes(id));
      return {
        ...{ flair, masks: sources.filter((one) => isLesionMask(one) && near(one)) },
        ...(day && { day }),
        ...(t1 && { t1 }),
        ...(labels && conformed && { labels, conformed }),
        regions: regions.filter((region) => {
          if (!lesionWords.test(region.label)) return false;
          const source = sources.find(({ id }) => id === region.source);
          const series = flair.locator['series'] ?? flair.metadata['SeriesInstanceUID'];
          return region.referencedSeries !== undefined && series !== undefined
            ? region.referencedSeries === series
            : source !== undefined && near(source);
        }),
      };
    })
    .sort((a, b) => ((a.day ?? '') + a.flair.path < (b.day ?? '') + b.flair.path ? -1 : 1));
}

function isImage(format: Source['format']): boolean {
  return format === 'dicom-series' || format === 'nifti';
}

function isLesionMask({ format, contrast, path }: Source): boolean {
  return format === 'nifti' && contrast === 'labels' && lesionWords.test(path.split('/').at(-1)!);
}

/** A date in the path stands in for one that nothing states: folders are often named so. */
export function dayOf({ acquiredAt, path }: Source): string | undefined {
  if (acquiredAt && acquiredAt.length >= 10) return acquiredAt.slice(0, 10);
  const written = /(?:^|[^\d])((?:19|20)\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)/.exec(path);
  return written ? written.slice(1, 4).join('-') : undefined;
}

/** Same day, else same session of BIDS, else same folder and number of study in the name. */
function visitKey(source: Source): string {
  const day = dayOf(source);
  if (day) return day;
  const session = /ses-[A-Za-z0-9]+/.exec(source.path)?.[0];
  if (session) return session;
  const folder = source.path.replace(/[^/]*$/, '');
  return `${folder}${/(?:study|visit|scan|tp)[-_]?(\d+)/i.exec(source.path.slice(folder.length))?.[0] ?? ''}`;
}

/** Number of voxels of a volume as either format's metadata state it: more of them are finer. */
function voxelsOf({ metadata }: Source): number {
  const layout = metadata['layout'] as { shape?: number[] } | undefined;
  const dim = metadata['dim'] as number[] | undefined;
  const shape = layout?.shape ?? dim?.slice(1, 4) ?? [];
  return shape.slice(0, 3).reduce((product, one) => product * one, 1);
}

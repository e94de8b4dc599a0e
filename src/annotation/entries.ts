import type { Dossier } from '../dossier/analysis.ts';
import type { Entry } from '../dossier/entry.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { AnnotationContent, MeasurementContent } from './contents.ts';

/** One region as one reader drew it. Several of one reader are repeats, the last one counts. */
export interface Reading {
  entry: Entry;
  content: AnnotationContent;
}

/** All readings of one region of one image: by reader, each reader's oldest first. */
export interface AnnotatedRegion {
  image: string;
  /** {@link labelKey} of the name. */
  key: string;
  /** The name as it was first written. */
  label: string;
  readings: Reading[];
}

export interface Measurement {
  entry: Entry;
  content: MeasurementContent;
}

export interface AnnotatedImage {
  image: string;
  regions: AnnotatedRegion[];
  measurements: Measurement[];
}

/** Names of places are equal whatever their case and spaces. */
export function labelKey(label: string): string {
  return label.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}

/**
 * What readers drew and measured as it stands, by image (sorted by id). Entries whose content cannot be read are left out
 * and named (`entry-content-invalid`).
 */
export function annotatedImages({ entries }: Pick<Dossier, 'entries'>): { images: AnnotatedImage[]; issues: Issue[] } {
  const images = new Map<string, AnnotatedImage>();
  const issues: Issue[] = [];
  const of = (image: string): AnnotatedImage => {
    const found = images.get(image) ?? { image, regions: [], measurements: [] };
    images.set(image, found);
    return found;
  };
  const inOrder = [...entries].sort((a, b) => order(a.at, b.at) || order(a.id, b.id));
  for (const entry of inOrder) {
    if (entry.type === 'annotation') {
      const { data: content } = AnnotationContent.safeParse(entry.content);
      if (content) addReading(of(content.image), { entry, content });
      else issues.push(unreadable(entry));
    } else if (entry.type === 'measurement') {
      const { data: content } = MeasurementContent.safeParse(entry.content);
      if (content) of(content.image).measurements.push({ entry, content });
      else issues.push(unreadable(entry));
    }
  }
  for (const { regions } of images.values()) {
    regions.sort((a, b) => order(a.key, b.key));
    for (const { readings } of regions) readings.sort((a, b) => order(a.entry.author, b.entry.author));
  }
  return { images: [...images.values()].sort((a, b) => order(a.image, b.image)), issues };
}

/** The reading of each reader that counts: the last one. */
export function latestOfEach(readings: readonly Reading[]): Reading[] {
  return [...new Map(readings.map((reading) => [reading.entry.author, reading])).values()];
}

function addReading({ image, regions }: AnnotatedImage, reading: Reading): void {
  const key = labelKey(reading.content.region);
  let region = regions.find((one) => one.key === key);
  if (!region) {
    region = { image, key, label: reading.content.region, readings: [] };
    regions.push(region);
  }
  region.readings.push(reading);
}

function unreadable(entry: Entry): Issue {
  const message = `The ${entry.type} of ${entry.at} has a content that cannot be read; it is left out.`;
  return issue('warning', 'entry-content-invalid', message, { place: entry.id, remedy: 'Draw or measure it again.' });
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import type { Dossier } from '../dossier/analysis.ts';
import type { Artifact } from '../dossier/artifact.ts';
import type { Code } from '../dossier/code.ts';
import type { Source } from '../dossier/source.ts';
import type { Slice } from './contents.ts';
import { labelKey } from './entries.ts';

export type ImageRecord = Source | Artifact;

/** The image of an entry, if this dossier has it. */
export function imageRecord(dossier: Dossier, id: string): ImageRecord | undefined {
  return dossier.sources.find((one) => one.id === id) ?? dossier.artifacts.find((one) => one.id === id);
}

export function timeOf(image: ImageRecord): string | undefined {
  return image.kind === 'source' ? image.acquiredAt : image.time;
}

/**
 * A short name for each annotated image: its contrast, modality or role, so that one place keeps its slot over visits.
 * Images of one time that would be called alike get a part of their id.
 */
export function imageNames(images: readonly ImageRecord[]): Map<string, string> {
  const plain = (image: ImageRecord): string =>
    (image.kind === 'artifact'
      ? image.role
      : image.contrast && image.contrast !== 'unknown'
        ? image.contrast
        : image.modality
    ).replaceAll('|', ' ');
  const twins = (image: ImageRecord): number =>
    images.filter((other) => plain(other) === plain(image) && timeOf(other) === timeOf(image)).length;
  return new Map(
    images.map((image) => [image.id, twins(image) > 1 ? `${plain(image)} ${image.id.slice(-6)}` : plain(image)]),
  );
}

/** The site of a finding about a place that a reader named: `lesion 1 (FLAIR)`. */
export function siteOf(label: string, imageName: string): Code {
  return { system: 'annotation', code: `${labelKey(label)} (${imageName})`, display: `${label} (${imageName})` };
}

/** How findings of this room name a slice in their evidence: `slice k=12`. */
export function placeOfSlice({ axis, index }: Slice): string {
  return `slice ${axis}=${index}`;
}

import type { InstalledPack } from '../dossier/analysis.ts';
import type { Artifact } from '../dossier/artifact.ts';
import type { Entry } from '../dossier/entry.ts';
import type { ImageHandle, RegionShape, TableHandle, VariantsHandle } from '../dossier/image.ts';
import type { Region } from '../dossier/region.ts';
import type { Source } from '../dossier/source.ts';
import type { BlobAccess } from '../intake/format.ts';

/** How kept bytes become handles again. */
export interface Openers {
  openImage(of: Source | Artifact, blobs: BlobAccess): Promise<ImageHandle>;
  openRegion(region: Region, source: Source, blobs: BlobAccess): Promise<RegionShape>;
  openMask(annotation: Entry, blobs: BlobAccess): Promise<RegionShape>;
  openVariants(source: Source, blobs: BlobAccess): Promise<VariantsHandle>;
  openTable(source: Source, blobs: BlobAccess): Promise<TableHandle>;
}

/** What a run may touch outside the dossier, on whichever thread it runs. */
export interface Surroundings {
  readonly places: Places;
  openers: Openers;
  installedPack(id: string): Promise<InstalledPack | undefined>;
  /** Where knowledge/ stands; the one that ships when undefined. */
  knowledgeDirectory?: string | undefined;
}

/** Where the machine keeps what a run may read; plain data, so that each thread can find it. */
export interface Places {
  /** Where knowledge/ stands; the one that ships when undefined. */
  knowledgeDirectory?: string;
  /** Where packs are installed; the user's own folder when undefined. */
  packsDirectory?: string;
}

/** The surroundings of this process or thread. Readers of bytes are loaded when first needed: most runs need none. */
export function surroundingsAt({ knowledgeDirectory, packsDirectory }: Places): Surroundings {
  const intake = (): Promise<Openers> => import('../intake/open.ts');
  return {
    places: {
      ...(knowledgeDirectory !== undefined && { knowledgeDirectory }),
      ...(packsDirectory !== undefined && { packsDirectory }),
    },
    openers: {
      openImage: async (of, blobs) => (await intake()).openImage(of, blobs),
      openRegion: async (region, source, blobs) => (await intake()).openRegion(region, source, blobs),
      openMask: async (annotation, blobs) => (await intake()).openMask(annotation, blobs),
      openVariants: async (source, blobs) => (await intake()).openVariants(source, blobs),
      openTable: async (source, blobs) => (await intake()).openTable(source, blobs),
    },
    installedPack: async (id) => (await import('../packs/registry.ts')).installedPack(id, packsDirectory),
    knowledgeDirectory,
  };
}

import { join } from 'node:path';
import { readSources } from '../src/cli/imageFiles.ts';
import type { ImageHandle } from '../src/dossier/image.ts';
import { openImage } from '../src/intake/open.ts';

/** A NIfTI file with the tables that lie beside it, opened as an import would. */
export async function openNiftiFiles(
  folder: string,
  file: string,
  beside: readonly string[],
): Promise<{ image: ImageHandle; metadata: Record<string, unknown> }> {
  const { sources, blobs } = await readSources(join(folder, file), ...beside.map((one) => join(folder, one)));
  const { source } = sources[0]!;
  return { image: await openImage(source, blobs), metadata: source.metadata };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackManifest } from '../../src/dossier/pack.ts';
import { addPack } from '../../src/packs/registry.ts';
import { generateTinySegmenter } from './generate.ts';

/** Generates the tiny network and installs it the way any other pack is installed: from a folder, converted and checked. */
export async function installTinySegmenter(packsDirectory?: string): Promise<PackManifest> {
  const folder = await mkdtemp(join(tmpdir(), 'idiograph-tiny-'));
  try {
    await generateTinySegmenter(folder);
    return await addPack('tiny-segmenter', {
      from: folder,
      ...(packsDirectory !== undefined && { directory: packsDirectory }),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { InstalledPack } from '../dossier/analysis.ts';
import { sha256 } from '../dossier/canonical.ts';
import { IdiographError } from '../dossier/errors.ts';
import { PackManifest } from '../dossier/pack.ts';
import { catalogueEntry, type JsonEntry, packCatalogue } from './catalogue.ts';
import { installStaged } from './install.ts';
import { type Origin, openOrigin } from './origin.ts';
import { type Prepared, prepareNetworks } from './prepareNetworks.ts';

/** `$IDIOGRAPH_PACKS`, or `~/.local/share/idiograph/packs`. */
export function packsDirectory(): string {
  return process.env['IDIOGRAPH_PACKS'] ?? join(homedir(), '.local', 'share', 'idiograph', 'packs');
}

/** An installed pack, or undefined when it is absent or its manifest cannot be read ({@link verifyPack} says which). */
export async function installedPack(id: string, directory = packsDirectory()): Promise<InstalledPack | undefined> {
  const manifest = await readManifest(id, directory);
  if (!manifest || 'broken' in manifest) return undefined;
  return {
    manifest,
    async read(path) {
      const listed = manifest.files.find((one) => one.path === path);
      if (!listed) throw new IdiographError('pack-invalid', `pack ${id} has no file ${path}`, { pack: id, path });
      const bytes = await readFile(join(directory, id, path)).catch((cause: unknown) => {
        throw broken(id, `${path} cannot be read`, cause);
      });
      if (sha256(bytes) !== listed.sha256) throw broken(id, `${path} was changed after it was installed`);
      return bytes;
    },
  };
}

export interface PackState {
  id: string;
  title: string;
  version: string;
  licence: PackManifest['licence'];
  origin: string;
  state: 'installed' | 'absent' | 'broken';
  /** Files that are missing or changed, or what is wrong with the manifest. */
  problems: string[];
  manifest?: PackManifest;
}

/** All packs of the catalogue and what of them is on this machine. Hashes are not computed: {@link verifyPack} does. */
export async function listPacks(directory = packsDirectory()): Promise<PackState[]> {
  const states: PackState[] = [];
  for (const { id, title, version, licence, origin } of packCatalogue()) {
    const manifest = await readManifest(id, directory);
    if (!manifest) states.push({ id, title, version, licence, origin, state: 'absent', problems: [] });
    else if ('broken' in manifest)
      states.push({ id, title, version, licence, origin, state: 'broken', problems: [manifest.broken] });
    else {
      const installed = {
        id,
        title: manifest.title,
        version: manifest.version,
        licence: manifest.licence,
        origin: manifest.origin,
      };
      states.push({ ...installed, state: 'installed', problems: [], manifest });
    }
  }
  return states;
}

/** Reads every file of a pack against its hash. */
export async function verifyPack(id: string, directory = packsDirectory()): Promise<PackState> {
  catalogueEntry(id);
  const state = (await listPacks(directory)).find((one) => one.id === id)!;
  if (state.state !== 'installed') return state;
  const pack = (await installedPack(id, directory))!;
  for (const { path } of pack.manifest.files) {
    await pack.read(path).catch((error: Error) => state.problems.push(error.message));
  }
  return state.problems.length > 0 ? { ...state, state: 'broken' } : state;
}

/**
 * Installs a pack from a folder, an address, or a tarball. The pack is built and checked beside its place and then moved
 * into it, so that it is there in full or not at all; an older one is replaced. Returns the manifest, licence included.
 * Throws `not-found` for unknown ids and missing files, `pack-invalid` for files that are not what the catalogue names.
 */
export async function addPack(
  id: string,
  { from, directory = packsDirectory(), signal }: { from: string; directory?: string; signal?: AbortSignal },
): Promise<PackManifest> {
  const entry = catalogueEntry(id);
  const origin = await openOrigin(from, signal);
  try {
    const { files, conversion } =
      entry.kind === 'networks' ? await prepareNetworks(entry, origin) : await prepareJson(entry, origin);
    if (entry.licence.text) files.set('LICENSE', new TextEncoder().encode(`${entry.licence.text}\n`));
    const manifest: PackManifest = {
      id,
      version: entry.version,
      title: entry.title,
      licence: entry.licence,
      origin: entry.origin,
      files: [...files]
        .map(([path, bytes]) => ({ path, sha256: sha256(bytes), bytes: bytes.length }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
      ...(conversion && { conversion }),
    };
    signal?.throwIfAborted();
    await installStaged(join(directory, id), files, manifest);
    return manifest;
  } finally {
    await origin.close();
  }
}

/** Throws `not-found` when the pack is not installed. */
export async function removePack(id: string, directory = packsDirectory()): Promise<void> {
  catalogueEntry(id);
  if (!(await readManifest(id, directory)))
    throw new IdiographError('not-found', `pack ${id} is not installed`, { pack: id });
  await rm(join(directory, id), { recursive: true });
}

async function prepareJson(entry: JsonEntry, origin: Origin): Promise<Prepared> {
  const files = new Map<string, Uint8Array>();
  for (const { path, sha256: expected } of entry.files) {
    const bytes = await origin.read(path);
    if (!bytes)
      throw new IdiographError('not-found', `${origin.name} holds no ${path}`, {
        pack: entry.id,
        remedy: `Get it from ${entry.origin}.`,
      });
    const found = sha256(bytes);
    if (expected !== undefined && found !== expected) {
      throw new IdiographError(
        'pack-invalid',
        `${path} in ${origin.name} is not the file of ${entry.id} ${entry.version}`,
        { pack: entry.id, expected, found },
      );
    }
    files.set(path, bytes);
  }
  return { files, conversion: undefined };
}

async function readManifest(id: string, directory: string): Promise<PackManifest | { broken: string } | undefined> {
  let text: string;
  try {
    text = await readFile(join(directory, id, 'manifest.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { broken: `manifest.json cannot be read: ${(error as Error).message}` };
  }
  try {
    const parsed = PackManifest.safeParse(JSON.parse(text));
    if (parsed.success && parsed.data.id === id) return parsed.data;
  } catch {
    // Said below like any other manifest that is none.
  }
  return { broken: 'manifest.json is not the manifest of this pack' };
}

function broken(id: string, what: string, cause?: unknown): IdiographError {
  return new IdiographError('pack-invalid', `pack ${id}: ${what}`, {
    pack: id,
    cause,
    remedy: `idiograph packs add ${id} --from DIR`,
  });
}

import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import { IdiographError } from '../dossier/errors.ts';

/** Where the upstream files of a pack are taken from. */
export interface Origin {
  /** For messages: the folder, tarball or address as the user gave it. */
  readonly name: string;
  /** Bytes of the file whose path ends so (`model18cls/model.json`), or undefined when there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

/** What may be spent on files that nobody has looked at yet. */
const limits = { fileBytes: 256 * 2 ** 20, totalBytes: 2 ** 30, files: 5000, depth: 8, seconds: 300 };

/**
 * Opens a folder, a `.tgz` (npm tarball), an address of a `.tgz`, or an address under which the files lie.
 * Nothing is fetched unless the text begins with http:// or https://. Throws `not-found`, `pack-invalid`.
 */
export async function openOrigin(from: string, signal?: AbortSignal): Promise<Origin> {
  if (/^https?:\/\//i.test(from)) {
    return /\.(tgz|tar\.gz)$/i.test(new URL(from).pathname) ? remoteTarball(from, signal) : remoteFolder(from, signal);
  }
  const path = resolve(from);
  const found = await stat(path).catch((cause: unknown) => {
    throw new IdiographError('not-found', `${from} cannot be read`, { path, cause });
  });
  if (found.isDirectory()) return folder(path, from);
  return withTemporary(async (directory) => {
    await unpack(createReadStream(path), directory, from);
    return folder(directory, from);
  });
}

async function folder(root: string, name: string): Promise<Origin> {
  const paths = await listFiles(root);
  return {
    name,
    async read(path) {
      // The shortest match: the folder itself before copies deeper down.
      const match = paths
        .filter((one) => one === path || one.endsWith(`/${path}`))
        .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0];
      if (match === undefined) return undefined;
      const absolute = join(root, match);
      const { size } = await stat(absolute);
      if (size > limits.fileBytes) throw tooLarge(match);
      return readFile(absolute);
    },
    close: async () => undefined,
  };
}

/** Regular files below a folder; links are not followed. */
async function listFiles(root: string): Promise<string[]> {
  const paths: string[] = [];
  const visit = async (directory: string, depth: number): Promise<void> => {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory() && depth < limits.depth) await visit(path, depth + 1);
      else if (entry.isFile()) paths.push(relative(root, path).split(sep).join('/'));
      if (paths.length > limits.files) {
        throw new IdiographError('pack-invalid', `${root} holds more than ${limits.files} files`, {
          remedy: 'Name the folder that holds the pack.',
        });
      }
    }
  };
  await visit(root, 0);
  return paths;
}

async function unpack(stream: NodeJS.ReadableStream, directory: string, name: string): Promise<void> {
  const extract = tar.extract();
  let bytes = 0;
  let files = 0;
  extract.on('entry', (header, entry, next) => {
    const path = normalize(header.name.replaceAll('\\', '/'));
    bytes += header.size ?? 0;
    files++;
    if (bytes > limits.totalBytes || files > limits.files) return next(tooLarge(name));
    if (header.type !== 'file' || path.startsWith('..') || path.startsWith('/')) {
      entry.on('end', () => next());
      entry.resume();
      return;
    }
    const target = join(directory, path);
    mkdir(dirname(target), { recursive: true })
      .then(() => open(target, 'w'))
      .then(async (file) => pipeline(entry, file.createWriteStream()))
      .then(() => next(), next);
  });
  try {
    await pipeline(stream, createGunzip(), extract);
  } catch (cause) {
    if (cause instanceof IdiographError) throw cause;
    throw new IdiographError('pack-invalid', `${name} is not a tarball that can be read`, { cause });
  }
}

async function withTemporary(fill: (directory: string) => Promise<Origin>): Promise<Origin> {
  const directory = await mkdtemp(join(tmpdir(), 'idiograph-pack-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    return { ...(await fill(directory)), close: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function remoteTarball(url: string, signal: AbortSignal | undefined): Promise<Origin> {
  return withTemporary(async (directory) => {
    const bytes = await download(url, signal);
    if (!bytes) throw new IdiographError('not-found', `${url} does not exist`, { url });
    const inside = join(directory, 'package');
    await mkdir(inside);
    await unpack((await import('node:stream')).Readable.from([bytes]), inside, url);
    return folder(inside, url);
  });
}

function remoteFolder(url: string, signal: AbortSignal | undefined): Origin {
  const base = url.endsWith('/') ? url : `${url}/`;
  return { name: url, read: (path) => download(new URL(path, base).href, signal), close: async () => undefined };
}

/** Streams one file with a cap on its size; undefined when the server does not have it. */
async function download(url: string, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
  const timeout = AbortSignal.timeout(limits.seconds * 1000);
  try {
    const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    if (response.status === 404) return undefined;
    if (!response.ok || !response.body) {
      throw new IdiographError('not-found', `${url} answered ${response.status}`, { url, status: response.status });
    }
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of response.body) {
      bytes += part.length;
      if (bytes > limits.fileBytes) throw tooLarge(url);
      parts.push(part);
    }
    return Buffer.concat(parts);
  } catch (cause) {
    if (cause instanceof IdiographError) throw cause;
    throw new IdiographError('not-found', `${url} cannot be fetched`, {
      url,
      cause,
      remedy: 'Download it by hand and use --from DIR.',
    });
  }
}

function tooLarge(name: string): IdiographError {
  return new IdiographError('pack-invalid', `${name} is larger than any pack`, { name, ...limits });
}

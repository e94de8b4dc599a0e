import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

interface Asset {
  bytes: Uint8Array;
  gzipped: Uint8Array | undefined;
  mediaType: string;
  etag: string;
  cacheControl: string;
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};
const compressible = new Set(['.html', '.js', '.css', '.json', '.svg', '.wasm']);

function cacheControl(path: string): string {
  // Names of built files carry a hash of their content.
  if (path.includes(`${sep}assets${sep}`)) return 'public, max-age=31536000, immutable';
  // A browser asks for the icon at every change of the page.
  return extname(path) === '.svg' ? 'public, max-age=86400' : 'no-cache';
}

/** The built page, read once: only what is there can be asked for, so that no path leads anywhere else. */
export interface StaticPage {
  answer(request: Request): Response;
}

/** Reads the built page into memory; only what was there at the start is served. */
export async function readStaticPage(folder: string): Promise<StaticPage> {
  const assets = new Map<string, Asset>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    const type = extname(entry.name);
    assets.set(`/${relative(folder, path).split(sep).join('/')}`, {
      bytes,
      gzipped: compressible.has(type) ? await promisify(gzip)(bytes, { level: 9 }) : undefined,
      mediaType: mediaTypes[type] ?? 'application/octet-stream',
      etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`,
      cacheControl: cacheControl(path),
    });
  }
  return {
    answer(request) {
      const { pathname } = new URL(request.url);
      const known = assets.get(pathname);
      // Paths of pages, which the page itself reads; a file that is not there is not there.
      const asset = known ?? (extname(pathname) === '' ? assets.get('/index.html') : undefined);
      if (asset === undefined) return new Response('not found\n', { status: 404 });
      const headers = new Headers({
        'content-type': asset.mediaType,
        etag: asset.etag,
        'cache-control': asset.cacheControl,
        vary: 'accept-encoding',
      });
      if (request.headers.get('if-none-match') === asset.etag) return new Response(null, { status: 304, headers });
      const zip = asset.gzipped !== undefined && /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
      if (zip) headers.set('content-encoding', 'gzip');
      const body = zip ? asset.gzipped : asset.bytes;
      headers.set('content-length', String(body!.byteLength));
      return new Response(request.method === 'HEAD' ? null : (body as Uint8Array<ArrayBuffer>), { headers });
    },
  };
}

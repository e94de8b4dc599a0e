// Plain JavaScript on purpose: npm's `prepare` may run it with an older Node, and in an installation without developer packages.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'web', 'dist');
const stampFile = join(dist, 'built-from.txt');

/** Files and folders whose code goes into the page. A change of any other file leaves the built page as it is. */
export const pageSources = [
  'web',
  'src/server/api',
  'src/server/permissions.ts',
  'src/privacy/audit/actions.ts',
  'src/display',
  'src/voxels/affine.ts',
  'src/report/plotSizes.ts',
];

/** Hash of everything that the built page is made of. */
function stamp() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const source of pageSources) {
    const at = join(root, source);
    const files = (statSync(at).isFile() ? [at] : filesBelow(at))
      .filter((path) => !path.startsWith(dist) && !/\.test\.tsx?$/.test(path))
      .sort();
    for (const path of files) hash.update(path.slice(root.length)).update(readFileSync(path));
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Builds the page into web/dist unless it is there and up to date. Returns the folder. */
export async function buildPage({ quiet = true } = {}) {
  const wanted = stamp();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return dist;
  const { build } = await import('vite');
  // Built aside and put in its place at once: two starts at the same time do not see each other's halves.
  const aside = join(root, 'web', `dist-${process.pid}`);
  const outgoing = `${aside}-old`;
  const asked = process.env.NODE_ENV;
  try {
    // Whoever calls, tests among them, gets the page that people get: the development build of its library is slower.
    process.env.NODE_ENV = 'production';
    const configFile = join(root, 'web', 'vite.config.ts');
    await build({ configFile, logLevel: quiet ? 'warn' : 'info', build: { outDir: aside } });
    writeFileSync(join(aside, 'built-from.txt'), wanted);
    if (existsSync(dist)) renameSync(dist, outgoing);
    renameSync(aside, dist);
  } finally {
    if (asked === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = asked;
    for (const folder of [aside, outgoing]) rmSync(folder, { recursive: true, force: true });
  }
  return dist;
}

if (process.argv[1] === import.meta.filename) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 24) console.error('The page is built on the first start instead: this is an older Node.');
  else if (!existsSync(join(root, 'node_modules', 'vite')) && !existsSync(stampFile))
    console.error('The page is not built: developer packages are not installed.');
  else await buildPage({ quiet: false });
}

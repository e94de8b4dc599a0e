/** `npm run soak [-- name...]`: what is too long for each change: kills, fuzzing. Programs are test/soak/*.soak.ts. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'test', 'soak');
const wanted = process.argv.slice(2);
let failed = 0;
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.soak.ts'))
  .sort()) {
  const name = file.replace('.soak.ts', '');
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [join(folder, file)], { stdio: 'inherit' });
  if (status !== 0) failed++;
}
process.exitCode = failed > 0 ? 1 : 0;

#!/usr/bin/env node
// Plain JavaScript on purpose: an older system Node starts this file, and it hands over to the Node 24 that
// package.json pins, because only that one runs TypeScript and has node:sqlite.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [major] = process.versions.node.split('.').map(Number);
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const main = join(root, 'src', 'cli', 'main.ts');

if (major >= 24) {
  keepCompiled();
  const { main: run } = await import(main);
  process.exitCode = await run(process.argv.slice(2));
} else {
  const pinned = pinnedNode();
  if (pinned === undefined) {
    console.error(
      `idiograph needs Node 24 or newer; this is ${process.version} and the pinned one is not installed.\nRemedy: run "npm ci" in the project folder (with install scripts allowed), or start idiograph with Node 24.`,
    );
    process.exit(2);
  }
  const child = spawn(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + (signal === 'SIGINT' ? 2 : 15);
  });
}

/**
 * Keeps compiled code between runs: without it half of a short run goes into stripping types. It lies inside the
 * installation and not in the shared temporary folder, where another user could plant code; a folder that cannot be
 * written is no fault, only slower.
 */
function keepCompiled() {
  const folder = process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'idiograph');
  module.enableCompileCache(folder);
  // Threads and child processes look here.
  process.env.NODE_COMPILE_CACHE = folder;
}

function pinnedNode() {
  try {
    const file = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
    return [file, `${file}.exe`].find((candidate) => existsSync(candidate));
  } catch {
    return undefined;
  }
}

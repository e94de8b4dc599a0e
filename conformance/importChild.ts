/**
 * Imports the paths of its arguments into a store that it makes and removes, and prints one JSON line: what became of
 * each file, how long the import took, and the most memory that this process ever had.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFolder } from '../src/intake/import.ts';
import type { ImportReport } from '../src/intake/importReport.ts';
import { openStore } from '../src/store/open.ts';

export interface ChildResult {
  files: ImportReport['files'];
  milliseconds: number;
  peakMemoryMb: number;
  /** Files that stayed in the temporary folder after the import. */
  leftOver: number;
}

const folder = mkdtempSync(join(tmpdir(), 'idiograph-conformance-'));
try {
  const temporaryFolder = join(folder, 'spool');
  const store = await openStore({ engine: 'sqlite', directory: join(folder, 'data') });
  const start = performance.now();
  const report = await importFolder(process.argv.slice(2), store, {
    actor: 'conformance',
    at: '2024-01-01T00:00:00Z',
    temporaryFolder,
  });
  const milliseconds = performance.now() - start;
  await store.close();
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
  const leftOver = readdirSync(folder).includes('spool') ? readdirSync(temporaryFolder).length : 0;
  const result: ChildResult = { files: report.files, milliseconds, peakMemoryMb: Number(peak?.[1]) / 1024, leftOver };
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

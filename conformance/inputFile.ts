import { readFileSync } from 'node:fs';
import type { InputFile } from '../src/intake/format.ts';

/** A file of the test data, whole in memory, as the intake formats take it. */
export function inputFile(path: string): InputFile {
  const bytes = readFileSync(path);
  return {
    path,
    bytes: bytes.length,
    head: bytes.subarray(0, 4096),
    diskPath: path,
    read: async (start, end) => bytes.subarray(start, end),
    readAll: async () => bytes,
  };
}

/**
 * Random mutations of small valid files of each format: no crash, no hang, no unhandled rejection, every file named.
 * `npm run soak fuzz`; FUZZ (20000) in this process, FUZZ_IMPORT (600) through the reading threads into a store, SOAK_SEED (1).
 */
import { fuzzImport, fuzzReaders } from './fuzz/fuzzing.ts';

const count = Number(process.env['FUZZ'] ?? 20_000);
const imported = Number(process.env['FUZZ_IMPORT'] ?? 600);
const seed = Number(process.env['SOAK_SEED'] ?? 1);
const faults: string[] = [];
process.on('unhandledRejection', (reason) => faults.push(`unhandled rejection: ${String(reason)}`));

const start = performance.now();
const figures = await fuzzReaders(count, seed);
faults.push(...figures.faults);
for (const [id, { read, refused, opened, notOpened }] of Object.entries(figures.formats))
  console.log(`${id.padEnd(12)} ${read} read, ${refused} refused; of their sources ${opened} opened, ${notOpened} not`);
const seconds = Math.round((performance.now() - start) / 1000);
console.log(
  `${count} mutations in ${seconds} s, ${figures.unknown} not recognised; slowest ${Math.round(figures.slowestMs)} ms; ${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most`,
);
const into = await fuzzImport(imported, seed);
faults.push(...into.faults);
console.log(`${into.files} files through the reading threads, ${into.sources} sources kept`);
console.log(`${faults.length} faults`);
for (const fault of faults.slice(0, 40)) console.log(`  ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;

/**
 * 220 simulated people (or as many as the first argument says, from the seed of the second) a kind of scan: median error,
 * coverage of the 95 % radius, and what gets no target of its own.
 */
import { bootstrapOptions } from '../../src/brain/target/analysis.ts';
import { settingsPath, TargetSettings } from '../../src/brain/target/settings.ts';
import { runTrial, summary, type Trial } from '../../src/brain/target/trial.ts';
import { loadKnowledge } from '../../src/knowledge/load.ts';

const settings = TargetSettings.parse(loadKnowledge(settingsPath).data);
const circuit = settings.circuits.find(({ id }) => id === 'depression-dlpfc')!;
const people = Number(process.argv[2] ?? 220);
const first = Number(process.argv[3] ?? 1);
const only = process.argv[4];
const scan = { minutes: 20, repetitionTimeS: 3, voxelMm: 4, amplitude: 0.5 };
let failed = false;

for (const [name, change, bars, from] of [
  ['40 minutes', { minutes: 40 }, true, 'middle'],
  ['28 minutes', { minutes: 28 }, true, 'middle'],
  ['20 minutes', {}, true, 'middle'],
  ['15 minutes', { minutes: 15 }, true, 'middle'],
  ['10.5 minutes', { minutes: 10.5 }, false, 'middle'],
  ['20 minutes, TR 1.5 s', { repetitionTimeS: 1.5 }, true, 'middle'],
  ['20 minutes, noise 1.3', { noise: 1.3 }, false, 'middle'],
  ['28 minutes, 3 mm voxels', { minutes: 28, voxelMm: 3 }, true, 'middle'],
  ['28 minutes, whole area', { minutes: 28 }, false, 'all'],
  ['8 minutes', { minutes: 8 }, false, 'middle'],
  ['28 minutes, much motion', { minutes: 28, motion: 0.5 }, false, 'middle'],
] as const) {
  if (only !== undefined && name !== only) continue;
  const trials: Trial[] = [];
  for (let seed = first; seed < first + people; seed++)
    trials.push(
      await runTrial(seed, { ...scan, ...change }, { circuit, limits: settings.limits }, bootstrapOptions, from),
    );
  const { standing, medianErrorMm, medianRadiusMm, coverage } = summary(trials);
  console.log(
    `${name.padEnd(26)} ${standing}/${people} stand, median error ${medianErrorMm.toFixed(2)} mm, median radius ${medianRadiusMm.toFixed(2)} mm, radius holds the truth in ${(100 * coverage).toFixed(1)} %`,
  );
  if (bars && !(medianErrorMm <= 3 && coverage >= 0.93 && coverage <= 0.97)) failed = true;
  if (/^8 |motion/.test(name) && standing > 0) failed = true;
}
process.exitCode = failed ? 1 : 0;

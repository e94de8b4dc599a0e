/** 220 simulated people a scan length: median error, coverage of the 95 % radius, and what gets no target of its own. */
import { bootstrapOptions } from '../../src/brain/target/analysis.ts';
import { settingsPath, TargetSettings } from '../../src/brain/target/settings.ts';
import { runTrial, summary, type Trial } from '../../src/brain/target/trial.ts';
import { loadKnowledge } from '../../src/knowledge/load.ts';

const settings = TargetSettings.parse(loadKnowledge(settingsPath).data);
const circuit = settings.circuits.find(({ id }) => id === 'depression-dlpfc')!;
const people = 220;
const scan = { minutes: 20, repetitionTimeS: 3, voxelMm: 4, amplitude: 0.5 };
let failed = false;

for (const [name, change, bars] of [
  ['28 minutes', { minutes: 28 }, true],
  ['20 minutes', {}, true],
  ['20 minutes, weaker', { amplitude: 0.4 }, false],
  ['12 minutes', { minutes: 12 }, false],
  ['8 minutes', { minutes: 8 }, false],
  ['28 minutes, much motion', { minutes: 28, motion: 0.5 }, false],
] as const) {
  const trials: Trial[] = [];
  for (let seed = 1; seed <= people; seed++)
    trials.push(await runTrial(seed, { ...scan, ...change }, { circuit, limits: settings.limits }, bootstrapOptions));
  const { standing, medianErrorMm, coverage } = summary(trials);
  console.log(
    `${name.padEnd(26)} ${standing}/${people} stand, median error ${medianErrorMm.toFixed(2)} mm, radius holds the truth in ${(100 * coverage).toFixed(1)} %`,
  );
  if (bars && !(medianErrorMm <= 3 && coverage >= 0.93 && coverage <= 0.97)) failed = true;
  if (/^8 |motion/.test(name) && standing > 0) failed = true;
}
process.exitCode = failed ? 1 : 0;

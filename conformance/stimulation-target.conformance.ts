import { bootstrapOptions } from '../src/brain/target/analysis.ts';
import { settingsPath, TargetSettings } from '../src/brain/target/settings.ts';
import { runTrial, summary, type Trial } from '../src/brain/target/trial.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';
import type { Case, Conformance } from './method.ts';

const settings = TargetSettings.parse(loadKnowledge(settingsPath).data);
const circuit = settings.circuits.find(({ id }) => id === 'depression-dlpfc')!;
const scan = { minutes: 20, repetitionTimeS: 3, voxelMm: 5, amplitude: 0.5 };
const people = 12;

/** A dozen of the people of `npm run soak -- stimulationTarget`, which has enough of them to tell a coverage. */
const conformance: Conformance = {
  id: 'stimulation-target',
  method: 'brain.stimulation-target: place, 95 % radius, refusals',
  oracle: 'own simulation of resting scans with a known target',
  errorIs: 'mm of the median; radii of the dozen that miss the truth; 1 where a bad scan gets a target of its own',
  needs: [],
  async run() {
    const how = { circuit, limits: settings.limits };
    const trials: Trial[] = [];
    for (let seed = 1; seed <= people; seed++)
      trials.push(await runTrial(seed, scan, how, { ...bootstrapOptions, replicates: 200 }));
    const { standing, medianErrorMm, coverage } = summary(trials);
    const cases: Case[] = [
      { name: '20 minutes: median error', error: medianErrorMm, tolerance: 3, note: `${standing} of ${people} stand` },
      { name: '20 minutes: radii that miss', error: Math.round((1 - coverage) * standing), tolerance: 3 },
    ];
    for (const [name, change] of [
      ['8 minutes', { minutes: 8 }],
      ['much motion', { motion: 0.5 }],
      ['no anticorrelation', { amplitude: 0 }],
      ['drop-out in the seed', { subgenualSignal: 0.15 }],
    ] as const) {
      const { state, reasons } = await runTrial(99, { ...scan, ...change }, how, {
        ...bootstrapOptions,
        replicates: 100,
      });
      cases.push({
        name: `${name}: group target`,
        error: state === 'group-fallback' ? 0 : 1,
        tolerance: 0,
        note: reasons.join(),
      });
    }
    return cases;
  },
};

export default conformance;

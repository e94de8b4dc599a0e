import { readFileSync } from 'node:fs';
import { readContrast } from '../src/brain/function/contrast.ts';
import { taskDesign } from '../src/brain/function/design.ts';
import { readEvents } from '../src/brain/function/events.ts';
import { medianTsnr } from '../src/brain/function/framewise.ts';
import { fitGlm } from '../src/brain/function/glm.ts';
import { loadBold } from '../src/brain/function/load.ts';
import { readSources } from '../src/cli/imageFiles.ts';
import { openImage } from '../src/intake/open.ts';
import { untar } from './dicomFolder.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const archive = 'imaging/patient-forrest/func-oneback-dicom.tar.gz';
const eventsFile = 'imaging/patient-forrest/events.tsv';

/** Stated with the data set: OLS, canonical response of boxcars, six cosines, no realignment. */
const reference = { allRest: 26.5, above5: 2387, faceHouse: 11.9, sceneObject: 11.8, tsnr: 65.5 };

/** nilearn 0.14.1, FirstLevelModel(hrf 'spm', cosine 1/128 Hz, no smoothing or scaling), largest t in our mask. */
const nilearn = {
  ols: { 'all>rest': 23.95843, 'face>house': 10.95458 },
  ar1: { 'all>rest': 18.99548, 'face>house': 8.369409 },
};

const taskModel: Conformance = {
  id: 'brain-task',
  method: 'task model of an fMRI run: largest t and voxels above a threshold, OLS and AR(1)',
  oracle: 'statement with the studyforrest subject (PDDL); nilearn 0.14.1 (BSD-3-Clause) on the same voxels',
  errorIs: 'relative',
  needs: [archive, eventsFile],
  commands: ['tar'],
  async run() {
    const { folder, remove } = untar(sharedData(archive)!);
    try {
      const { sources, blobs } = await readSources(folder);
      const bold = await loadBold(await openImage(sources[0]!.source, blobs));
      const [header, ...lines] = readFileSync(sharedData(eventsFile)!, 'utf8')
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split('\t'));
      const rows = lines.map((line) => Object.fromEntries(header!.map((name, at) => [name, line[at]!])));
      const { events } = readEvents(header!, rows, bold.volumes * bold.repetitionTimeS);
      const largest = async (noise: 'ols' | 'ar1', order: number, ...names: string[]) => {
        const design = taskDesign(events, { ...bold, drift: { order } });
        const contrasts = names.map((name) => readContrast(name, design));
        const maps = await fitGlm(bold, design, contrasts, { noise });
        return maps.contrasts.map(({ t }) => ({
          most: t.reduce((most, one) => Math.max(most, one), -Infinity),
          above5: t.filter((one) => one > 5).length,
        }));
      };
      const relative = (name: string, ours: number, theirs: number, tolerance: number): Case => ({
        ...{ name, tolerance, error: Math.abs(ours / theirs - 1), note: `${ours.toFixed(2)} v. ${theirs}` },
      });
      const [all, face, scene] = await largest('ols', 6, 'all>rest', 'face>house', 'scene>object');
      const cases = [
        relative('all > rest, largest t', all!.most, reference.allRest, 0.05),
        relative('all > rest, voxels above 5', all!.above5, reference.above5, 0.05),
        relative('face > house, largest t', face!.most, reference.faceHouse, 0.05),
        relative('scene > object, largest t', scene!.most, reference.sceneObject, 0.05),
        relative('median temporal SNR', medianTsnr(bold) ?? 0, reference.tsnr, 0.05),
      ];
      const names = ['all>rest', 'face>house'] as const;
      for (const noise of ['ols', 'ar1'] as const)
        for (const [at, one] of (await largest(noise, 4, ...names)).entries())
          cases.push(relative(`nilearn ${noise}, ${names[at]}, largest t`, one.most, nilearn[noise][names[at]!], 0.02));
      return cases;
    } finally {
      remove();
    }
  },
};

export default taskModel;

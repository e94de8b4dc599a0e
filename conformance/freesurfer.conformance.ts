import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { icvIssues } from '../src/intake/freesurfer/plausible.ts';
import { parseStats, type Stats } from '../src/intake/freesurfer/stats.ts';
import { valuesOfStats } from '../src/intake/freesurfer/values.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const folder = 'clinical/freesurfer/fs51-abide-Pitt_50038';

/** file, structure, measure, value as the data index gives them. */
const known: [string, string, string, number][] = [
  ['aseg.stats', 'Left-Hippocampus', 'Volume_mm3', 4207],
  ['aseg.stats', 'Right-Hippocampus', 'Volume_mm3', 4135],
  ['aseg.stats', 'IntraCranialVol', 'ICV', 964_342.335086],
  ['lh.aparc.stats', 'Cortex', 'MeanThickness', 2.7559],
  ['rh.aparc.stats', 'Cortex', 'MeanThickness', 2.74008],
  ['lh.aparc.stats', 'bankssts', 'ThickAvg', 3.018],
];

/** Structures in each file. */
const rows: Record<string, number> = {
  'aseg.stats': 45,
  'lh.aparc.stats': 34,
  'rh.aparc.stats': 34,
  'lh.aparc.a2009s.stats': 74,
  'rh.aparc.a2009s.stats': 74,
};

const freesurfer: Conformance = {
  id: 'freesurfer-stats',
  method: 'FreeSurfer statistics: values by structure and measure',
  oracle: 'FreeSurfer 5.1 output of one ABIDE person; published row counts (45, 34, 74)',
  errorIs: 'absolute',
  needs: [folder],
  async run() {
    const read = (name: string): Stats => {
      const stats = parseStats(readFileSync(join(sharedData(folder)!, name), 'utf8'));
      if (!stats) throw new Error(`${name} has no table`);
      return stats;
    };
    const cases: Case[] = known.map(([file, structure, measure, expected]) => {
      const found = valuesOfStats(read(file)).find((one) => one.structure === structure && one.measure === measure);
      const error = found ? Math.abs(Number(found.value) - expected) : Number.POSITIVE_INFINITY;
      return { name: `${file} ${structure} ${measure}`, error, tolerance: 0 };
    });
    for (const [file, count] of Object.entries(rows)) {
      cases.push({ name: `${file} structures`, error: Math.abs(read(file).rows.length - count), tolerance: 0 });
    }
    const warned = icvIssues(read('aseg.stats')).some(({ code }) => code === 'icv-implausible');
    cases.push({ name: 'implausible intracranial volume is named', error: warned ? 0 : 1, tolerance: 0 });
    return cases;
  },
};

export default freesurfer;

/**
 * `npm run bench -- task`: the task model of the studyforrest run (52 thousand voxels, 156 volumes, six conditions), OLS and
 * AR(1), beside nilearn on the same voxels where a Python with it is named by IDIOGRAPH_BENCH_PYTHON: seconds, and the
 * correlation of the t maps, which must be above .99.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { untar } from '../conformance/dicomFolder.ts';
import { sharedData } from '../conformance/shared.ts';
import { pearson } from '../src/brain/function/connectome.ts';
import { readContrast } from '../src/brain/function/contrast.ts';
import { taskDesign } from '../src/brain/function/design.ts';
import { readEvents } from '../src/brain/function/events.ts';
import { fitGlm } from '../src/brain/function/glm.ts';
import { type BoldRun, loadBold } from '../src/brain/function/load.ts';
import { readSources } from '../src/cli/imageFiles.ts';
import { writeNiftiGz } from '../src/intake/nifti/write.ts';
import { openImage } from '../src/intake/open.ts';

const archive = sharedData('imaging/patient-forrest/func-oneback-dicom.tar.gz');
const eventsFile = sharedData('imaging/patient-forrest/events.tsv');
const names = ['all>rest', 'face>house'] as const;

if (!archive || !eventsFile) console.log('skip: imaging/patient-forrest is not on this machine');
else await measure(archive, eventsFile);

async function measure(tar: string, table: string): Promise<void> {
  const { folder, remove } = untar(tar);
  let run: BoldRun;
  try {
    const { sources, blobs } = await readSources(folder);
    run = await loadBold(await openImage(sources[0]!.source, blobs));
  } finally {
    remove();
  }
  const [header, ...lines] = readFileSync(table, 'utf8').trim().split(/\r?\n/);
  const columns = header!.split('\t');
  const rows = lines.map((line) => Object.fromEntries(line.split('\t').map((cell, at) => [columns[at]!, cell])));
  const { events } = readEvents(columns, rows, run.volumes * run.repetitionTimeS);
  const python = process.env['IDIOGRAPH_BENCH_PYTHON'];
  const out = mkdtempSync(join(tmpdir(), 'idiograph-bench-'));
  try {
    if (python) {
      writeFileSync(join(out, 'mask.nii.gz'), writeNiftiGz(run.grid, run.mask, { datatype: 'uint8', description: '' }));
      const grid = { ...run.grid, shape: [...run.grid.shape.slice(0, 3), run.volumes] as typeof run.grid.shape };
      writeFileSync(
        join(out, 'bold.nii.gz'),
        writeNiftiGz({ ...grid, repetitionTimeS: run.repetitionTimeS }, run.data, {
          datatype: 'float32',
          description: '',
        }),
      );
    }
    for (const noise of ['ols', 'ar1'] as const) {
      const start = performance.now();
      const design = taskDesign(events, { ...run });
      const maps = await fitGlm(
        run,
        design,
        names.map((name) => readContrast(name, design)),
        { noise },
      );
      console.log(
        `${noise}: ${run.voxels.length} voxels, ${design.columns.length} columns in ${((performance.now() - start) / 1000).toFixed(2)} s`,
      );
      if (!python) continue;
      const said = JSON.parse(
        execFileSync(
          python,
          [
            join(import.meta.dirname, 'task-peer.py'),
            ...[join(out, 'bold.nii.gz'), join(out, 'mask.nii.gz'), table, out],
            ...[String(run.repetitionTimeS), noise],
          ],
          { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
        ),
      ) as { seconds: number; columns: number };
      const agree = names.map((name, at) => {
        const bytes = readFileSync(join(out, `${name.replace('>', '-')}.f32`));
        const theirs = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
        const { t } = maps.contrasts[at]!;
        const most = (values: Float32Array) => values.reduce((a, b) => Math.max(a, b), -Infinity).toFixed(2);
        const r = pearson(t, theirs);
        return { r, says: `${name} r ${r.toFixed(6)}, largest t ${most(t)} v. ${most(theirs)}` };
      });
      if (agree.some(({ r }) => !(r > 0.99))) process.exitCode = 1;
      console.log(
        `  nilearn: ${said.columns} columns in ${said.seconds.toFixed(2)} s; ${agree.map(({ says }) => says).join('; ')}`,
      );
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
  if (!python) console.log('peer left out: IDIOGRAPH_BENCH_PYTHON names no Python with nilearn');
  console.log(`load ${loadavg()[0]!.toFixed(1)}`);
}

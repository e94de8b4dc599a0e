import { join } from 'node:path';
import { taskFigure } from '../../brain/function/figures.ts';
import { volumeTiming } from '../../brain/function/sliceTiming.ts';
import { type ContrastMap, studyTask, type TaskStudy } from '../../brain/function/taskStudy.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { boldInput, confoundColumns, tableRows } from '../boldInput.ts';
import type { Command } from '../command.ts';
import { maskFile } from '../diffusionInput.ts';
import { givenOf } from '../given.ts';
import { oneLine } from '../terminal.ts';
import { writeWhole } from '../wholeFile.ts';

export const command: Command = {
  summary: 'Fits a task model to an fMRI run and writes the t map of a contrast.',
  usage:
    'idiograph task BOLD EVENTS.tsv --contrast NAME --out DIR [--noise ols|ar1] [--derivatives none|time|both] [--high-pass SECONDS | --drift-order N] [--no-realign] [--confounds FILE.tsv] [--time-reference SHARE] [--tr SECONDS] [--mask FILE] [--json]\n\n' +
    'BOLD: a NIfTI file (sidecar of the same name beside it is found) or a folder of DICOM. EVENTS: a BIDS events table.\n' +
    '--contrast: A>B, A+B>C, all>rest, A, 0.5*A-0.5*B. Writes t.nii.gz, effect.nii.gz, mask.nii.gz, clusters.tsv, design.tsv, motion.tsv, t.png.\n' +
    'Default: motion undone and in the model, AR(1) prewhitening, canonical response, drift slower than 128 s.\n' +
    '--confounds: columns of a confounds table of fMRIPrep or XCP-D (six motion parameters, aCompCor, non-steady volumes) instead of our own motion; implies --no-realign.\n' +
    '--time-reference: moment of a volume that its values stand for, 0 (start) to 1. Default: where the sidecar has SliceTiming, slices are brought to the middle (0.5); a prepared run stands at its StartTime; else 0.',
  options: {
    out: { type: 'string' },
    contrast: { type: 'string' },
    noise: { type: 'string' },
    derivatives: { type: 'string' },
    'high-pass': { type: 'string' },
    'drift-order': { type: 'string' },
    'no-realign': { type: 'boolean' },
    confounds: { type: 'string' },
    'time-reference': { type: 'string' },
    tr: { type: 'string' },
    mask: { type: 'string' },
  },
  async run({ positionals, options }, terminal) {
    const given = givenOf(options);
    const { text } = given;
    const [path, eventsPath, ...more] = positionals;
    const out = text('out');
    const contrast = text('contrast');
    if (
      path === undefined ||
      eventsPath === undefined ||
      more.length > 0 ||
      out === undefined ||
      contrast === undefined
    )
      throw new IdiographError('usage', 'name a run, its events, --contrast and --out', {
        remedy: `usage: ${command.usage}`,
      });
    const noise = given.oneOf('noise', ['ols', 'ar1']) ?? 'ar1';
    const derivatives = given.oneOf('derivatives', ['none', 'time', 'both']) ?? 'none';
    const order = given.whole('drift-order', 0, 1000);
    const cutoffS = given.number('high-pass', 1, 100_000);
    const repetitionTimeS = given.number('tr', 0.2, 20);
    const timeReference = given.number('time-reference', 0, 1);
    const start = performance.now();
    const input = await boldInput(path);
    const events = tableRows(eventsPath);
    const masked = text('mask') === undefined ? undefined : await maskFile(text('mask')!, input.image);
    const confounds =
      text('confounds') === undefined
        ? undefined
        : confoundColumns(tableRows(text('confounds')!), input.image.grid.shape[3]);
    const study = await studyTask(input.image, events, {
      ...{ contrasts: [contrast], noise, realign: options['no-realign'] !== true && confounds === undefined },
      derivatives: derivatives === 'both' ? 'time-and-dispersion' : derivatives,
      ...(order !== undefined ? { drift: { order } } : cutoffS !== undefined ? { drift: { cutoffS } } : {}),
      ...(repetitionTimeS !== undefined && { repetitionTimeS }),
      ...(timeReference !== undefined && { timeReference }),
      timing: volumeTiming(input.source.metadata),
      ...(masked && { mask: masked.mask }),
      ...(confounds && { confounds: confounds.columns }),
      progress: (_, doing) => terminal.progress(doing),
    });
    const issues = [...input.issues, ...(masked?.issues ?? []), ...(confounds?.issues ?? []), ...study.issues];
    for (const { severity, message, remedy } of issues)
      if (severity !== 'info') terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
    if (!('contrasts' in study)) {
      terminal.document({ contrast, issues });
      return 1;
    }
    const [map] = study.contrasts as [ContrastMap];
    write(out, study, map);
    const seconds = (performance.now() - start) / 1000;
    const fd = study.framewiseMm;
    const meanFd = fd && fd.reduce((sum, one) => sum + one, 0) / (fd.length - 1);
    const above = (t: number): number => map.t.reduce((count, one) => count + (one > t ? 1 : 0), 0);
    terminal.say(
      `${map.name}: t ${map.lowest.toFixed(2)} to ${map.highest.toFixed(2)}, ${study.maps.degreesOfFreedom} degrees of freedom, ${noise}`,
    );
    terminal.say(
      map.fdrT === undefined
        ? 'no voxel is significant at a false discovery rate of 5 %'
        : `|t| from ${map.fdrT.toFixed(2)} is significant at a false discovery rate of 5 %`,
    );
    for (const { voxels, peak, peakRasMm } of map.positive.slice(0, 5))
      terminal.say(
        `${voxels} voxels, peak ${peak.toFixed(2)} at ${peakRasMm.map((one) => one.toFixed(0)).join(', ')} mm`,
      );
    terminal.say(
      `tSNR ${study.tsnr?.toFixed(1) ?? 'not known'}${meanFd === undefined ? '' : `, motion ${meanFd.toFixed(2)} mm a volume`}; ${seconds.toFixed(1)} s`,
    );
    terminal.document({
      ...{ contrast: map.name, noise, derivatives, degreesOfFreedom: study.maps.degreesOfFreedom },
      ...{ voxels: study.run.voxels.length, volumes: study.run.volumes, repetitionTimeS: study.run.repetitionTimeS },
      t: {
        highest: map.highest,
        lowest: map.lowest,
        above5: above(5),
        fdr5: map.fdrT ?? null,
        cluster: study.clusterT,
      },
      clusters: [...map.positive, ...map.negative.map((one) => ({ ...one, peak: -one.peak }))].map(
        ({ voxels, volumeMm3, peak, peakRasMm }) => ({ voxels, volumeMm3, peak, peakRasMm }),
      ),
      quality: {
        ...{
          tsnr: study.tsnr ?? null,
          meanFramewiseMm: meanFd ?? null,
          largestFramewiseMm: fd ? Math.max(...fd) : null,
        },
        ...{ meanDvarsPercent: study.dvarsPercent.reduce((sum, one) => sum + one, 0) / (study.run.volumes - 1) },
      },
      regressors: study.design.names,
      timeReference: study.timeReference,
      seconds: Number(seconds.toFixed(3)),
      issues,
    });
    return issues.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

function write(out: string, study: TaskStudy, map: ContrastMap): void {
  const { grid, mask } = study.run;
  const volume = (file: string, values: ArrayLike<number>, datatype: 'uint8' | 'float32', description: string): void =>
    writeWhole(join(out, file), writeNiftiGz(grid, values, { datatype, description }));
  volume('t.nii.gz', map.t, 'float32', `t, ${study.maps.degreesOfFreedom} degrees of freedom`);
  volume('effect.nii.gz', map.effect, 'float32', 'effect in units of the signal');
  volume('mask.nii.gz', mask, 'uint8', 'where was fitted');
  const rows = (names: readonly string[], lines: readonly (readonly (string | number)[])[]): string =>
    `${[names, ...lines].map((line) => line.join('\t')).join('\n')}\n`;
  const both = [...map.positive, ...map.negative.map((one) => ({ ...one, peak: -one.peak }))];
  writeWhole(
    join(out, 'clusters.tsv'),
    rows(
      ['voxels', 'volume_mm3', 'peak_t', 'peak_x_mm', 'peak_y_mm', 'peak_z_mm'],
      both.map(({ voxels, volumeMm3, peak, peakRasMm }) => [
        ...[voxels, volumeMm3.toFixed(1), peak.toFixed(4)],
        ...peakRasMm.map((one) => one.toFixed(1)),
      ]),
    ),
  );
  const { columns, names } = study.design;
  writeWhole(
    join(out, 'design.tsv'),
    rows(
      names,
      Array.from({ length: study.run.volumes }, (_, t) => columns.map((column) => column[t]!.toPrecision(8))),
    ),
  );
  const { motion, framewiseMm } = study;
  if (motion && framewiseMm)
    writeWhole(
      join(out, 'motion.tsv'),
      rows(
        ['trans_x', 'trans_y', 'trans_z', 'rot_x', 'rot_y', 'rot_z', 'framewise_displacement', 'dvars_percent'],
        Array.from({ length: study.run.volumes }, (_, t) =>
          [...motion.parameters.subarray(t * 6, t * 6 + 6), framewiseMm[t]!, study.dvarsPercent[t]!].map((one) =>
            one.toFixed(6),
          ),
        ),
      ),
    );
  writeWhole(join(out, 't.png'), taskFigure(study, map).bytes);
}

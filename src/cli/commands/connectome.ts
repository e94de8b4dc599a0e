import { basename, join } from 'node:path';
import { type CircuitsFile, circuitScores } from '../../brain/function/circuits.ts';
import { type ConnectomeStudy, studyConnectome } from '../../brain/function/connectomeStudy.ts';
import { connectomeFigure, motionFigure, networksFigure } from '../../brain/function/figures.ts';
import { networkPack, readNetworkAtlas } from '../../brain/function/networkPairs.ts';
import {
  type AtlasName,
  atlasNames,
  atlasPack,
  readAtlas,
  readTemplate,
  templatePack,
} from '../../brain/function/packs.ts';
import { readPath } from '../../brain/function/preprocessed.ts';
import { connectomeModelScore, readConnectomeModel } from '../../brain/function/signatureModel.ts';
import { volumeTiming } from '../../brain/function/sliceTiming.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { installedPack } from '../../packs/registry.ts';
import { boldInput, confoundColumns, jsonFile, tableRows } from '../boldInput.ts';
import type { Command } from '../command.ts';
import { oneLine } from '../terminal.ts';
import { writeWhole } from '../wholeFile.ts';

export const command: Command = {
  summary: 'Connectome of an fMRI run: parcels, networks, circuits, how well they repeat.',
  usage:
    'idiograph connectome BOLD --out DIR [--t1 T1] [--confounds FILE.tsv] [--atlas 100-S1|100-S2|200-S1|200-S2|400-S2] [--fd-limit MM] [--global-signal] [--no-own-networks] [--model FILE.json] [--tr SECONDS] [--age YEARS] [--sex F|M] [--site NAME] [--json]\n\n' +
    'BOLD: a NIfTI file or a folder of DICOM. Names of BIDS derivatives are believed: desc-preproc_bold in an MNI space needs --confounds, desc-denoised_bold is taken as it is.\n' +
    'Everything else is worked up: slice timing (where the sidecar has it), motion, EPI to T1 to template, 24 of motion + 5 aCompCor + band-pass 0.01-0.08 Hz + censoring in one model.\n' +
    'Needs the packs schaefer-tian and mni152. Writes connectome.tsv, networks.tsv, parcels.tsv, scores.csv, motion.tsv, connectome.png, motion.png, own-networks.nii.gz, own-networks-confidence.nii.gz.\n' +
    'scores.csv: one row (age, sex, site as given, way of making, mean motion, circuits, and with the pack schaefer-yeo the pairs of 17 networks) for "idiograph deviations" and, of controls, for "idiograph reference fit" or "reference adapt braincharts/lifespan_yeo17_22K_40sites".\n' +
    '--model: a resting-connectome signature (docs/methods/pain-signatures.md).',
  options: {
    out: { type: 'string' },
    t1: { type: 'string' },
    confounds: { type: 'string' },
    atlas: { type: 'string' },
    'fd-limit': { type: 'string' },
    'global-signal': { type: 'boolean' },
    'no-own-networks': { type: 'boolean' },
    model: { type: 'string' },
    tr: { type: 'string' },
    age: { type: 'string' },
    sex: { type: 'string' },
    site: { type: 'string' },
  },
  async run({ positionals, options }, terminal) {
    const text = (name: string) => options[name] as string | undefined;
    const [path, ...more] = positionals;
    const out = text('out');
    if (path === undefined || more.length > 0 || out === undefined)
      throw new IdiographError('usage', 'name one run and --out', { remedy: `usage: ${command.usage}` });
    const positive = (name: string): number | undefined => {
      const given = text(name);
      if (given === undefined) return undefined;
      if (!(Number(given) > 0 && Number(given) < 100))
        throw new IdiographError('usage', `--${name} takes a number above 0`, { remedy: command.usage });
      return Number(given);
    };
    const atlasName = (text('atlas') ?? '100-S1') as AtlasName;
    if (!atlasNames.includes(atlasName))
      throw new IdiographError('usage', `there is no atlas "${atlasName}"`, {
        remedy: `Use ${atlasNames.join(', ')}.`,
      });
    const limit = positive('fd-limit');
    const repetitionTimeS = positive('tr');
    const [age, sex] = [text('age'), text('sex')?.toUpperCase()];
    if ((age !== undefined && !(Number(age) >= 0 && Number(age) <= 130)) || (sex !== undefined && !/^[FM]$/.test(sex)))
      throw new IdiographError('usage', '--age takes years and --sex F or M', { remedy: command.usage });
    const model = text('model') === undefined ? undefined : readConnectomeModel(jsonFile(text('model')!));
    const start = performance.now();
    const says = readPath(path);
    if (says.space !== undefined && !says.inTemplate)
      throw new IdiographError('unsupported', `the run is in the space ${says.space}, the atlas in MNI152`, {
        remedy: 'Give the run in an MNI152 space, or as the scanner made it.',
      });
    const input = await boldInput(path);
    const volumes = input.image.grid.shape[3];
    const confounds =
      text('confounds') === undefined ? undefined : confoundColumns(tableRows(text('confounds')!), volumes);
    if (says.preprocessing === 'preprocessed' && confounds === undefined)
      throw new IdiographError('usage', 'a preprocessed run needs its confounds', {
        remedy: 'Give --confounds FILE.tsv.',
      });
    const [atlas, template, pairs] = await Promise.all(
      [atlasPack, templatePack, networkPack].map((one) => installedPack(one)),
    );
    if (atlas === undefined)
      throw new IdiographError('not-found', `the pack ${atlasPack} is not installed`, {
        remedy: `idiograph packs add ${atlasPack} --from FOLDER`,
      });
    const t1 = text('t1') === undefined ? undefined : (await boldInput(text('t1')!)).image;
    const study = await studyConnectome(
      {
        ...{ image: input.image, preprocessing: says.preprocessing, inTemplate: says.inTemplate },
        ...{ atlas: await readAtlas(atlas, atlasName), template: template && (await readTemplate(template)) },
        ...(t1 && { t1: { grid: t1.grid, values: await t1.readVolume(0) } }),
        networkAtlas: pairs && (await readNetworkAtlas(pairs)),
        ...(confounds && { confounds }),
        ...volumeTiming(input.source.metadata),
        ...(repetitionTimeS !== undefined && { repetitionTimeS }),
      },
      {
        ...(limit !== undefined && { framewiseLimitMm: limit }),
        ...{ globalSignal: options['global-signal'] === true, ownNetworks: options['no-own-networks'] !== true },
        progress: (_, doing) => terminal.progress(doing),
      },
    );
    const issues: Issue[] = [...input.issues, ...(confounds?.issues ?? []), ...study.issues];
    const scored = model && 'connectome' in study ? connectomeModelScore(model, study, says.preprocessing) : undefined;
    if (scored) issues.push(...scored.issues);
    for (const { severity, message, remedy } of issues)
      if (severity !== 'info') terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
    if (!('connectome' in study)) {
      terminal.document({ issues });
      return 1;
    }
    write(out, study, limit ?? 0.5);
    const circuits = circuitScores(study.connectome, loadKnowledge('brain/circuits.json').data as CircuitsFile);
    const row = [
      ['id', basename(path).replace(/\.nii(\.gz)?$/i, '')],
      ...[
        ['age', age ?? ''],
        ['sex', sex ?? ''],
        ['site', text('site') ?? ''],
        ['software', study.madeBy],
      ],
      ['mean_FD', study.meanFdMm?.toFixed(6) ?? ''],
      ...circuits.map(({ id, score }) => [`circuit_${id}`, score.toFixed(6)]),
      ...study.pairs.map(({ name, z }) => [name, z.toFixed(6)]),
    ] as [string, string][];
    const cell = (one: string) => (/[",\r\n]/.test(one) ? `"${one.replaceAll('"', '""')}"` : one);
    writeWhole(join(out, 'scores.csv'), [0, 1].map((of) => `${row.map((one) => cell(one[of]!)).join(',')}\n`).join(''));
    const seconds = (performance.now() - start) / 1000;
    const { reliability: repeat, model: made, networks } = study;
    terminal.say(
      `${study.connectome.parcels.length} parcels, ${study.minutes.toFixed(1)} minutes, ${made.degreesOfFreedom} degrees of freedom; confounds: ${made.confounds}`,
    );
    if (study.ncc !== undefined)
      terminal.say(
        `on the template: correlation ${study.ncc.toFixed(3)}${study.nccAffine === undefined ? ' (affine)' : `, free-form through the T1 (affine alone ${study.nccAffine.toFixed(3)})`}`,
      );
    terminal.say(
      `edges of the two halves correlate ${repeat.r.toFixed(2)} (whole run ${repeat.whole.toFixed(2)}); an edge is known to about ${repeat.edgeSe.toFixed(2)} z`,
    );
    for (const { a, b, z, edges } of networks)
      if (a === b) terminal.say(`${a.padEnd(12)} ${z.toFixed(3)} z within (${edges} edges)`);
    for (const { title, score } of circuits) terminal.say(`${title}: ${score.toFixed(3)} z, raw`);
    terminal.say(
      `${study.pairs.length > 0 ? `${study.pairs.length} pairs of 17 networks and ` : ''}circuits in scores.csv: "idiograph deviations" reads them against a reference`,
    );
    if (study.own)
      terminal.say(`own networks: ${(100 * study.own.agreement).toFixed(0)} % of voxels the same from either half`);
    if (scored?.score !== undefined) terminal.say(`${model!.name}: ${scored.score.toFixed(4)} (research only)`);
    terminal.say(`${seconds.toFixed(1)} s`);
    terminal.document({
      ...{ parcels: study.connectome.parcels.length, volumes: study.run.volumes, minutes: study.minutes },
      ...{ pairs: study.pairs, madeBy: study.madeBy, meanFramewiseMm: study.meanFdMm ?? null },
      ...{
        model: made,
        registration: study.ncc ?? null,
        registrationAffine: study.nccAffine ?? null,
        tsnr: study.tsnr ?? null,
        reliability: repeat,
        networks,
        circuits,
      },
      own: study.own ? { agreement: study.own.agreement, withAtlas: study.own.withAtlas } : null,
      ...(model && { signature: { name: model.name, score: scored?.score ?? null } }),
      seconds: Number(seconds.toFixed(3)),
      issues: [
        ...issues,
        issue(
          'info',
          'raw-score',
          'Circuit scores and pairs of networks are raw; "idiograph deviations" reads scores.csv against a reference made the same way.',
          {},
        ),
      ],
    });
    return issues.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

function write(out: string, study: ConnectomeStudy, limitMm: number): void {
  const { connectome, networks, run, own } = study;
  const text = (file: string, lines: readonly (readonly (string | number)[])[]): void =>
    writeWhole(join(out, file), `${lines.map((line) => line.join('\t')).join('\n')}\n`);
  const n = connectome.parcels.length;
  text('connectome.tsv', [
    ['parcel', ...connectome.parcels.map(({ name }) => name)],
    ...connectome.parcels.map(({ name }, a) => [
      name,
      ...Array.from(connectome.z.subarray(a * n, (a + 1) * n), (z) => z.toFixed(6)),
    ]),
  ]);
  text('networks.tsv', [
    ['a', 'b', 'z', 'edges'],
    ...networks.map(({ a, b, z, edges }) => [a, b, z.toFixed(6), edges]),
  ]);
  text('parcels.tsv', [
    connectome.parcels.map(({ name }) => name),
    ...Array.from(study.series[0]!, (_, t) => study.series.map((one) => one[t]!.toPrecision(7))),
  ]);
  writeWhole(join(out, 'connectome.png'), connectomeFigure(connectome, networks).bytes);
  writeWhole(join(out, 'motion.png'), motionFigure(study.framewiseMm, study.dvarsPercent, study.keep, limitMm).bytes);
  if (study.framewiseMm)
    text('motion.tsv', [
      ['framewise_displacement', 'dvars_percent', 'kept'],
      ...Array.from(study.framewiseMm, (fd, t) => [fd.toFixed(6), study.dvarsPercent[t]!.toFixed(6), study.keep[t]!]),
    ]);
  if (!own) return;
  const description = own.names
    .map((name, at) => `${at + 1} ${name}`)
    .join(' ')
    .slice(0, 79);
  writeWhole(join(out, 'own-networks.nii.gz'), writeNiftiGz(run.grid, own.labels, { datatype: 'uint8', description }));
  writeWhole(
    join(out, 'own-networks-confidence.nii.gz'),
    writeNiftiGz(run.grid, own.confidence, { datatype: 'float32', description: 'confidence 0 to 1' }),
  );
  writeWhole(join(out, 'own-networks.png'), networksFigure(run, own).bytes);
}

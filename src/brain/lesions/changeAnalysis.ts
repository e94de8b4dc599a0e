import type { Analysis, Dossier, RunContext, Selected } from '../../dossier/analysis.ts';
import type { Artifact } from '../../dossier/artifact.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { flairVisits } from './chooseVisits.ts';
import { changeSettings, lesionChanges } from './classify.ts';
import { changeSite, changeWords, measures, noDiagnosis, noRepeatability, roles, whiteMatter } from './measures.ts';
import { lesionPicture } from './picture.ts';
import { modelFlair } from './segmentFlair.ts';
import { studyChange, type VisitOfTwo } from './studyChange.ts';

/** Two FLAIR images of one person -> which lesions are new, larger, smaller, gone, and by how much. */
export const lesionChange: Analysis = {
  id: 'brain.lesion-change',
  version: '1.0.0',
  title: 'Change of white-matter lesions',
  makes: [measures.volumeChange.code, measures.changed.code, measures.changedCount.code, roles.change, 'snapshot'],
  takes: [roles.lesions, roles.tissue, measures.volume.code],
  knowledge: [],
  packs: [],
  method: 'brain-lesions.md',
  peakMemoryMb: () => 1200,
  select: selectPairs,
  async run(inputs, options, context) {
    const find = (role: string): Source | undefined =>
      context.dossier.sources.find(({ id }) => id === inputs[role]?.[0]);
    const [before, after] = [find('earlier'), find('later')];
    if (!before || !after) return;
    const since = String(options['earlierDay']);
    const time = after.acquiredAt ?? String(options['laterDay']);
    const used = Object.values(inputs).flat();
    const base = { time, derivedFrom: used };
    const refuse = (reason: Issue): void =>
      context.emit.finding({
        ...{ ...base, measure: measures.volumeChange, site: whiteMatter },
        ...{ value: { type: 'refused', reason: reason.code }, issues: [reason] },
      });
    context.progress(0.02, 'reading the visits');
    const visits = [
      await visitOf(before, inputs['earlierMaps']!, context),
      await visitOf(after, inputs['laterMaps']!, context),
    ];
    const [earlier, later] = visits;
    if (!earlier || !later) return refuse(noModel);
    const study = studyChange(earlier, later, {
      place: `${before.path}, ${after.path}`,
      progress: (fraction, doing) => context.progress(fraction, doing),
    });
    if ('refused' in study) return refuse(study.refused);
    const { aligned, followed, totals } = study;
    const kinds = new Set([before, after].map((source) => kindOf(context.dossier, inputs, source)));
    const issues = [
      ...study.issues,
      ...(kinds.size > 1
        ? [
            issue(
              'warning',
              'visits-not-alike',
              "One visit's lesions are the site's own mask, the other's our segmentation: their volumes are no pair.",
            ),
          ]
        : []),
    ];
    const stamp = `-${time.slice(0, 10)}-${after.id.slice(-6)}`;
    const colors = lesionChanges.map((change) => changeWords[change].color);
    const mapId = context.emit.artifact({
      ...{ type: 'labelmap', role: roles.change, time, mediaType: 'application/gzip', grid: aligned.grid },
      ...{ title: `What became of each lesion since ${since}`, fileName: `lesion-change${stamp}.nii.gz` },
      ...{ issues: issues.filter(({ severity }) => severity !== 'info'), derivedFrom: used },
      labels: lesionChanges.map((change, n) => ({ value: n + 1, name: changeWords[change].says, color: colors[n]! })),
      bytes: writeNiftiGz(aligned.grid, followed.labels, { datatype: 'uint8', description: 'lesion change' }),
    });
    const says = `visits ${aligned.shiftMm.toFixed(1)} mm and ${aligned.turnDeg.toFixed(1)} degrees apart, correlation ${aligned.correlation.toFixed(2)} once aligned; noise of the difference ${(100 * study.noise).toFixed(1)} % of tissue`;
    const evidence = [
      { of: before.id, place: 'earlier visit', says: since },
      { of: after.id, place: 'alignment', says },
    ];
    const shared = [noRepeatability, noDiagnosis, ...issues];
    const derivedFrom = [...used, mapId];
    const volumes = [before, after].map((source) =>
      context.dossier.findings.find(
        (one) =>
          one.measure.code === measures.volume.code &&
          one.value.type === 'quantity' &&
          one.derivedFrom.includes(source.id),
      ),
    );
    const [first, second] = volumes.map((one) => (one?.value.type === 'quantity' ? one.value.value : undefined));
    if (first !== undefined && second !== undefined) {
      const wide = volumes.map((one) => (one!.uncertainty!.high! - one!.uncertainty!.low!) / 2);
      const reach = Math.hypot(wide[0]!, wide[1]!);
      context.emit.finding({
        ...{ ...base, derivedFrom, evidence, measure: measures.volumeChange, site: whiteMatter, issues: shared },
        value: { type: 'quantity', value: second - first, unit: 'mL' },
        uncertainty: {
          ...{ type: 'interval', low: second - first - reach, high: second - first + reach },
          source: 'half the intervals of both volumes, added as squares: lesions segmented at each visit by itself',
        },
      });
    }
    for (const { change, lesions, volumeMl, lowMl, highMl } of totals) {
      context.emit.finding({
        ...{ ...base, derivedFrom, evidence, measure: measures.changed, site: changeSite(change), issues: shared },
        value: { type: 'quantity', value: volumeMl, unit: 'mL' },
        uncertainty: {
          ...{ type: 'interval', low: lowMl, high: highMl },
          source: `edge of the change moved by ${changeSettings.edgeShift} SD of its noise to either side`,
        },
      });
      context.emit.finding({
        ...{
          ...base,
          derivedFrom,
          measure: measures.changedCount,
          site: changeSite(change),
          issues: [noRepeatability, ...issues],
        },
        value: { type: 'quantity', value: lesions, unit: '{lesions}' },
      });
    }
    context.progress(0.95, 'drawing');
    context.emit.artifact({
      ...{
        type: 'picture',
        role: 'snapshot',
        time,
        mediaType: 'image/png',
        issues: [],
        fileName: `lesion-change${stamp}.png`,
      },
      title: `Lesions since ${since}: ${lesionChanges.map((change) => `${changeWords[change].says} ${colorNames[changeWords[change].color]}`).join(', ')}; axial planes, the patient's right on the left`,
      derivedFrom: [before.id, after.id, mapId],
      bytes: lesionPicture(study.later, followed.labels, study.mask, aligned.grid, [undefined, ...colors]),
    });
  },
};

const colorNames: Readonly<Record<string, string>> = {
  '#d1495b': 'red',
  '#edae49': 'yellow',
  '#4c9f70': 'green',
  '#3b9dd6': 'blue',
  '#8a8f98': 'gray',
  '#b39ddb': 'violet',
};

const noModel = issue('error', 'visits-do-not-match', 'One of the two images has no tissue that could be compared.');

/** Whether the lesions of a visit are given or our own: the title of their map says so. */
function kindOf(dossier: Dossier, inputs: Record<string, string[]>, source: Source): string {
  const maps = [...(inputs['earlierMaps'] ?? []), ...(inputs['laterMaps'] ?? [])];
  const map = dossier.artifacts.find(
    (one) => maps.includes(one.id) && one.role === roles.lesions && one.derivedFrom.includes(source.id),
  );
  return map?.title.includes("site's own mask") ? 'given' : 'own';
}

async function visitOf(source: Source, maps: readonly string[], context: RunContext): Promise<VisitOfTwo | undefined> {
  const image = await context.openImage(source.id);
  const open = async (role: string): Promise<Uint8Array> => {
    const map = context.dossier.artifacts.find((one) => maps.includes(one.id) && one.role === role)!;
    return Uint8Array.from(await (await context.openImage(map.id)).readVolume());
  };
  const classes = await open(roles.tissue);
  const lesions = await open(roles.lesions);
  const values = (await image.readVolume()).map((value) => (Number.isFinite(value) ? value : 0));
  const model = modelFlair(
    values,
    image.grid,
    classes.map((one) => (one > 0 ? 1 : 0)),
    { classes },
  );
  return model && { model, lesions };
}

function selectPairs(dossier: Dossier): Selected {
  const visits = flairVisits(dossier);
  const mapsOf = ({ id }: Source): Artifact[] =>
    dossier.artifacts.filter(
      ({ role, derivedFrom }) => (role === roles.lesions || role === roles.tissue) && derivedFrom.includes(id),
    );
  const ready = visits.filter(({ day, flair }) => day !== undefined && mapsOf(flair).length === 2);
  const undated = visits.length > 1 ? visits.filter(({ day }) => day === undefined) : [];
  const missing = undated.map(({ flair }) =>
    issue('info', 'flair-undated', 'The day of this FLAIR image is not known, so it cannot be compared with others.', {
      place: flair.path,
      remedy: 'Add a sidecar with AcquisitionDateTime, or name the folder with the date.',
    }),
  );
  const volumes = dossier.findings.filter(({ measure }) => measure.code === measures.volume.code);
  const selections = ready.slice(1).map((later, at) => {
    const earlier = ready[at]!;
    const ids = [earlier.flair.id, later.flair.id];
    return {
      title: `FLAIR ${earlier.day} to ${later.day}`,
      inputs: {
        earlier: [earlier.flair.id],
        later: [later.flair.id],
        earlierMaps: mapsOf(earlier.flair).map(({ id }) => id),
        laterMaps: mapsOf(later.flair).map(({ id }) => id),
        volumes: volumes.filter(({ derivedFrom }) => derivedFrom.some((id) => ids.includes(id))).map(({ id }) => id),
      },
      options: { earlierDay: earlier.day!, laterDay: later.day! },
    };
  });
  return { selections, missing };
}

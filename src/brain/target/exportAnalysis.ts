import type { Analysis, RunContext } from '../../dossier/analysis.ts';
import type { Code } from '../../dossier/code.ts';
import type { Finding } from '../../dossier/finding.ts';
import { issue } from '../../dossier/issue.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { checklist, type Eligibility, eligibility } from './checklist.ts';
import { ballMask, maskFile, mniGrid, writeCsv } from './exportTarget.ts';
import { targetMeasures } from './measures.ts';
import { drawTarget } from './picture.ts';
import { settingsPath, TargetSettings } from './settings.ts';

const shipped = TargetSettings.parse(loadKnowledge(settingsPath).data);
const formMeasures = shipped.checklist.map(({ id }) => `${shipped.form}.${id}`);

/**
 * The list to ask before stimulation as yes, no and not asked; with it whether a target may leave for navigation, the files of
 * the target when it may, and the picture of it with radius and eligibility in its title.
 */
export const stimulationExport: Analysis = {
  id: 'brain.stimulation-export',
  version: '1.1.0',
  title: 'Contraindications and export of a stimulation target',
  makes: [
    targetMeasures.contraindication.code,
    targetMeasures.export.code,
    'stimulation-mask',
    'stimulation-table',
    'snapshot',
  ],
  takes: [
    ...[
      'condition',
      ...formMeasures,
      targetMeasures.state.code,
      targetMeasures.position.code,
      targetMeasures.radius.code,
    ],
    ...['rest-mean', 'stimulation-map'],
  ],
  knowledge: [settingsPath],
  packs: [],
  peakMemoryMb: () => 200,
  method: 'stimulation-target.md',
  select({ findings, artifacts }) {
    const states = findings.filter(({ measure }) => measure.code === targetMeasures.state.code);
    const answers = findings.filter(({ measure }) => formMeasures.includes(measure.code));
    if (states.length === 0 && answers.length === 0) return { selections: [], missing: [] };
    const conditions = findings.filter(({ measure }) => measure.code === 'condition');
    const ids = (of: readonly { id: string }[]): string[] => of.map(({ id }) => id);
    const list = { answers: ids(answers), conditions: ids(conditions) };
    if (states.length === 0) return { selections: [{ title: 'list before stimulation', inputs: list }], missing: [] };
    const last = [...states].sort((a, b) => (a.time ?? '').localeCompare(b.time ?? '')).at(-1)!;
    const sameRun = ({ run }: { run: string }): boolean => run === last.run;
    const parts = findings.filter(
      (one) => sameRun(one) && [targetMeasures.position.code, targetMeasures.radius.code].includes(one.measure.code),
    );
    const maps = artifacts.filter((one) => sameRun(one) && ['rest-mean', 'stimulation-map'].includes(one.role));
    const inputs = { ...list, target: [last.id, ...ids(parts)], maps: ids(maps) };
    return {
      selections: [{ title: `target${last.time ? ` of ${last.time.slice(0, 10)}` : ''}`, inputs }],
      missing: [],
    };
  },
  async run(inputs, _options, context) {
    const settings = TargetSettings.parse(context.knowledge(settingsPath));
    const read = new Set(Object.values(inputs).flat());
    const findings = context.dossier.findings.filter(({ id }) => read.has(id));
    const answers = checklist(settings, findings);
    for (const { item, answer, from } of answers)
      context.emit.finding({
        measure: targetMeasures.contraindication,
        site: { system: 'stimulation-item', code: item.id, display: item.title },
        // An answer holds as of the newest form that it stands in; a condition on record and what was not asked have no day.
        ...newestDay(settings.form, from),
        value: { type: 'code', code: answerCode(answer, item.says) },
        issues: [],
        // What was not asked was looked for in all of them.
        derivedFrom: (from.length > 0 ? from : findings).map(({ id }) => id),
      });
    const verdict = eligibility(answers);
    const target = findings.find(({ measure }) => measure.code === targetMeasures.state.code);
    const state = target?.value.type === 'code' ? target.value.code.code : undefined;
    const allowed = verdict.code === 'allowed' && (state === 'individual' || state === 'group-fallback');
    const says =
      verdict.code === 'allowed' && !allowed
        ? `there is no target to export; ${verdict.says}`
        : `${verdict.code}: ${verdict.says}`;
    context.emit.finding({
      measure: targetMeasures.export,
      ...(target?.site && { site: target.site }),
      value: { type: 'code', code: { system: 'idiograph', code: allowed ? 'allowed' : 'blocked', display: says } },
      issues: [
        issue(
          'info',
          'export-is-no-clearance',
          'The list is a help to ask; it clears nobody. The stimulation team decides.',
        ),
      ],
      derivedFrom: findings.map(({ id }) => id),
    });
    await emitFiles(
      findings,
      inputs['maps'] ?? [],
      settings,
      { ...verdict, code: allowed ? 'allowed' : 'blocked' },
      context,
    );
  },
};

function newestDay(form: string, from: readonly Finding[]): { time?: string } {
  const days = from.flatMap(({ measure, time }) => (measure.code.startsWith(`${form}.`) && time ? [time] : []));
  const time = days.sort().at(-1);
  return time ? { time } : {};
}

function answerCode(answer: string, says: string): Code {
  const display = answer === 'yes' ? `yes: ${says}` : answer === 'no' ? 'no' : 'not asked';
  return { system: 'idiograph', code: answer, display };
}

async function emitFiles(
  findings: readonly Finding[],
  maps: readonly string[],
  settings: TargetSettings,
  verdict: Eligibility,
  context: RunContext,
): Promise<void> {
  const of = (code: string): Finding | undefined => findings.find(({ measure }) => measure.code === code);
  const state = of(targetMeasures.state.code);
  const position = of(targetMeasures.position.code);
  if (state?.value.type !== 'code' || position?.value.type !== 'coordinate') return;
  const isOwn = state.value.code.code === 'individual';
  const measured = of(targetMeasures.radius.code)?.value;
  const radiusMm = isOwn && measured?.type === 'quantity' ? measured.value : undefined;
  const { xyzMm } = position.value;
  const circuit = settings.circuits.find(({ id }) => id === position.site?.code);
  const source = isOwn ? 'own resting scan' : `group target, ${circuit?.group?.source ?? ''}`;
  const exported = {
    name: isOwn ? 'individual target' : 'group target',
    space: 'MNI152',
    xyzRasMm: xyzMm,
    radiusMm,
    source,
  };
  const day = position.time ? `-${position.time.slice(0, 10)}` : '';
  const common = { ...(position.time && { time: position.time }), issues: [], derivedFrom: [state.id, position.id] };
  if (verdict.code === 'allowed') {
    context.emit.artifact({
      ...{ ...common, type: 'labelmap', role: 'stimulation-mask', mediaType: 'application/gzip', grid: mniGrid },
      ...{
        title: `${exported.name}, ball of ${(radiusMm ?? 5).toFixed(1)} mm in MNI152`,
        fileName: `stimulation-target${day}.nii.gz`,
      },
      labels: [{ value: 1, name: exported.name, color: '#d62728' }],
      bytes: maskFile(ballMask({ xyzRasMm: xyzMm, radiusMm: radiusMm ?? 5 }, mniGrid), mniGrid, exported.name),
    });
    context.emit.artifact({
      ...{
        ...common,
        type: 'table',
        role: 'stimulation-table',
        mediaType: 'text/csv',
        fileName: `stimulation-target${day}.csv`,
      },
      title: `${exported.name}: coordinates, RAS and LPS`,
      bytes: new TextEncoder().encode(writeCsv([exported])),
    });
  }
  const [mean, map] = ['rest-mean', 'stimulation-map'].map((role) =>
    context.dossier.artifacts.find((one) => one.role === role && maps.includes(one.id)),
  );
  if (!mean) return;
  const within =
    radiusMm === undefined ? 'group target, no radius of the person' : `95 % radius ${radiusMm.toFixed(1)} mm`;
  context.emit.artifact({
    ...{ ...common, derivedFrom: [...common.derivedFrom, mean.id, ...(map && isOwn ? [map.id] : [])] },
    ...{ type: 'picture', role: 'snapshot', mediaType: 'image/png', fileName: `stimulation-target${day}.png` },
    title: `${within}; export ${verdict.code}: ${verdict.says}. Target at ${xyzMm.map((one) => one.toFixed(0)).join(', ')} mm (MNI) on the mean of the resting scan. Radiological convention: the patient's right is on the left`,
    bytes: await drawTarget(
      { mean: await context.openImage(mean.id), ...(map && isOwn && { map: await context.openImage(map.id) }) },
      { xyzMm, radiusMm },
    ),
  });
}

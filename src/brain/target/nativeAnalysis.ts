import type { Analysis, Dossier, Selected } from '../../dossier/analysis.ts';
import type { FindingDraft, Value } from '../../dossier/finding.ts';
import type { Issue } from '../../dossier/issue.ts';
import { placesRole } from '../registrationMeasures.ts';
import { inT1 } from './inT1.ts';
import type { Point } from './locate.ts';
import { nativeFrame, targetMeasures } from './measures.ts';
import { readPlaces } from './places.ts';
import { settingsPath, TargetSettings } from './settings.ts';

/** The target in the T1 of the person, by the registration of that T1, and the point of the scalp above it. */
export const stimulationNative: Analysis = {
  id: 'brain.stimulation-native',
  version: '1.2.1',
  title: 'Stimulation target in the T1, and the scalp above it',
  makes: [
    targetMeasures.native.code,
    targetMeasures.scalp.code,
    targetMeasures.depth.code,
    targetMeasures.scalpFromF3.code,
  ],
  takes: [targetMeasures.position.code, placesRole, 't1-conformed'],
  knowledge: [settingsPath],
  packs: [],
  peakMemoryMb: () => 500,
  method: 'stimulation-target.md',
  select,
  async run(inputs, _options, context) {
    const [targetId, placesId, t1Id, sourceId] = ['target', 'places', 't1', 'source'].map((role) => inputs[role]?.[0]);
    const target = context.dossier.findings.find(({ id }) => id === targetId);
    const source = context.dossier.sources.find(({ id }) => id === sourceId);
    if (target?.value.type !== 'coordinate' || !placesId || !t1Id) return;
    const emit = (draft: Omit<FindingDraft, 'derivedFrom'>): void =>
      context.emit.finding({
        ...draft,
        ...(target.site && { site: target.site }),
        ...(target.laterality && { laterality: target.laterality }),
        ...(target.time && { time: target.time }),
        derivedFrom: [target.id, placesId, t1Id],
      });
    const { xyzMm: wanted } = target.value;
    const places = await readPlaces(await context.openImage(placesId));
    const t1 = await context.openImage(t1Id);
    const settings = TargetSettings.parse(context.knowledge(settingsPath));
    const found = inT1(
      places,
      { grid: t1.grid, values: await t1.readVolume() },
      wanted,
      `${source?.path ?? ''} ${source?.description ?? ''}`,
      settings,
    );
    if ('refused' in found) {
      const { refused } = found;
      emit({ measure: targetMeasures.native, value: { type: 'refused', reason: refused.code }, issues: [refused] });
      return;
    }
    const issues: Issue[] = [...(context.dossier.artifacts.find(({ id }) => id === placesId)?.issues ?? [])];
    const { uncertainty } = target;
    const radiusMm = uncertainty?.type === 'interval' && found.stretch ? uncertainty.high! * found.stretch : undefined;
    emit({
      measure: targetMeasures.native,
      value: { type: 'coordinate', xyzMm: found.xyzMm.map(round) as Point, frame: nativeFrame },
      ...(radiusMm !== undefined && {
        uncertainty: {
          ...{ type: 'interval' as const, low: 0, high: round(radiusMm), level: 0.95 },
          source: `${uncertainty!.source}; stretched to the T1, without the error of the registration`,
        },
      }),
      issues,
      methodNote: `MNI152 to T1 by the registration of the T1, whose own error is not in the radius; its free-form part moved the place by ${found.freeFormMm.toFixed(1)} mm`,
    });
    const { scalp } = found;
    if ('refused' in scalp) {
      const { refused } = scalp;
      emit({ measure: targetMeasures.scalp, value: { type: 'refused', reason: refused.code }, issues: [refused] });
      return;
    }
    emit({
      measure: targetMeasures.scalp,
      value: { type: 'coordinate', xyzMm: scalp.xyzMm.map(round) as Point, frame: nativeFrame },
      issues,
    });
    const mm = (value: number): Value => ({ type: 'quantity', value: round(value), unit: 'mm' });
    emit({
      measure: targetMeasures.depth,
      value: mm(scalp.depthMm),
      issues: [],
      methodNote: `motor cortex of the group: ${scalp.motorDepthMm.toFixed(0)} mm below the scalp`,
    });
    emit({
      measure: targetMeasures.scalpFromF3,
      value: mm(scalp.fromF3Mm),
      issues: [],
      methodNote: `F3 of the group, through the same registration, at ${scalp.f3.xyzMm.map((one) => one.toFixed(0)).join(', ')} mm of the T1`,
    });
  },
};

/** The newest target with the registration of the newest T1. */
function select({ findings, artifacts, sources }: Dossier): Selected {
  const newest = <T extends { time?: string | undefined; id: string }>(all: readonly T[]): T | undefined =>
    [...all].sort((a, b) => (a.time ?? '').localeCompare(b.time ?? '') || (a.id < b.id ? -1 : 1)).at(-1);
  const target = newest(findings.filter(({ measure }) => measure.code === targetMeasures.position.code));
  const places = newest(artifacts.filter(({ role }) => role === placesRole));
  const t1 = artifacts.find(({ role, id }) => role === 't1-conformed' && places?.derivedFrom.includes(id));
  if (!target || !places || !t1) return { selections: [], missing: [] };
  const source = sources.find(({ id }) => t1.derivedFrom.includes(id));
  const inputs = { target: [target.id], places: [places.id], t1: [t1.id], ...(source && { source: [source.id] }) };
  return { selections: [{ title: 'target in the T1', inputs }], missing: [] };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

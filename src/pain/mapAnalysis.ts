import type { Analysis, RunContext } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { FindingDraft, Value } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Instrument } from '../forms/instrument.ts';
import { type BodyMapFile, bodyMapPath } from '../knowledge/bodyMap.ts';
import { isWidespread, type PainMap, painfulZones, readMap, widespreadIndex } from './bodyMap.ts';
import { bodyMapIn, formPaths, instrumentsIn, shipped } from './knowledge.ts';
import { answersOf, type Occasion, occasionsOf } from './responses.ts';

const forms = ['body-map', 'acr-2016'];

/** Forms about the body of one moment. */
interface Moment {
  at: string | undefined;
  occasions: Occasion[];
}

function momentsOf(occasions: readonly Occasion[]): Moment[] {
  const moments = new Map<string, Moment>();
  for (const occasion of occasions) {
    const key = occasion.at ?? '';
    const moment = moments.get(key) ?? { at: occasion.at, occasions: [] };
    moment.occasions.push(occasion);
    moments.set(key, moment);
  }
  return [...moments.values()];
}

function mapOf(file: BodyMapFile, occasions: readonly Occasion[], instruments: readonly Instrument[]): PainMap {
  const of = (form: string) => {
    const occasion = occasions.find((one) => one.form === form);
    return occasion && answersOf(occasion, instruments);
  };
  return readMap(file, of('body-map'), of('acr-2016'));
}

const idsOf = (occasions: readonly Occasion[]) => occasions.flatMap(({ facts }) => facts.map(({ id }) => id));

/** Answers about where it hurts -> painful areas, widespread pain index, zones, spread and its change. */
export const bodyMap: Analysis = {
  id: 'pain.body-map',
  version: '1.0.0',
  title: 'Where it hurts',
  makes: ['pain-map', 'pain-area', 'pain-region-count', 'pain-wpi', 'pain-zones', 'widespread-pain', 'pain-wpi-change'],
  takes: [],
  knowledge: [bodyMapPath, ...formPaths(forms)],
  packs: [],
  peakMemoryMb: () => 1,
  method: 'pain-map.md',
  select(dossier) {
    const file = bodyMapIn(shipped);
    const instruments = instrumentsIn(shipped, forms);
    const moments = momentsOf(occasionsOf(dossier.facts, instruments)).filter(
      ({ occasions }) => mapOf(file, occasions, instruments).areas.size > 0,
    );
    const selections = moments.map(({ at, occasions }, index) => {
      // Undated ones have no place in time, so nothing is before or after them.
      const before = at === undefined ? undefined : moments[index - 1];
      const inputs: Record<string, string[]> = { maps: idsOf(occasions) };
      if (before) inputs['earlier'] = idsOf(before.occasions);
      return { title: `map of ${at?.slice(0, 10) ?? 'an unknown day'}`, inputs };
    });
    const missing =
      moments.length > 0
        ? []
        : [
            issue('info', 'no-body-map', 'Nobody has marked where it hurts.', {
              remedy: 'Draw a body map in the workspace, or import answers to the 19 areas (ACR 2016).',
            }),
          ];
    return { selections, missing };
  },
  async run(inputs, _options, context) {
    const read = (path: string) => context.knowledge(path);
    const file = bodyMapIn(read);
    const instruments = instrumentsIn(read, forms);
    const of = (role: string) =>
      occasionsOf(
        context.dossier.facts.filter(({ id }) => inputs[role]?.includes(id)),
        instruments,
      );
    const now = of('maps');
    const before = of('earlier');
    const map = mapOf(file, now, instruments);
    const shared = {
      ...(now[0]?.at ? { time: now[0].at } : {}),
      derivedFrom: idsOf(now),
    };
    const ofFacts = now.flatMap(({ facts }) => facts.flatMap(({ issues }) => issues));
    emitAreas(file, map, shared, ofFacts, context);
    emitCounts(file, map, shared, ofFacts, context);
    if (before.length > 0)
      emitChange(file, map, mapOf(file, before, instruments), { ...shared, before: idsOf(before) }, ofFacts, context);
  },
};

type Shared = Pick<FindingDraft, 'time' | 'derivedFrom'>;

function emitAreas(file: BodyMapFile, map: PainMap, shared: Shared, ofFacts: Issue[], { emit }: RunContext): void {
  for (const { code, display, laterality } of file.areas) {
    const state = map.areas.get(code);
    if (state === undefined) continue;
    const value = state.painful ? 'painful' : 'not-painful';
    emit.finding({
      ...shared,
      measure: measure('pain-area', 'Pain in an area of the body'),
      // The name carries the side already.
      site: { system: 'body-area', code, display: display.replace(/, (left|right)$/, '') },
      ...(laterality ? { laterality } : {}),
      value: { type: 'code', code: { system: 'idiograph', code: value, display: value.replace('-', ' ') } },
      issues: [
        ...ofFacts,
        ...(state.differs
          ? [issue('warning', 'maps-differ', `Two forms of this day differ about ${display}: pain stands.`)]
          : []),
      ],
      evidence: state.given.map(({ fact, place, value: says }) => ({ of: fact, place, says: String(says) })),
    });
  }
}

const noReal = issue('info', 'no-smallest-change', 'No smallest real change of this number is known.');

const notAsked = (what: string) =>
  issue(
    'warning',
    'areas-not-asked',
    `${what} cannot be told: some areas were not asked about, which is not "no pain".`,
    {
      remedy: 'Draw a body map or complete the form.',
    },
  );

function emitCounts(file: BodyMapFile, map: PainMap, shared: Shared, ofFacts: Issue[], { emit }: RunContext): void {
  const { regions } = map;
  const areas = file.areas.filter(({ code }) => map.areas.get(code)?.painful);
  const marked = regions ?? areas.map(({ code }) => code);
  const names = regions
    ? regions.map((code) => code.replaceAll('-', ' '))
    : areas.map(({ display }) => display.toLowerCase());
  const whole = regions ? `${map.regionsAsked} regions` : `${map.areas.size} areas`;
  emit.finding({
    ...shared,
    measure: measure('pain-map', 'Map of pain'),
    value: {
      type: 'code',
      code: {
        system: 'idiograph',
        code: marked.join(' ') || 'none',
        display: `${marked.length} of ${whole}${names.length > 0 ? `: ${names.join('; ')}` : ''}`,
      },
    },
    issues: ofFacts,
  });
  if (regions)
    emit.finding({
      ...shared,
      measure: measure('pain-region-count', 'Painful regions of the body map'),
      value: { type: 'quantity', value: regions.length, unit: '1' },
      issues: [...ofFacts, noReal],
    });
  const index = widespreadIndex(file, map);
  emit.finding({
    ...shared,
    measure: measure('pain-wpi', 'Painful areas of 19 (widespread pain index)'),
    value:
      index === undefined
        ? { type: 'refused', reason: 'areas-not-asked' }
        : { type: 'quantity', value: index, unit: '{score}' },
    issues: [...ofFacts, ...(index === undefined ? [notAsked('The index')] : [noReal, ...kneeCounts(file, map)])],
  });
  const { painful, unknown } = painfulZones(file, map);
  emit.finding({
    ...shared,
    measure: measure('pain-zones', 'Painful zones of 5'),
    value:
      unknown > 0 ? { type: 'refused', reason: 'areas-not-asked' } : { type: 'quantity', value: painful, unit: '1' },
    issues: [...ofFacts, ...(unknown > 0 ? [notAsked('The number of zones')] : [noReal])],
  });
  const widespread = isWidespread(file, map);
  emit.finding({
    ...shared,
    measure: measure('widespread-pain', 'Generalised pain (4 of 5 zones)'),
    value: widespread === undefined ? { type: 'refused', reason: 'areas-not-asked' } : yesNo(widespread),
    issues: [...ofFacts, ...(widespread === undefined ? [notAsked('Generalised pain')] : [])],
    methodNote: file.generalised.source,
  });
}

function yesNo(is: boolean): Value {
  return {
    type: 'code',
    code: { system: 'idiograph', code: is ? 'yes' : 'no', display: is ? 'yes, in 4 or more zones' : 'no' },
  };
}

/** A leg that is painful at the knee alone counts by our own choice. */
function kneeCounts(file: BodyMapFile, { regions = [] }: PainMap): Issue[] {
  const only = ['left', 'right'].some((side) => {
    const own = file.regions.filter(({ area, code }) => area === `lower-leg-${side}` && regions.includes(code));
    return own.length > 0 && own.every(({ part }) => part === 'knee');
  });
  return only
    ? [issue('info', 'knee-counted', 'A painful knee is counted with the lower leg; the index does not name it.')]
    : [];
}

function emitChange(
  file: BodyMapFile,
  now: PainMap,
  before: PainMap,
  shared: Shared & { before: string[] },
  ofFacts: Issue[],
  { emit }: RunContext,
): void {
  const [a, b] = [widespreadIndex(file, now), widespreadIndex(file, before)];
  if (a === undefined || b === undefined) return;
  const turned = (painful: boolean) =>
    file.areas
      .filter(
        ({ code, wpi }) =>
          wpi && now.areas.get(code)?.painful === painful && before.areas.get(code)?.painful === !painful,
      )
      .map(({ display }) => display.toLowerCase());
  const [came, went] = [turned(true), turned(false)];
  const words = [
    came.length > 0 ? `new: ${came.join('; ')}` : '',
    went.length > 0 ? `gone: ${went.join('; ')}` : '',
  ].filter(Boolean);
  emit.finding({
    ...(shared.time ? { time: shared.time } : {}),
    measure: measure('pain-wpi-change', 'Change of painful areas since the map before'),
    value: { type: 'quantity', value: a - b, unit: '{score}' },
    issues: [
      ...ofFacts,
      noReal,
      ...(words.length > 0 ? [issue('info', 'areas-changed', `Areas that changed: ${words.join(', ')}.`)] : []),
    ],
    derivedFrom: [...shared.derivedFrom, ...shared.before],
  });
}

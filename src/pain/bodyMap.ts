import type { Area, BodyMapFile } from '../knowledge/bodyMap.ts';
import type { Given } from './responses.ts';

/** What one occasion says of the body: by area, and by region where it was drawn. */
export interface PainMap {
  /** Areas that were asked about; an absent one was not. */
  areas: Map<string, { painful: boolean; given: Given[]; differs: boolean }>;
  /** Painful regions of the drawing, in its order; undefined when nothing was drawn. */
  regions: string[] | undefined;
  /** How many regions of the drawing have an answer. */
  regionsAsked: number;
}

/**
 * Reads the answers of the forms of one occasion. An area is painful when one of its regions is, not painful when all of
 * them were asked and none is, and not asked otherwise. Where two forms differ, pain stands and the difference is said.
 */
export function readMap(
  file: BodyMapFile,
  drawn: ReadonlyMap<number, Given> | undefined,
  listed: ReadonlyMap<number, Given> | undefined,
): PainMap {
  const areas: PainMap['areas'] = new Map();
  const add = (code: string, painful: boolean, given: Given[]) => {
    const before = areas.get(code);
    areas.set(code, {
      painful: painful || before?.painful === true,
      given: [...(before?.given ?? []), ...given],
      differs: before !== undefined && before.painful !== painful,
    });
  };
  for (const [item, code] of Object.entries(file.forms['acr-2016'])) {
    const given = listed?.get(Number(item));
    if (given) add(code, given.value > 0, [given]);
  }
  if (drawn !== undefined && drawn.size > 0) {
    for (const { code } of file.areas) {
      const own = file.regions.filter((region) => region.area === code).map(({ item }) => drawn.get(item));
      const marked = own.filter((given): given is Given => given !== undefined && given.value > 0);
      if (marked.length > 0) add(code, true, marked);
      else if (own.every((given) => given !== undefined)) add(code, false, own);
    }
  }
  const painful = file.regions.filter(({ item }) => (drawn?.get(item)?.value ?? 0) > 0).map(({ code }) => code);
  return { areas, regions: drawn && drawn.size > 0 ? painful : undefined, regionsAsked: drawn?.size ?? 0 };
}

const indexAreas = ({ areas }: BodyMapFile): Area[] => areas.filter(({ wpi }) => wpi);

/** Painful areas of the 19; undefined while one of them was not asked. */
export function widespreadIndex(file: BodyMapFile, { areas }: PainMap): number | undefined {
  const asked = indexAreas(file).map(({ code }) => areas.get(code));
  if (asked.includes(undefined)) return undefined;
  return asked.filter((one) => one?.painful).length;
}

/** How many of the five zones are painful, and how many cannot be told. */
export function painfulZones(file: BodyMapFile, map: PainMap): { painful: number; unknown: number } {
  let [painful, unknown] = [0, 0];
  for (const zone of file.generalised.zones) {
    const own = file.areas.filter((area) => area.zone === zone).map(({ code }) => map.areas.get(code));
    if (own.some((one) => one?.painful)) painful++;
    else if (own.includes(undefined)) unknown++;
  }
  return { painful, unknown };
}

/** Generalised pain by the rule of the file; undefined while areas that could turn it were not asked. */
export function isWidespread(file: BodyMapFile, map: PainMap): boolean | undefined {
  const { painful, unknown } = painfulZones(file, map);
  if (painful >= file.generalised.atLeast) return true;
  return painful + unknown < file.generalised.atLeast ? false : undefined;
}

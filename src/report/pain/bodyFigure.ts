import type { Finding } from '../../dossier/finding.ts';
import { valueForReader } from '../../dossier/words.ts';
import { type BodyMapFile, loadBodyMap } from '../../knowledge/bodyMap.ts';

/** The two figures with every map of one person, fit for JSON. Points are in units of `frame`, one frame a figure. */
export interface BodyFigure {
  frame: { width: number; height: number };
  regions: FigureRegion[];
  /** Oldest first; undated ones last. */
  maps: FigureMap[];
}

export interface FigureRegion {
  code: string;
  view: 'front' | 'back';
  part: string;
  side?: 'left' | 'right';
  /** Item of the form `body-map` that asks for it. */
  item: number;
  /** `x,y x,y ...` */
  points: string;
}

export interface FigureMap {
  /** Finding that opens the chain. */
  finding: string;
  time?: string;
  /** What is marked, in words: for those who cannot see it. */
  words: string;
  painful: string[];
  notAsked: string[];
  /** False: areas of a form were answered, so that all regions of an area stand for it. */
  drawn: boolean;
  /** Index, zones, generalised pain and change of this map, in words. */
  counts: { name: string; value: string; finding: string }[];
}

const counted = ['pain-region-count', 'pain-wpi', 'pain-zones', 'widespread-pain', 'pain-wpi-change'];

/** The shapes alone: what the page draws on. */
export function figureRegions({ regions }: BodyMapFile): FigureRegion[] {
  return regions.map(({ code, view, part, side, item, points }) => ({
    code,
    view,
    part,
    item,
    ...(side ? { side } : {}),
    points: points.map((point) => point.join(',')).join(' '),
  }));
}

/** Undefined when nobody has said where it hurts. */
export function bodyFigure(findings: readonly Finding[]): BodyFigure | undefined {
  const file = loadBodyMap();
  const maps = findings
    .filter(({ measure }) => measure.code === 'pain-map')
    .sort((a, b) => order(a.time ?? '9999', b.time ?? '9999') || order(a.id, b.id));
  if (maps.length === 0) return undefined;
  const { frame } = file;
  const byRun = new Map<string, Finding[]>();
  for (const finding of findings) byRun.set(finding.run, [...(byRun.get(finding.run) ?? []), finding]);
  return { frame, regions: figureRegions(file), maps: maps.map((map) => mapOf(map, byRun.get(map.run) ?? [], file)) };
}

function mapOf(map: Finding, ofRun: readonly Finding[], { regions }: BodyMapFile): FigureMap {
  const areas = new Map(
    ofRun.flatMap(({ measure, site, value }) =>
      measure.code === 'pain-area' && site && value.type === 'code' ? [[site.code, value.code.code] as const] : [],
    ),
  );
  const marked = map.value.type === 'code' ? map.value.code.code.split(' ') : [];
  const drawn = ofRun.some(({ measure }) => measure.code === 'pain-region-count');
  const isPainful = ({ code, area }: (typeof regions)[number]) =>
    drawn ? marked.includes(code) : areas.get(area) === 'painful';
  return {
    finding: map.id,
    ...(map.time ? { time: map.time } : {}),
    words: valueForReader(map),
    painful: regions.filter(isPainful).map(({ code }) => code),
    notAsked: regions.filter((region) => !isPainful(region) && !areas.has(region.area)).map(({ code }) => code),
    drawn,
    counts: counted.flatMap((code) =>
      ofRun
        .filter(({ measure }) => measure.code === code)
        .map((one) => ({ name: one.measure.display, value: valueForReader(one), finding: one.id })),
    ),
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

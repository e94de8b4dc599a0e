import { z } from 'zod';
import type { Finding } from '../../dossier/finding.ts';
import { dayOf } from '../../dossier/words.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { centilePlot } from './centilePlot.ts';
import type { Drawing } from './drawing.ts';
import { type Cell, regionChart } from './regionChart.ts';

export interface Chart {
  title: string;
  caption: string;
  drawing: Drawing;
}

/** Deviations of the newest scan as pictures. */
export interface DeviationPicture {
  regions: Chart;
  curves: Chart[];
  /** Where groups with a disorder differ on average: context, never matched with the person. */
  disorders: { says: string; source: string; maps: Chart[] };
}

const deviating = new Set(['cortical-thickness', 'cortical-area', 'structure-volume', 'reference-measure']);
const mostCurves = 6;

const Maps = z.object({
  maps: z.array(
    z.object({
      title: z.string(),
      patients: z.number(),
      controls: z.number(),
      thickness: z.record(z.string(), z.number()),
      volume: z.record(z.string(), z.number()),
    }),
  ),
});

/** Of all findings of a subject, earlier scans among them. Undefined where no measure has a deviation. */
export function deviationPicture(findings: readonly Finding[]): DeviationPicture | undefined {
  const all = findings
    .filter((one) => deviating.has(one.measure.code) && one.norm?.z !== undefined)
    .sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? -1 : 1));
  const day = all.at(-1)?.time;
  const newest = all.filter(({ time }) => time === day);
  const [first] = newest;
  if (first === undefined) return undefined;
  const cells = newest.map((one): Cell => ({ name: one.site?.code ?? one.measure.code, value: one.norm!.z! }));
  const curves = newest
    .filter(({ norm }) => norm?.curve !== undefined)
    .sort((a, b) => Math.abs(b.norm!.z!) - Math.abs(a.norm!.z!))
    .slice(0, mostCurves)
    .flatMap((one) => curveOf(one, all));
  return {
    regions: {
      title: `Deviations by region, ${dayOf(day)}`,
      caption: `z against ${first.norm!.display}. Blue and − lie below, orange and + above; a sign marks |z| over 2. A schematic, no image of this brain.`,
      drawing: regionChart(cells, 'z', 4, 2),
    },
    curves,
    disorders: disorderMaps(),
  };
}

function curveOf(newest: Finding, all: readonly Finding[]): Chart[] {
  const course = all.filter(
    ({ measure, site }) => measure.code === newest.measure.code && site?.code === newest.site?.code,
  );
  const drawing = centilePlot(course);
  if (drawing === undefined) return [];
  const { centile, centileLimits, z: deviation } = newest.norm!;
  const limits = centileLimits ? ` (95 % limits ${centileLimits.map((one) => one.toFixed(1)).join(' to ')})` : '';
  return [
    {
      title: newest.site?.display ?? newest.measure.display,
      caption: `Centile ${centile?.toFixed(1)}${limits}, z ${deviation?.toFixed(2)}.`,
      drawing,
    },
  ];
}

function disorderMaps(): DeviationPicture['disorders'] {
  const file = loadKnowledge('norms/disorder-maps.json');
  const [source] = file.header.sources;
  return {
    says: 'Differences between groups, far smaller than those between people of one group: nothing here says which disorder a person has, and no likeness is computed.',
    source: `${source!.title}, ${source!.licence}`,
    maps: Maps.parse(file.data).maps.map(({ title, patients, controls, thickness, volume }) => ({
      title,
      caption: `d of up to ${patients} patients against up to ${controls} controls: thickness (Desikan-Killiany) and volumes. A sign marks |d| over 0.2.`,
      drawing: regionChart(
        [
          ...Object.entries(thickness),
          ...Object.entries(volume).map(([name, d]) => [volumeName(name), d] as const),
        ].map(([name, value]) => ({ name, value })),
        'd',
        0.6,
        0.2,
      ),
    })),
  };
}

/** `Laccumb` is the left one of `accumb`. */
function volumeName(name: string): string {
  const side = /^([LR])([a-zA-Z].*)$/.exec(name);
  return side ? `${side[1] === 'L' ? 'Left' : 'Right'}-${side[2]}` : name;
}

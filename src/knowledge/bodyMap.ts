/** Areas, zones and regions of a map of pain: the room that counts them and the report that draws them read one file. */
import { z } from 'zod';
import { KnowledgeHeader, loadKnowledge } from './load.ts';

const Point = z.tuple([z.number(), z.number()]);
const Side = z.enum(['left', 'right']);

const Area = z.object({
  code: z.string(),
  part: z.string(),
  display: z.string(),
  laterality: Side.optional(),
  /** One of the 19 areas of the widespread pain index. */
  wpi: z.boolean(),
  /** Which of the five zones it belongs to; jaw, chest, abdomen and what lies outside the index to none. */
  zone: z.string().optional(),
  group: z.enum(['back', 'leg', 'head', 'face', 'elsewhere']),
});
export type Area = z.infer<typeof Area>;

/** A region of our own drawing: points in the frame of the figure, x to the right of the viewer, y down. */
const Region = z.object({
  code: z.string(),
  view: z.enum(['front', 'back']),
  part: z.string(),
  side: Side.optional(),
  item: z.int().positive(),
  area: z.string(),
  points: z.array(Point).min(3),
});
export type Region = z.infer<typeof Region>;

export const BodyMapFile = KnowledgeHeader.extend({
  frame: z.object({ width: z.number(), height: z.number() }),
  areas: z.array(Area),
  regions: z.array(Region),
  /** How a body site that a record states is read: by SNOMED id, or by whole words of its name. */
  sites: z.array(z.object({ part: z.string(), snomed: z.array(z.string()), words: z.array(z.string()) })),
  /** Which form answers about regions, and which item of the other about which area. */
  forms: z.object({ 'body-map': z.literal('regions'), 'acr-2016': z.record(z.string(), z.string()) }),
  generalised: z.object({
    zones: z.array(z.string()),
    atLeast: z.int(),
    source: z.string(),
    verified: z.boolean(),
  }),
});
export type BodyMapFile = z.infer<typeof BodyMapFile>;

export const bodyMapPath = 'pain/body-map.json';

let shipped: BodyMapFile | undefined;

/** The file as it ships. */
export function loadBodyMap(): BodyMapFile {
  shipped ??= BodyMapFile.parse(loadKnowledge(bodyMapPath).data);
  return shipped;
}

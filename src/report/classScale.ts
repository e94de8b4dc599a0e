import { z } from 'zod';
import type { Finding } from '../dossier/finding.ts';
import { members, orList } from '../dossier/words.ts';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';

const ScaleFile = KnowledgeHeader.extend({
  scales: z.array(
    z.object({
      measures: z.array(z.string()),
      sites: z.array(z.string()).optional(),
      classes: z.array(z.object({ code: z.string(), label: z.string() })).min(2),
    }),
  ),
});

/** The ordered classes of a categorical finding; those that the data leave possible are marked. */
export interface ClassScale {
  type: 'classes';
  /** All that the boxes show, for those who cannot see them. */
  described: string;
  classes: { label: string; possible: boolean }[];
  /** Said below when more than one is possible. */
  remark?: string;
}

/**
 * The classes of a finding in their order, each possible one marked.
 * Undefined when no scale is known, or when a member is not on it: a row without that member would hide it.
 */
export function classScale(finding: Finding): ClassScale | undefined {
  const scale = scales().find(
    (one) =>
      one.measures.includes(finding.measure.code) &&
      (one.sites === undefined || one.sites.includes(finding.site?.code ?? '')),
  );
  const possible = members(finding).map((member) => member.code);
  if (scale === undefined || possible.length === 0) return undefined;
  if (possible.some((code) => !scale.classes.some((one) => one.code === code))) return undefined;
  const classes = scale.classes.map(({ code, label }) => ({ label, possible: possible.includes(code) }));
  return {
    type: 'classes',
    described: `${finding.measure.display}: ${orList(classes.filter((one) => one.possible).map((one) => one.label))}, of ${classes.map((one) => one.label).join(', ')}.`,
    classes,
    ...(possible.length > 1
      ? { remark: `${possible.length} classes are possible; none of them is more than possible.` }
      : {}),
  };
}

const parsed = new WeakMap<object, z.infer<typeof ScaleFile>['scales']>();

/** Parsed once for each reading of the file: a room asks for every finding. */
function scales(): z.infer<typeof ScaleFile>['scales'] {
  const file = loadKnowledge('report/class-scales.json');
  const known = parsed.get(file) ?? ScaleFile.parse(file.data).scales;
  parsed.set(file, known);
  return known;
}

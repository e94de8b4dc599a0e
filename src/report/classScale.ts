import { z } from 'zod';
import type { Finding } from '../dossier/finding.ts';
import { members } from '../dossier/words.ts';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';
import { html, type Markup } from './html/markup.ts';

const ScaleFile = KnowledgeHeader.extend({
  scales: z.array(
    z.object({
      measures: z.array(z.string()),
      sites: z.array(z.string()).optional(),
      classes: z.array(z.object({ code: z.string(), label: z.string() })).min(2),
    }),
  ),
});

/**
 * The ordered classes of a categorical finding as boxes, with a dot in each that the data leave possible.
 * Undefined when no scale is known, or when a member is not on it: a row without that member would hide it.
 */
export function classScale(finding: Finding): Markup | undefined {
  const { scales } = ScaleFile.parse(loadKnowledge('report/class-scales.json').data);
  const scale = scales.find(
    (one) =>
      one.measures.includes(finding.measure.code) &&
      (one.sites === undefined || one.sites.includes(finding.site?.code ?? '')),
  );
  const possible = members(finding).map((member) => member.code);
  if (scale === undefined || possible.length === 0) return undefined;
  if (possible.some((code) => !scale.classes.some((one) => one.code === code))) return undefined;
  const boxes = scale.classes.map(({ code, label }) =>
    possible.includes(code)
      ? html`<li class="possible"><span aria-hidden="true">● </span>${label}<span class="hidden"> (possible)</span></li>`
      : html`<li>${label}</li>`,
  );
  return html`<ul class="classes" aria-label="Classes, possible ones marked">${boxes}</ul>${possible.length > 1 ? html`<p class="legend">${possible.length} classes are possible; none of them is more than possible.</p>` : undefined}`;
}

import { headText } from '../text.ts';

/** Statistics of one subject, or a table of them for several. */
export function sniffFreesurfer(head: Uint8Array): boolean {
  const text = headText(head);
  return text !== undefined && (looksLikeStats(text) || looksLikeStatsTable(text));
}

function looksLikeStats(text: string): boolean {
  return /^# (Title Segmentation Statistics|Table of FreeSurfer cortical parcellation)/.test(text) && /^# /m.test(text);
}

/** The first cell of such a table: what was measured, or hemisphere, atlas and what was measured. */
export const corner =
  /^(Measure:(\w+)|([lr]h)\.[\w.]+\.(area|volume|thickness|thicknessstd|meancurv|gauscurv|foldind|curvind))$/;

export function looksLikeStatsTable(text: string): boolean {
  return corner.test(text.split(/[\t,;\r\n]/, 1)[0]!.trim());
}

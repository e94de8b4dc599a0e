import type { FindingView } from '../model.ts';

/** What tells the places of a table apart: region or site, side, and who drew or measured there. */
export function placeKey({ finding }: FindingView): string {
  const { region, site, measure, laterality, reader } = finding;
  return [region ?? site?.code ?? measure.code, laterality, reader].join('|');
}

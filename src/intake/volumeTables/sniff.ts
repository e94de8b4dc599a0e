import { volumeTableKind } from '../../knowledge/volumeTables.ts';
import { headText } from '../text.ts';

const delimiters = [',', '\t', ';'] as const;

/** Regional volumes of SynthSeg or DLMUSE, or SynthSeg's table of quality, by the names of the columns. */
export function sniffVolumeTable(head: Uint8Array): boolean {
  const text = headText(head);
  if (text === undefined) return false;
  const end = text.search(/[\r\n]/);
  const header = (end < 0 ? text : text.slice(0, end)).replace(/^\uFEFF/, '');
  const delimiter = delimiters.find((one) => header.split(one).length > 3);
  if (delimiter === undefined) return false;
  const cells = header.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  // The head of a wide table may end within a name.
  return volumeTableKind(end < 0 ? cells.slice(0, -1) : cells) !== undefined;
}

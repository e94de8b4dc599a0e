import { IdiographError } from '../../dossier/errors.ts';
import type { Reader } from '../../dossier/store.ts';
import { valueForReader } from '../../dossier/words.ts';
import { type WhyNode, why } from '../../store/why.ts';

/** Where something can be seen: a place in an image, a drawn picture, the text at a place of a source. */
export type Sight =
  | { type: 'image'; image: string; region?: string }
  | { type: 'picture'; artifact: string }
  | { type: 'text'; source: string; place: string };

export interface WhyViewNode extends Omit<WhyNode, 'below'> {
  sights: Sight[];
  below: WhyViewNode[];
}

export interface WhyView {
  about: WhyViewNode;
  restsOn: WhyViewNode[];
  usedBy: WhyViewNode[];
}

/** Steps of a walk that a page shows; a node that is cut opens a walk of its own. */
const depth = 12;

/**
 * The walk of `why` with what can be looked at from each step. Without `freeTexts` what people wrote in their own words
 * stays away: it may name anybody. Throws `not-found` for a record of somebody else.
 */
export async function whyView(
  reader: Reader,
  subject: string,
  id: string,
  options: { freeTexts: boolean },
): Promise<WhyView> {
  const found = await reader.get(id);
  if (found === undefined || !('subject' in found.record) || found.record.subject !== subject)
    throw new IdiographError('not-found', 'This patient has no such record.');
  const walk = await why(reader, id, { depth });
  const view = async (node: WhyNode): Promise<WhyViewNode> => ({
    ...node,
    title: await titleForReader(reader, node, options.freeTexts),
    sights: await sightsOf(reader, node),
    below: await Promise.all(node.below.map(view)),
  });
  return {
    about: await view(walk.about),
    restsOn: await Promise.all(walk.restsOn.map(view)),
    usedBy: await Promise.all(walk.usedBy.map(view)),
  };
}

/** Values as the pages say them: the walk itself keeps every digit and the unit's code. */
async function titleForReader(reader: Reader, { id, title }: WhyNode, freeTexts: boolean): Promise<string> {
  const record = (await reader.get(id))?.record;
  switch (record?.kind) {
    case 'finding': {
      const by = record.reader === undefined ? undefined : `by ${record.reader}`;
      const place = record.site?.display;
      const parts = [record.measure.display, place, '=', valueForReader(record), by, record.time?.slice(0, 10)];
      return parts.filter((part) => part !== undefined).join(' ');
    }
    case 'safety-check':
      return `${record.display}: ${record.stateLabel}`;
    case 'entry':
      return freeTexts ? title : `${record.type} by a ${record.role} ${record.at}`;
    case 'transfer':
      return freeTexts ? title : `${record.type} at ${record.at}`;
    case 'fact':
      return freeTexts || record.value?.type !== 'text' ? title : `${record.type} ${record.code.display}`;
    default:
      return title;
  }
}

const imageFormats = new Set(['dicom-series', 'nifti']);

async function sightsOf(reader: Reader, { id, evidence = [] }: WhyNode): Promise<Sight[]> {
  const record = (await reader.get(id))?.record;
  switch (record?.kind) {
    case 'source':
      return imageFormats.has(record.format) ? [{ type: 'image', image: id }] : [];
    case 'artifact':
      if (record.type === 'picture') return [{ type: 'picture', artifact: id }];
      return record.type === 'image' || record.type === 'labelmap' ? [{ type: 'image', image: id }] : [];
    case 'region':
      return [{ type: 'image', image: record.source, region: id }];
    case 'fact':
      return [{ type: 'text', source: record.source, place: record.place }];
    case 'finding':
      return evidence.flatMap(({ of, place }): Sight[] =>
        of.startsWith('src-') && /^lines? \d/.test(place) ? [{ type: 'text', source: of, place }] : [],
      );
    default:
      return [];
  }
}

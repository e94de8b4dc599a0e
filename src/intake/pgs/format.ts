import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft, Format, InputFile, Limits, Read } from '../format.ts';
import { parseGuarded } from '../json.ts';
import { decodeText, headText } from '../text.ts';
import { namesColumns, type PgsHeader, parsePgsHeader } from './header.ts';
import { PgsReference } from './reference.ts';
import { isReference, sniffPgs } from './sniff.ts';
import { TextTrouble, textLines } from './textLines.ts';

/** A scoring file as one pass over it sees it, or the reference distribution of one. */
export type PgsPiece =
  | { kind: 'score'; header: PgsHeader; columns: string[]; rows: number; located: number; harmonised: boolean }
  | { kind: 'reference'; reference: PgsReference };

/** PGS Catalog scoring files 2.0, harmonised or not, and reference distributions of a site. */
export const pgsFormat: Format<PgsPiece> = {
  id: 'pgs',
  sniff: sniffPgs,
  read: readPgs,
  assemble: (pieces) => ({ drafts: pieces.map(({ path, piece }) => draftOf(path, piece)), issues: [] }),
};

const fetchAgain = 'Take the harmonised file (hmPOS_GRCh37 or hmPOS_GRCh38) of this score from the PGS Catalog.';
const referenceBytes = 2 ** 20;

async function readPgs(file: InputFile, limits: Limits): Promise<Read<PgsPiece>> {
  const text = headText(file.head);
  if (text !== undefined && isReference(text.replace(/^\ufeff/, ''))) return readReference(file, limits);
  const comments: string[] = [];
  let columns: string[] | undefined;
  let rows = 0;
  let located = 0;
  let withId = 0;
  let ragged = 0;
  let at = { chrom: -1, pos: -1, id: -1 };
  let harmonised = false;
  try {
    for await (const lines of textLines(file, limits)) {
      for (const line of lines) {
        if (line.trim() === '') continue;
        if (columns === undefined) {
          if (line.startsWith('#')) {
            if (comments.length < 1000) comments.push(line);
            continue;
          }
          if (!namesColumns(line)) return { refused: noColumns() };
          columns = line.replace(/^\ufeff/, '').split('\t');
          harmonised = columns.includes('hm_chr') && columns.includes('hm_pos');
          const [chrom, pos] = harmonised ? ['hm_chr', 'hm_pos'] : ['chr_name', 'chr_position'];
          at = { chrom: columns.indexOf(chrom!), pos: columns.indexOf(pos!), id: columns.indexOf('rsID') };
          continue;
        }
        rows += 1;
        const cells = line.split('\t');
        if (cells.length > columns.length) ragged += 1;
        if ((cells[at.chrom] ?? '') !== '' && /^\d+$/.test(cells[at.pos] ?? '')) located += 1;
        if (/^rs\d+$/.test(cells[at.id] ?? '')) withId += 1;
      }
    }
  } catch (error) {
    if (error instanceof TextTrouble) return { refused: error.issue };
    throw error;
  }
  if (columns === undefined) return { refused: noColumns() };
  if (rows === 0) {
    return { refused: issue('error', 'pgs-empty', 'The scoring file has no row.', { remedy: fetchAgain }) };
  }
  const header = parsePgsHeader(comments);
  if (located === 0 && withId === 0) {
    const message = `None of its ${rows} rows says where its variant lies${harmonised ? '; the harmonisation found none' : ''}.`;
    return { refused: issue('error', 'pgs-no-positions', message, { remedy: fetchAgain }) };
  }
  const issues: Issue[] = [];
  if (located === 0) {
    const message = `Its ${rows} rows have no positions, only rs numbers: the score is kept and not computed.`;
    issues.push(issue('warning', 'pgs-no-positions', message, { remedy: fetchAgain }));
  }
  if (ragged > 0) {
    issues.push(
      issue('warning', 'pgs-ragged', `${ragged} rows have more cells than there are columns.`, { remedy: fetchAgain }),
    );
  }
  if (header.variants !== undefined && header.variants !== rows) {
    const message = `The header promises ${header.variants} variants, the file has ${rows} rows.`;
    issues.push(issue('warning', 'pgs-rows-differ', message, { remedy: 'It may be cut off: get it again.' }));
  }
  return { piece: { kind: 'score', header, columns, rows, located, harmonised }, issues };
}

function noColumns(): Issue {
  const message = 'It names no effect_allele with effect_weight: this is no scoring file of format 2.';
  return issue('error', 'pgs-no-columns', message, { remedy: fetchAgain });
}

async function readReference(file: InputFile, limits: Limits): Promise<Read<PgsPiece>> {
  const invalid = (why: string) => ({
    refused: issue('error', 'pgs-reference-invalid', `The reference distribution is not valid: ${why}`, {
      remedy: 'See docs/methods/polygenic.md for what it holds.',
    }),
  });
  const text = file.bytes > referenceBytes ? undefined : decodeText(await file.readAll());
  if (text === undefined) return invalid('it is not UTF-8 text of at most 1 MiB.');
  const json = parseGuarded(text, limits.jsonDepth);
  if ('refused' in json) return invalid(json.refused.message);
  const parsed = PgsReference.safeParse(json.value);
  if (parsed.success) return { piece: { kind: 'reference', reference: parsed.data }, issues: [] };
  const [first] = parsed.error.issues;
  return invalid(`${first?.message}${first && first.path.length > 0 ? ` at ${first.path.join('.')}` : ''}.`);
}

function draftOf(path: string, piece: PgsPiece): Draft {
  const rest = { files: [path], facts: [], regions: [] };
  if (piece.kind === 'reference') {
    const { pgs_id, population } = piece.reference;
    const description = `distribution of ${pgs_id} in ${population}`;
    const source = { format: 'pgs' as const, locator: {}, path, modality: 'polygenic-reference', description };
    return { source: { ...source, metadata: { ...piece.reference }, issues: [] }, ...rest };
  }
  const { header, rows, located, harmonised } = piece;
  const id = header.id ?? path.split('/').at(-1)!.split('.')[0]!;
  const build = harmonised ? header.harmonisedBuild : header.build;
  const stated = Object.fromEntries(
    Object.entries({
      pgsName: header.name,
      trait: header.trait,
      build,
      weightType: header.weightType,
      citation: header.citation,
      licence: header.licence,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return {
    source: {
      format: 'pgs',
      locator: {},
      path,
      modality: 'polygenic-score',
      description: `${id}${header.trait ? `, ${header.trait}` : ''}`,
      metadata: { pgsId: id, rows, located, harmonised, ...stated },
      issues: [],
    },
    ...rest,
  };
}

import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft, Format, InputFile, Read } from '../format.ts';
import { decodeText } from '../text.ts';
import { parseCyriusJson, parseStarphase } from './documents.ts';
import { factsOf } from './facts.ts';
import type { CallingTool, OutsideCall, OutsidePiece, Parsed } from './piece.ts';
import { sniffOutsideCalls, toolOf } from './sniff.ts';
import { parseAldy, parseCyrius, parsedOf, parsePharmcat, parseStellarpgx, rowsOfPypgx } from './tables.ts';

/** StarPhase lists every read that it used; other files have a few lines. */
const mostBytes = 256 * 2 ** 20;

/**
 * Star alleles and HLA types that another program called: PharmCAT's outside-call table, Aldy, Cyrius, StellarPGx,
 * pb-StarPhase, PyPGx. They become facts; a file that names its sample claims it.
 */
export const outsideCallsFormat: Format<OutsidePiece> = {
  id: 'outside-calls',
  sniff: sniffOutsideCalls,
  read,
  assemble,
};

async function read(file: InputFile): Promise<Read<OutsidePiece>> {
  if (file.bytes > mostBytes) {
    const message = `The file has ${file.bytes} bytes; calls of one patient take far less.`;
    return { refused: issue('error', 'outside-calls-too-large', message, { remedy: 'Export the patient alone.' }) };
  }
  const text = decodeText(await file.readAll())?.replace(/^\ufeff/, '');
  const tool = text === undefined ? undefined : toolOf(text.slice(0, 4096));
  if (text === undefined || tool === undefined) {
    const message = 'The file begins as a table of calls and goes on as something else.';
    return { refused: issue('error', 'outside-calls-unlike', message, { remedy: 'Save it as UTF-8 text.' }) };
  }
  if (tool === 'pypgx-gene') {
    return { piece: { kind: 'pypgx-gene', gene: /^Gene=(\S+)$/m.exec(text)![1]! }, issues: [] };
  }
  if (tool === 'PyPGx') return { piece: { kind: 'pypgx-table', rows: rowsOfPypgx(text) }, issues: [] };
  const parsed = parse(tool, text);
  if ('refused' in parsed) return parsed;
  return { piece: { kind: 'calls', tool, calls: parsed.calls }, issues: parsed.issues };
}

function parse(tool: Exclude<CallingTool, 'PyPGx'>, text: string) {
  const parsers: Record<typeof tool, (text: string) => Parsed | { refused: Issue }> = {
    PharmCAT: parsePharmcat,
    Aldy: parseAldy,
    Cyrius: (one) => (/^\s*\{/.test(one) ? parseCyriusJson(one) : parseCyrius(one)),
    StellarPGx: parseStellarpgx,
    StarPhase: parseStarphase,
  };
  return parsers[tool](text);
}

function assemble(pieces: { path: string; piece: OutsidePiece }[]): { drafts: Draft[]; issues: Issue[] } {
  const genes = new Map(
    pieces.flatMap(({ path, piece }) =>
      piece.kind === 'pypgx-gene' ? [[folderOf(path), { path, gene: piece.gene }] as const] : [],
    ),
  );
  const used = new Set<string>();
  const drafts: Draft[] = [];
  const issues: Issue[] = [];
  for (const { path, piece } of pieces) {
    if (piece.kind === 'calls') drafts.push(...draftsOf(path, piece.tool, piece.calls, [path]));
    if (piece.kind !== 'pypgx-table') continue;
    const beside = genes.get(folderOf(path));
    if (!beside) {
      const message = 'A table of PyPGx does not name its gene; the metadata.txt that does is not beside it.';
      issues.push(
        issue('error', 'outside-calls-no-gene', message, { place: path, remedy: 'Import the whole results.zip.' }),
      );
      continue;
    }
    used.add(beside.path);
    const parsed = parsedOf(piece.rows.map((row) => ({ ...row, gene: beside.gene })));
    issues.push(...parsed.issues.map((one) => ({ ...one, place: `${path}: ${one.place}` })));
    drafts.push(...draftsOf(path, 'PyPGx', parsed.calls, [path, beside.path]));
  }
  for (const { path } of genes.values()) {
    if (used.has(path)) continue;
    const message = 'No table of PyPGx goes with this description.';
    issues.push(issue('info', 'outside-calls-alone', message, { place: path }));
  }
  return { drafts, issues };
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

function draftsOf(path: string, tool: CallingTool, calls: readonly OutsideCall[], files: string[]): Draft[] {
  const draft = (own: readonly OutsideCall[], sample: string | undefined): Draft => ({
    ...(sample === undefined ? {} : { claim: { system: 'vcf:sample', value: sample } }),
    source: {
      format: 'outside-calls',
      locator: sample === undefined ? {} : { sample },
      path,
      modality: 'record',
      description: `calls of ${tool}`,
      metadata: { tool, genes: [...new Set(own.map(({ gene }) => gene))].sort() },
      issues: own.length > 0 ? [] : [empty(path)],
    },
    files,
    facts: own.flatMap((call) => factsOf(tool, call)),
    regions: [],
  });
  if (calls.length === 0) return [draft([], undefined)];
  return [...Map.groupBy(calls, ({ sample }) => sample)].map(([sample, own]) => draft(own, sample));
}

function empty(place: string): Issue {
  return issue('warning', 'outside-calls-empty', 'The file calls no gene that is known here.', {
    place,
    remedy: 'Compare it with the original; nothing was taken from it.',
  });
}

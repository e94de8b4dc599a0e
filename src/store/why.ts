import { IdiographError } from '../dossier/errors.ts';
import type { Consulted } from '../dossier/run.ts';
import type { Reader, RecordKind, StoreRecord } from '../dossier/store.ts';
import { recordBasis } from './links.ts';
import { readManifest } from './manifest.ts';
import { titleOf } from './titles.ts';

/** One record on the way between a plan line and the bytes. */
export interface WhyNode {
  id: string;
  kind: RecordKind | 'absent';
  /** For people: measure and value, drug, file. */
  title: string;
  /** What took its place, when it is not current any more. */
  supersededBy?: string;
  /** Exact places in what it rests on: a line, an item, a slice. */
  evidence?: { of: string; place: string; says?: string }[];
  /** Files behind a source with their SHA-256; of long series the first ones. */
  files?: { path: string; sha256: string }[];
  /** How many files there are in all. */
  fileCount?: number;
  /** Knowledge, packs and norms that the run read. */
  consulted?: Consulted[];
  /** Why nothing stands below: it stands elsewhere in this tree already, or the depth was reached. */
  cut?: 'shown' | 'depth';
  below: WhyNode[];
}

export interface Why {
  about: WhyNode;
  /** What it rests on, back to source bytes. */
  restsOn: WhyNode[];
  /** Everything that used it. */
  usedBy: WhyNode[];
}

const mostFiles = 5;

/**
 * Walks from any record (or the current one of a slot) backward to source bytes and forward to all that used it.
 * `depth`: how many steps each way, without limit by default. Throws `not-found`.
 */
export async function why(reader: Reader, id: string, options: { depth?: number } = {}): Promise<Why> {
  const found = (await reader.get(id)) ?? (await reader.history(id)).findLast((version) => !version.supersededBy);
  if (!found) {
    throw new IdiographError('not-found', `nothing in the store has the id ${id}`, {
      id,
      remedy: 'Ids stand in findings.json, plan.json and beside each line of the report.',
    });
  }
  const depth = options.depth ?? Number.POSITIVE_INFINITY;
  const about = await nodeOf(reader, found.record, found.supersededBy);
  return {
    about,
    restsOn: await walk(reader, found.record, depth, backward, new Set([found.record.id])),
    usedBy: await walk(reader, found.record, depth, forward, new Set([found.record.id])),
  };
}

type Step = (reader: Reader, record: StoreRecord) => Promise<string[]>;

/** Runs stand last: what they read is mostly shown by then. */
const backward: Step = async (_, record) => {
  const runs = new Set('run' in record ? [record.run] : []);
  const basis = recordBasis(record);
  return [...basis.filter((id) => !runs.has(id)), ...runs];
};

const forward: Step = async (reader, record) => {
  const naming = await reader.links(record.id, 'to');
  if (record.kind === 'blob') return naming.length > 0 ? naming : sourcesWith(reader, record.subject, record.sha256);
  const using: string[] = [];
  for (const id of naming) {
    const user = (await reader.get(id))?.record;
    if (user && recordBasis(user).includes(record.id)) using.push(id);
  }
  return [...using.filter((id) => !id.startsWith('run-')), ...using.filter((id) => id.startsWith('run-'))];
};

/** A file of a series is named in a manifest only. */
async function sourcesWith(reader: Reader, subject: string, sha256: string): Promise<string[]> {
  const found: string[] = [];
  for (const source of await reader.list(subject, 'source', { history: true })) {
    const manifest = await readManifest(reader, subject, source.blob);
    if (manifest?.members.some((member) => member.sha256 === sha256)) found.push(source.id);
  }
  return [...new Set(found)];
}

async function walk(
  reader: Reader,
  from: StoreRecord,
  depth: number,
  step: Step,
  shown: Set<string>,
): Promise<WhyNode[]> {
  if (depth <= 0) return [];
  const nodes: WhyNode[] = [];
  for (const id of await step(reader, from)) {
    const found = await reader.get(id);
    if (!found) {
      nodes.push({ id, kind: 'absent', title: 'not in this store', below: [] });
      continue;
    }
    const node = await nodeOf(reader, found.record, found.supersededBy);
    nodes.push(node);
    if (shown.has(id)) {
      node.cut = 'shown';
      continue;
    }
    shown.add(id);
    node.below = await walk(reader, found.record, depth - 1, step, shown);
    if (depth === 1 && (await step(reader, found.record)).length > 0) node.cut = 'depth';
  }
  return nodes;
}

async function nodeOf(reader: Reader, record: StoreRecord, supersededBy: string | undefined): Promise<WhyNode> {
  const node: WhyNode = { id: record.id, kind: record.kind, title: titleOf(record), below: [] };
  if (supersededBy !== undefined) node.supersededBy = supersededBy;
  if (record.kind === 'finding' && record.evidence) node.evidence = record.evidence;
  if (record.kind === 'fact') node.evidence = [{ of: record.source, place: record.place }];
  if (record.kind === 'run') node.consulted = record.key.consulted;
  if (record.kind === 'artifact') {
    node.files = [{ path: record.fileName, sha256: record.blob }];
    node.fileCount = 1;
  }
  if (record.kind === 'source') {
    const members = (await readManifest(reader, record.subject, record.blob))?.members;
    const files = members ?? [{ path: record.path, sha256: record.blob }];
    node.files = files.slice(0, mostFiles).map(({ path, sha256 }) => ({ path, sha256 }));
    node.fileCount = files.length;
  }
  return node;
}

/** The walk as indented text for a terminal. */
export function whyText(report: Why): string {
  const lines = [...describe(report.about, '', '')];
  for (const [heading, nodes] of [
    ['rests on', report.restsOn],
    ['used by', report.usedBy],
  ] as const) {
    lines.push('', nodes.length > 0 ? `${heading}:` : `${heading}: nothing`);
    lines.push(...branches(nodes, ''));
  }
  return `${lines.join('\n')}\n`;
}

function branches(nodes: readonly WhyNode[], indent: string): string[] {
  return nodes.flatMap((node, index) => {
    const isLast = index === nodes.length - 1;
    const inner = `${indent}${isLast ? '   ' : '│  '}`;
    return [...describe(node, `${indent}${isLast ? '└─ ' : '├─ '}`, inner), ...branches(node.below, inner)];
  });
}

function describe(node: WhyNode, first: string, further: string): string[] {
  const cut = node.cut === 'shown' ? ' (see above)' : node.cut === 'depth' ? ' (more below)' : '';
  const gone = node.supersededBy === undefined ? '' : ` [superseded by ${node.supersededBy}]`;
  const lines = [`${first}${node.kind} ${node.id}: ${node.title}${gone}${cut}`];
  if (node.cut === 'shown') return lines;
  for (const { of, place, says } of node.evidence ?? []) {
    lines.push(`${further}   at ${place} of ${of}${says === undefined ? '' : `: ${says}`}`);
  }
  for (const { path, sha256 } of node.files ?? []) lines.push(`${further}   file ${path} sha256 ${sha256}`);
  const more = (node.fileCount ?? 0) - (node.files?.length ?? 0);
  if (more > 0) lines.push(`${further}   and ${more} more files`);
  for (const { type, id, version, sha256, licence } of node.consulted ?? []) {
    lines.push(`${further}   read ${type} ${id} ${version} (${licence}) sha256 ${sha256}`);
  }
  return lines;
}

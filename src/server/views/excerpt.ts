import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { IdiographError } from '../../dossier/errors.ts';
import { Manifest, type Source } from '../../dossier/source.ts';
import type { Reader } from '../../dossier/store.ts';
import { encodingOf } from '../../intake/text.ts';

export interface Excerpt {
  path: string;
  sha256: string;
  lines: { number?: number; text: string; marked: boolean }[];
  remark?: string;
}

const mostLines = 40;
const longestLine = 2_000;
/** JSON is parsed whole; a longer document is not shown piece by piece. */
const largestJson = 32 * 1024 * 1024;

/**
 * What stands at a place of a source. Places are those of facts and evidence: `line 7 (OBX|3)`, `lines 9-42`,
 * `Bundle.entry[12].birthDate`, the resource type for a document of its own.
 */
export async function excerptAt(reader: Reader, source: Source, place: string): Promise<Excerpt> {
  const { path, blob: sha256 } = source;
  const about = { path, sha256 };
  if (source.format.startsWith('dicom') || source.format === 'nifti')
    return { ...about, lines: [], remark: 'An image: open it in the viewer.' };
  const lines = /^lines? (\d+)(?:-(\d+))?/.exec(place);
  if (lines) {
    const from = Number(lines[1]);
    return { ...about, ...(await linesOf(reader, source, from, Number(lines[2] ?? from))) };
  }
  if (source.format === 'fhir') return { ...about, ...(await jsonAt(reader, source, place)) };
  return { ...about, ...(await linesOf(reader, source, 1, 20, false)) };
}

async function linesOf(
  reader: Reader,
  source: Source,
  from: number,
  to: number,
  marked = true,
): Promise<Pick<Excerpt, 'lines' | 'remark'>> {
  const bytes = Readable.fromWeb((await reader.blobStream(source.subject, await blobOf(reader, source))) as never);
  const zipped = /\.b?gz$/i.test(source.path);
  // An error reaches the reading below; what comes after the last wanted line does not matter.
  const text = Readable.from(decoded(zipped ? bytes.pipe(createGunzip()) : bytes)).on('error', () => {});
  const lines: Excerpt['lines'] = [];
  let number = 0;
  let header: Excerpt['lines'][number] | undefined;
  try {
    for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.startsWith('#CHROM')) header = { number, text: line.slice(0, longestLine), marked: false };
      if (number < from - 1) continue;
      const inside = number >= from && number <= to;
      const cut = line.length > longestLine ? `${line.slice(0, longestLine)} …` : line;
      lines.push({ number, text: cut, marked: inside && marked });
      if (number > to || lines.length >= mostLines) break;
    }
  } catch {
    return { lines, remark: 'The bytes cannot be read as text beyond this point.' };
  } finally {
    text.destroy();
    bytes.destroy();
  }
  if (header !== undefined && !lines.some((line) => line.number === header.number)) lines.unshift(header);
  const cut = to - from + 2 > mostLines ? { remark: `The first ${mostLines} lines of ${to - from + 1}.` } : {};
  return { lines, ...cut };
}

/** Text of bytes in the encoding that their beginning names. */
async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const chunk of bytes) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    yield decoder.decode(chunk, { stream: true });
  }
}

async function jsonAt(reader: Reader, source: Source, place: string): Promise<Pick<Excerpt, 'lines' | 'remark'>> {
  const bytes = await reader.blob(source.subject, await blobOf(reader, source));
  if (bytes.byteLength > largestJson) return { lines: [], remark: 'The document is too long to be shown in part.' };
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // NDJSON: a resource a line.
    return {
      lines: text
        .split('\n')
        .slice(0, mostLines)
        .map((line, i) => ({ number: i + 1, text: line.slice(0, longestLine), marked: false })),
    };
  }
  for (const [, key, index] of place.matchAll(/(?:^|\.)([A-Za-z]\w*)(?:\[(\d+)\])?/g)) {
    if (key === 'Bundle' || key === (value as { resourceType?: string } | undefined)?.resourceType) continue;
    const next = (value as Record<string, unknown> | undefined)?.[key!];
    // The places of a bundle leave `.resource` away.
    const inner = next ?? (value as { resource?: Record<string, unknown> } | undefined)?.resource?.[key!];
    const item = index === undefined ? inner : (inner as unknown[] | undefined)?.[Number(index)];
    if (item === undefined) break;
    value = item;
  }
  const all = JSON.stringify(value, null, 2).split('\n');
  const lines = all.slice(0, mostLines).map((line) => ({ text: line.slice(0, longestLine), marked: false }));
  return all.length > mostLines ? { lines, remark: `The first ${mostLines} lines of ${all.length}.` } : { lines };
}

/** The file itself, or the first one of a source made of several. */
async function blobOf(reader: Reader, source: Source): Promise<string> {
  const record = (await reader.get(`${source.subject}/${source.blob}`))?.record;
  if (record?.kind !== 'blob') throw new IdiographError('not-found', 'The bytes of this source are not in the store.');
  if (!record.mediaType.includes('manifest')) return source.blob;
  const manifest = Manifest.parse(JSON.parse(new TextDecoder().decode(await reader.blob(source.subject, source.blob))));
  const first = manifest.members[0];
  if (first === undefined) throw new IdiographError('not-found', 'The source has no file.');
  return first.sha256;
}

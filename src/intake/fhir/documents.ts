/** A FHIR file as a flat list of resources: Bundle, single resource, JSON array or NDJSON, told apart by content. */
import { type Issue, issue } from '../../dossier/issue.ts';
import type { InputFile, Limits } from '../format.ts';
import { parseGuarded } from '../json.ts';
import { readers, supporting } from './facts/readers.ts';
import { children, decodeUtf8, type Element, isElement, text } from './json.ts';
import type { Located } from './references.ts';

/** What crosses the thread boundary: only resources that become facts or that others are read with. */
export interface FhirPiece {
  layout: 'resource' | 'bundle' | 'ndjson';
  /** Every resource type of the file with its count, read or not. */
  counts: Record<string, number>;
  resources: Omit<Located, 'path'>[];
  /** Bundle.timestamp, when it has one. */
  timestamp?: string;
}

const maximumBundleNesting = 4;
/** One JSON document is held whole, several times its size; larger exports come as NDJSON, which is read in chunks. */
const wholeTextBytes = 64 * 2 ** 20;
/** Resources that one file may carry across; beyond that the rest is named and not read. */
const maximumResources = 300_000;
const chunkBytes = 4 * 2 ** 20;

interface Collected extends FhirPiece {
  issues: Issue[];
  /** A resource was seen, be it an empty Bundle. */
  recognised: boolean;
}

/** Reads all of a file under the limits. A line of NDJSON that cannot be read is an issue; the other lines stand. */
export async function readDocuments(
  file: InputFile,
  limits: Limits,
): Promise<{ piece: FhirPiece; issues: Issue[] } | { refused: Issue }> {
  const into: Collected = { layout: 'resource', counts: {}, resources: [], issues: [], recognised: false };
  const first = await firstLine(file, limits);
  if ('refused' in first) return first;
  const isNdjson = first.more && first.text !== undefined && isElement(tryParse(first.text, limits));
  const outcome = isNdjson ? await readLines(file, limits, into) : await readWhole(file, limits, into);
  if (outcome) return { refused: outcome };
  if (!into.recognised) {
    return {
      refused: issue('error', 'not-fhir', 'The JSON holds no FHIR resource.', {
        place: file.path,
        remedy: 'Export a Bundle, a resource or NDJSON in FHIR R4.',
      }),
    };
  }
  const { issues, recognised: _, ...piece } = into;
  return { piece, issues };
}

function tryParse(line: string, limits: Limits): unknown {
  const parsed = parseGuarded(line, limits.jsonDepth);
  return 'value' in parsed ? parsed.value : undefined;
}

/** The first line that is not blank, as far as it can be had cheaply, and whether anything follows it. */
async function firstLine(
  file: InputFile,
  limits: Limits,
): Promise<{ text?: string; more: boolean } | { refused: Issue }> {
  const bytes = await file.read(0, Math.min(file.bytes, chunkBytes, limits.fileBytes));
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (start < bytes.length && (bytes[start] === 0x0a || bytes[start] === 0x0d || bytes[start] === 0x20)) start++;
  const end = bytes.indexOf(0x0a, start);
  if (end < 0) return { more: false };
  const decoded = decodeUtf8(bytes.subarray(start, end));
  if ('refused' in decoded) return { refused: { ...decoded.refused, place: file.path } };
  const rest = bytes.subarray(end + 1).some((byte) => byte > 0x20);
  return { text: decoded.text, more: rest || file.bytes > bytes.length };
}

async function readWhole(file: InputFile, limits: Limits, into: Collected): Promise<Issue | undefined> {
  if (file.bytes > Math.min(wholeTextBytes, limits.fileBytes)) {
    return issue('error', 'file-too-large', `A single JSON document of ${file.bytes} bytes is not read.`, {
      place: file.path,
      remedy: 'Export it as NDJSON, one resource a line.',
    });
  }
  const decoded = decodeUtf8(await file.readAll());
  if ('refused' in decoded) return { ...decoded.refused, place: file.path };
  const parsed = parseGuarded(decoded.text, limits.jsonDepth);
  if ('refused' in parsed) return { ...parsed.refused, place: file.path };
  const roots = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  for (const [index, root] of roots.entries()) {
    collect(root, Array.isArray(parsed.value) ? `[${index}]` : '', undefined, into, 0);
  }
  return undefined;
}

async function readLines(file: InputFile, limits: Limits, into: Collected): Promise<Issue | undefined> {
  into.layout = 'ndjson';
  let rest: Uint8Array = new Uint8Array(0);
  let line = 0;
  for (let at = 0; at < file.bytes || rest.length > 0; at += chunkBytes) {
    const chunk = at < file.bytes ? await file.read(at, Math.min(at + chunkBytes, file.bytes)) : new Uint8Array(0);
    const last = at + chunkBytes >= file.bytes;
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      readLine(bytes.subarray(start, end), ++line, limits, into);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (last) {
      if (rest.length > 0) readLine(rest, ++line, limits, into);
      return undefined;
    }
    if (rest.length > limits.lineBytes) {
      return issue('error', 'line-too-long', `Line ${line + 1} is longer than ${limits.lineBytes} bytes.`, {
        place: `${file.path} line ${line + 1}`,
        remedy: 'Write one resource a line.',
      });
    }
  }
  return undefined;
}

function readLine(bytes: Uint8Array, line: number, limits: Limits, into: Collected): void {
  const place = `line ${line}`;
  const decoded = decodeUtf8(bytes);
  if ('refused' in decoded) {
    into.issues.push({ ...decoded.refused, place });
    return;
  }
  if (decoded.text.trim() === '') return;
  const parsed = parseGuarded(decoded.text, limits.jsonDepth);
  if ('refused' in parsed) into.issues.push({ ...parsed.refused, place });
  else collect(parsed.value, place, undefined, into, 0);
}

function collect(value: unknown, place: string, fullUrl: string | undefined, into: Collected, nesting: number): void {
  const resource = isElement(value) ? value : undefined;
  const type = text(resource, 'resourceType');
  if (!resource || !type || !/^[A-Z][A-Za-z]{1,63}$/.test(type)) {
    into.issues.push(
      issue('warning', 'not-a-resource', 'This part is no FHIR resource and was not read.', { place: place || 'top' }),
    );
    return;
  }
  if (type === 'Bundle' || type === 'Parameters') {
    collectBundle(resource, type, place, into, nesting);
    return;
  }
  into.recognised = true;
  into.counts[type] = (into.counts[type] ?? 0) + 1;
  if (into.resources.length >= maximumResources) {
    if (!into.issues.some((one) => one.code === 'resources-too-many')) {
      into.issues.push(
        issue(
          'warning',
          'resources-too-many',
          `More than ${maximumResources} resources; those after ${place} are not read.`,
          {
            place,
            remedy: 'Split the export by patient.',
          },
        ),
      );
    }
    return;
  }
  into.resources.push({ place: place || type, resource: carried(resource, type), ...(fullUrl ? { fullUrl } : {}) });
}

/** The narrative repeats the structure in HTML; of what is not read only its owner is carried along. */
function carried(resource: Element, type: string): Element {
  if (readers[type] || supporting.has(type)) {
    const { text: _narrative, ...kept } = resource;
    return kept;
  }
  const { resourceType, subject, patient } = resource;
  return { resourceType, ...(subject ? { subject } : {}), ...(patient ? { patient } : {}) };
}

function collectBundle(bundle: Element, type: string, place: string, into: Collected, nesting: number): void {
  if (nesting >= maximumBundleNesting) {
    into.issues.push(
      issue('warning', 'bundle-nested', `Bundles nested deeper than ${maximumBundleNesting} are not read.`, { place }),
    );
    return;
  }
  if (into.layout === 'resource') into.layout = 'bundle';
  const timestamp = text(bundle, 'timestamp');
  if (timestamp && nesting === 0) into.timestamp = timestamp;
  into.recognised = true;
  const member = type === 'Bundle' ? 'entry' : type === 'Parameters' ? 'parameter' : 'part';
  const prefix = `${place ? `${place} ` : ''}${type}.${member}`;
  const seen = new Set<string>();
  children(bundle, member).forEach((entry, index) => {
    if (type !== 'Bundle' && children(entry, 'part').length > 0) {
      collectBundle(entry, 'parameter', `${prefix}[${index}]`, into, nesting + 1);
    }
    if (entry['resource'] === undefined) return;
    // A history holds the versions of a resource, newest first: the older ones are not today's statements.
    if (text(bundle, 'type') === 'history') {
      const key = text(entry, 'fullUrl') ?? `${index}`;
      if (seen.has(key)) return;
      seen.add(key);
    }
    collect(entry['resource'], `${prefix}[${index}]`, text(entry, 'fullUrl'), into, nesting + 1);
  });
}

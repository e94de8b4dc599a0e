import type { Entry } from '../dossier/entry.ts';
import type { StoreRecord } from '../dossier/store.ts';

/** Blobs are named by subject and hash, because equal bytes of two subjects are two blobs. */
export function blobId(subject: string, sha256: string): string {
  return `${subject}/${sha256}`;
}

/** What a record rests on: one step backward on the way from a plan line to bytes. */
export function recordBasis(record: StoreRecord): string[] {
  return unique(record.id, basis(record));
}

/**
 * All ids that a record names in its own fields, its basis first. The store keeps them as the edges of `why`;
 * the subject itself is left out, because everything would hang on it.
 */
export function recordLinks(record: StoreRecord): string[] {
  return unique(record.id, [...basis(record), ...others(record)]);
}

function basis(record: StoreRecord): string[] {
  switch (record.kind) {
    case 'source':
      return [blobId(record.subject, record.blob)];
    case 'fact':
    case 'region':
      return [record.source];
    case 'entry':
      return record.targets;
    case 'run':
      return record.key.inputs;
    case 'finding':
      return [
        ...record.derivedFrom,
        ...(record.region === undefined ? [] : [record.region]),
        ...(record.value.type === 'series' ? [record.value.artifact] : []),
        record.run,
      ];
    case 'artifact':
      return [...record.derivedFrom, record.run];
    case 'safety-check':
      return [...record.basis, record.run];
    case 'recommendation':
      return [
        record.run,
        ...record.basis,
        ...[...record.for, ...record.against, ...record.conflicts].flatMap((line) => line.basis),
      ];
    case 'transfer':
      // Ids of its own subject only: nobody's records hang on another subject through it.
      return record.direction === 'out' ? record.moved.map(({ from }) => from) : record.moved.map(({ to }) => to);
    case 'subject':
    case 'identity':
    case 'import':
    case 'blob':
      return [];
  }
}

function others(record: StoreRecord): string[] {
  switch (record.kind) {
    case 'source':
      return [record.import, ...(record.supersedes === undefined ? [] : [record.supersedes])];
    case 'entry':
      return [...(record.supersedes === undefined ? [] : [record.supersedes]), ...drawnMask(record)];
    case 'region':
      return record.links.map(({ region }) => region);
    case 'run':
      return [...record.findings, ...record.artifacts, ...(record.supersedes ?? [])];
    case 'artifact':
      return [blobId(record.subject, record.blob)];
    case 'transfer':
      return [...record.withdraws, ...record.restates, ...record.replaced];
    default:
      return [];
  }
}

/** The mask that an annotation names. */
function drawnMask({ subject, content }: Entry): string[] {
  const isNamed = typeof content === 'object' && content !== null && 'mask' in content;
  return isNamed && typeof content.mask === 'string' ? [blobId(subject, content.mask)] : [];
}

function unique(self: string, ids: string[]): string[] {
  return [...new Set(ids)].filter((id) => id !== self && id !== '');
}

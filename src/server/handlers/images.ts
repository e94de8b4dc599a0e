import { stat } from 'node:fs/promises';
import { regionColor } from '../../display/colormaps.ts';
import { displayDefaults } from '../../display/windows.ts';
import { contentId } from '../../dossier/canonical.ts';
import type { Reader } from '../../dossier/store.ts';
import type { Vector } from '../../voxels/affine.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import type { images, SliceQuery } from '../api/images.ts';
import type { Call, Handlers, Who } from '../call.ts';
import { Refusal, refusalOf } from '../http/problem.ts';
import { withoutIdentity } from '../views/identity.ts';
import { artifactAsDicom } from '../volumes/derivedDicom.ts';
import { gridOf, type ImageRecord, isDicom, isImage, isLabelMap, unitOfImage } from '../volumes/imageRecord.ts';
import { isPlaced, listImages } from '../volumes/list.ts';
import { findNifti } from '../volumes/niftiVoxels.ts';
import { frameRange, type PlainFile, readCurve } from '../volumes/plainFile.ts';
import { headerOfFrame, plainHeaderBytes } from '../volumes/plainHeader.ts';
import { rangeAnswer } from '../volumes/rangeAnswer.ts';
import type { RegionOf } from '../volumes/regionVolume.ts';
import type { SliceOverlay } from '../volumes/slicePicture.ts';

export const imageHandlers: Handlers<typeof images> = {
  'images.list': async ({ params, reader, who, workspace }) => {
    const dossier = await reader.dossier(params.subject);
    // Who sees the list asks for an image next.
    workspace.volumes.warm();
    const named = who.can('identity:read');
    const listed = listImages(dossier, { named });
    // Names of contours are texts that people wrote as well.
    return named ? listed : withoutIdentity(listed, dossier, await reader.list(params.subject, 'identity'));
  },
  'images.prepare': async (call) => {
    const record = await imageOf(call, call.params.subject, call.params.record);
    return events(call.signal, async (tell, signal) => {
      const progress = (done: number, total: number) => tell('progress', { done, total });
      const plain = await call.workspace.volumes.plain(record, { ...asked(call, signal), progress });
      tell('ready', {
        bytes: plain.bytes,
        frames: plain.grid.shape[3],
        content: call.workspace.volumes.contentOf(record),
      });
    });
  },
  'images.volume': async (call) => {
    const { params, query, request, workspace } = call;
    const record = await imageOf(call, params.subject, params.record);
    if (query.form !== 'plain' && query.frame === undefined) {
      const original = await originalFile(call, record);
      if (original) {
        const { size } = await stat(original.path);
        const type = original.packed ? 'application/gzip' : 'application/octet-stream';
        const body = { head: new Uint8Array(), file: { path: original.path, start: 0, end: size } };
        return rangeAnswer(request, body, { etag: `"${original.sha256}"`, 'content-type': type });
      }
      if (query.form === 'original') throw notOriginal(call.who);
    }
    const plain = await workspace.volumes.plain(record, asked(call));
    return sendPlain(request, plain, workspace.volumes.contentOf(record), query.frame);
  },
  'images.dicom': async ({ params, query, reader, workspace, access }) => {
    const record = await imageOf({ reader }, params.subject, params.record);
    const run = record.kind === 'artifact' ? (await reader.get(record.run))?.record : undefined;
    if (record.kind !== 'artifact' || run?.kind !== 'run')
      throw new Refusal(404, {
        code: 'not-found',
        message: 'Only what an analysis made is written as DICOM anew.',
        remedy: 'Take the original series as it was imported.',
      });
    workspace.store.noteAccess(access, params.subject, `dicom ${record.id}`);
    const dossier = await reader.dossier(params.subject);
    const files = await artifactAsDicom(record, {
      ...{ run, dossier, blobs: blobsOf(reader, params.subject), program: workspace.program.version },
      volume: query.frame,
    });
    return new Response(files[0]!.bytes, {
      headers: {
        'content-type': 'application/dicom',
        // The opaque id and nothing of the person.
        'content-disposition': `attachment; filename="${params.subject}-${files[0]!.fileName.replace(/[^A-Za-z0-9._-]/g, '_')}"`,
      },
    });
  },
  'images.region': async (call) => {
    const { params, query, request } = call;
    const image = await imageOf(call, params.subject, params.record);
    const of = await regionOf(call, params.subject, params.region);
    const made = await call.workspace.volumes.region(image, of, { ...asked(call), whole: query.extent === 'whole' });
    const { size } = await stat(made.path);
    const body = { head: new Uint8Array(), file: { path: made.path, start: 0, end: size } };
    return rangeAnswer(request, body, { etag: `"${made.content}"`, 'content-type': 'application/octet-stream' });
  },
  'images.labels': async (call) => {
    const record = await imageOf(call, call.params.subject, call.params.record);
    if (!isLabelMap(record)) throw notLabels();
    return { places: await call.workspace.volumes.labels(record, asked(call)) };
  },
  'images.centre': async (call) => {
    const { params, query, workspace } = call;
    const image = await imageOf(call, params.subject, params.record);
    if (query.region !== undefined) {
      const of = await regionOf(call, params.subject, query.region);
      const { place, issues } = await workspace.volumes.region(image, of, { ...asked(call), whole: false });
      if (place === undefined) throw nowhere(issues[0]?.message);
      return { place, issues: issues.map(({ severity, code, message }) => ({ severity, code, message })) };
    }
    if (!isLabelMap(image)) throw notLabels();
    const places = await workspace.volumes.labels(image, asked(call));
    const place = places.find(({ value }) => value === query.label);
    if (place === undefined) throw nowhere(undefined);
    return { place, issues: [] };
  },
  'images.curve': async (call) => {
    const { params, query, workspace, reader } = call;
    const record = await imageOf(call, params.subject, params.record);
    const plain = await workspace.volumes.plain(record, asked(call));
    const grid = await gridOf(record, blobsOf(reader, params.subject));
    const ijk = indexFrame(grid)
      .toIndex(...query.at)
      .map(Math.round) as [number, number, number];
    if (ijk.some((index, axis) => !(index >= 0 && index < grid.shape[axis]!))) throw outside();
    const values = await readCurve(plain, ijk);
    const { repetitionTimeS } = grid;
    return {
      ijk,
      unit: unitOfImage(record),
      ...(repetitionTimeS !== undefined && { repetitionTimeS }),
      values: values.map((value) => (Number.isFinite(value) ? value : null)),
    };
  },
  'images.slice': async (call) => {
    const record = await imageOf(call, call.params.subject, call.params.record);
    // Whatever the query names is a content that never changes.
    const etag = `"${contentId('png', { image: call.workspace.volumes.contentOf(record), query: call.query })}"`;
    const isKnown = call.request.headers.get('if-none-match') === etag;
    const head = isKnown ? new Uint8Array() : await drawSlice(call, record, { ...call.query, lines: [] });
    return rangeAnswer(call.request, { head }, { etag, 'content-type': 'image/png' });
  },
};

type Asked = Pick<Call<(typeof images)['images.volume']>, 'workspace' | 'access' | 'who' | 'reader' | 'signal'>;

function asked(call: Asked & { params: { subject: string } }, signal = call.signal) {
  return { subject: call.params.subject, access: call.access, signal };
}

/** Original files of a patient, as bytes or as a file that was checked. */
export function blobsOf(reader: Reader, subject: string) {
  return {
    bytes: (sha256: string) => reader.blob(subject, sha256),
    file: (sha256: string) => reader.blobFile(subject, sha256),
  };
}

/** An image of this patient, superseded ones too: what rests on them still leads there. Others are not told from none. */
export async function imageOf({ reader }: Pick<Asked, 'reader'>, subject: string, id: string): Promise<ImageRecord> {
  const record = (await reader.get(id))?.record;
  if (record === undefined || !('subject' in record) || record.subject !== subject || !isImage(record))
    throw new Refusal(404, {
      code: 'not-found',
      message: 'There is no such image of this patient.',
      remedy: 'Load the page again: it may have been replaced.',
    });
  return record;
}

/** A region of an imported contour set or segmentation, or an annotation of a reader, of this patient. */
async function regionOf({ reader }: Pick<Asked, 'reader'>, subject: string, id: string): Promise<RegionOf> {
  const record = (await reader.get(id))?.record;
  if (record?.kind === 'entry' && record.subject === subject && record.type === 'annotation') return { entry: record };
  if (record?.kind === 'region' && record.subject === subject) {
    const source = (await reader.get(record.source))?.record;
    if (source?.kind === 'source' && source.subject === subject) return { region: record, source };
  }
  throw new Refusal(404, { code: 'not-found', message: 'There is no such region of this patient.' });
}

/** The file as it was imported or made, where it is one NIfTI file and this account may have it. */
async function originalFile({ who, reader }: Asked, record: ImageRecord) {
  if (isDicom(record)) return undefined;
  if (record.kind === 'source' && !who.can('sources:read')) return undefined;
  const { single, path, packed } = await findNifti(record, blobsOf(reader, record.subject));
  return single === undefined ? undefined : { sha256: single, path, packed };
}

function sendPlain(request: Request, plain: PlainFile, content: string, frame: number | undefined): Promise<Response> {
  const type = { 'content-type': 'application/octet-stream' };
  if (frame === undefined || (frame === 0 && plain.grid.shape[3] === 1)) {
    const file = { path: plain.path, start: plainHeaderBytes, end: plain.bytes };
    return rangeAnswer(request, { head: plain.header, file }, { etag: `"${content}"`, ...type });
  }
  if (frame >= plain.grid.shape[3])
    throw new Refusal(404, { code: 'not-found', message: `The image has ${plain.grid.shape[3]} time points.` });
  const file = { path: plain.path, ...frameRange(plain, frame) };
  return rangeAnswer(request, { head: headerOfFrame(plain.header), file }, { etag: `"${content}.${frame}"`, ...type });
}

/** The picture of a slice, with what is laid over it. */
export async function drawSlice(
  call: Asked & { params: { subject: string } },
  record: ImageRecord,
  query: SliceQuery & { lines: readonly (readonly Vector[])[] },
): Promise<Uint8Array> {
  const { volumes } = call.workspace;
  const { path, grid } = await volumes.plain(record, asked(call));
  if (query.frame >= grid.shape[3])
    throw new Refusal(404, { code: 'not-found', message: `The image has ${grid.shape[3]} time points.` });
  const overlays: SliceOverlay[] = [];
  const { opacity } = query;
  const outline = query.outline === '1';
  if (query.overlay !== undefined) {
    const over = await imageOf(call, call.params.subject, query.overlay);
    const plain = await volumes.plain(over, asked(call));
    if (isLabelMap(over)) {
      const colors: (string | undefined)[] = [];
      const named = over.kind === 'artifact' ? (over.labels ?? []) : [];
      const labels =
        named.length > 0 ? named : (await volumes.labels(over, asked(call))).map(({ value }) => ({ value }));
      for (const { value, color } of labels as { value: number; color?: string }[])
        if (value > 0 && value < 65_536) colors[value] = color ?? regionColor(value - 1);
      const highlighted = query.label === undefined ? {} : { highlighted: query.label };
      overlays.push({ type: 'labels', path: plain.path, colors: Array.from(colors), opacity, outline, ...highlighted });
    } else {
      overlays.push({
        type: 'scalar',
        path: plain.path,
        colormap: query.overlayColormap,
        opacity,
        ...(query.overlayWindow && { window: query.overlayWindow }),
        ...(query.threshold && { threshold: query.threshold }),
      });
    }
  }
  if (query.region !== undefined) {
    const of = await regionOf(call, call.params.subject, query.region);
    const made = await volumes.region(record, of, { ...asked(call), whole: false });
    overlays.push({ type: 'labels', path: made.path, colors: [undefined, regionColor(0)], opacity, outline });
  }
  const modality = record.kind === 'source' ? record.modality : 'unknown';
  const role = record.kind === 'artifact' ? record.role : undefined;
  const header = record.kind === 'source' ? record.metadata : undefined;
  const usual = displayDefaults({ modality, unit: unitOfImage(record), role, header });
  const placed = isPlaced(record);
  const { plane, convention, at, slice, frame, width, height, heightMm } = query;
  return volumes.slice(
    {
      image: path,
      plane,
      // Turned round, what has no sides would look like the other side.
      convention: placed ? convention : 'radiological',
      at,
      slice,
      frame,
      window: query.window ?? usual.window,
      colormap: query.colormap ?? usual.colormap,
      tone: usual.tone,
      placed,
      width,
      height,
      heightMm,
      overlays,
      lines: query.lines,
    },
    asked(call),
  );
}

/** Server-sent events of one piece of work; it stops when the other side goes away. */
function events(
  outer: AbortSignal,
  work: (tell: (event: string, data: unknown) => void, signal: AbortSignal) => Promise<void>,
): Response {
  const gone = new AbortController();
  const signal = AbortSignal.any([outer, gone.signal]);
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const tell = (event: string, data: unknown) => {
        if (!signal.aborted) controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
      };
      work(tell, signal)
        .catch((error: unknown) => tell('trouble', refusalOf(error).problem))
        .finally(() => {
          if (!signal.aborted) controller.close();
        });
    },
    cancel: () => gone.abort(),
  });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } });
}

function notOriginal(who: Who): Refusal {
  return new Refusal(422, {
    code: 'unsupported',
    message: who.can('sources:read')
      ? 'This image was not imported as one NIfTI file.'
      : 'Your account may not have the bytes as they were imported.',
    remedy: 'Ask for form=plain.',
  });
}

function notLabels(): Refusal {
  return new Refusal(422, { code: 'unsupported', message: 'The image is no label map.', remedy: 'Name a region.' });
}

function nowhere(message: string | undefined): Refusal {
  return new Refusal(404, { code: 'not-found', message: message ?? 'No voxel of this image bears that label.' });
}

function outside(): Refusal {
  return new Refusal(404, { code: 'not-found', message: 'The point lies outside of the image.' });
}

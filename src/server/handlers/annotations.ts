import { AnnotationContent, MeasurementContent } from '../../annotation/contents.ts';
import { agreement as agreementCodes, consensus } from '../../annotation/measures.ts';
import type { AnnotateRequest } from '../../annotation/requests.ts';
import { stateMeasurement } from '../../annotation/stateMeasurement.ts';
import { type Stated, withdrawStatement } from '../../annotation/statements.ts';
import type { Dossier } from '../../dossier/analysis.ts';
import { contentId } from '../../dossier/canonical.ts';
import { Entry } from '../../dossier/entry.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import type { Issue } from '../../dossier/issue.ts';
import { valueForReader } from '../../dossier/words.ts';
import { actingRole } from '../../review/author.ts';
import { missingSlices, withoutMissing } from '../../voxels/missingSlices.ts';
import { type AgreementView, type annotations, KeyImageContent, type KeyImageView } from '../api/annotations.ts';
import type { Call, Handlers } from '../call.ts';
import { Refusal } from '../http/problem.ts';
import { withoutIdentity } from '../views/identity.ts';
import { gridOf, type ImageRecord, unitOfImage } from '../volumes/imageRecord.ts';
import { imageOfPlain } from '../volumes/plainFile.ts';
import { blobsOf, drawSlice, imageOf } from './images.ts';

type Asked = Pick<
  Call<(typeof annotations)['annotations.annotate']>,
  'workspace' | 'access' | 'who' | 'reader' | 'signal'
>;

export const annotationHandlers: Handlers<typeof annotations> = {
  'annotations.list': async ({ params, reader, who }) => {
    const dossier = await reader.dossier(params.subject);
    const all = listed(dossier, who.name);
    if (who.can('identity:read')) return all;
    // What others wrote beside a drawing may name anybody.
    const { annotations: drawn, measurements, keyImages, ...rest } = all;
    const view = {
      ...rest,
      annotations: drawn.map(ownText),
      measurements: measurements.map(ownText),
      keyImages: keyImages.map(ownText),
    };
    return withoutIdentity(view, dossier, await reader.list(params.subject, 'identity'));
  },
  'annotations.annotate': async (call) => {
    const { params, body, reader, workspace } = call;
    const record = await imageOf(call, params.subject, params.record);
    const { path, of } = await openFor(call, params.subject, record);
    const { map, text, labels, tool, startedFrom } = body;
    const request: AnnotateRequest = {
      image: record.id,
      tool,
      labels,
      ...(startedFrom !== undefined && { startedFrom }),
      ...(text !== undefined && { text }),
    };
    // Facts and findings have no part in it and would have to be copied to the thread.
    const dossier = { ...(await reader.dossier(params.subject)), facts: [], findings: [] };
    const order = { request, map, path, of, stated: statedBy(call), dossier };
    const made = await workspace.volumes.annotate(order, { subject: params.subject, access: call.access });
    if ('refused' in made) throw refused(made.refused);
    for (const { bytes, mediaType } of made.blobs) await workspace.store.putBlob(params.subject, bytes, mediaType);
    await workspace.store.write(made.entries);
    await workspace.volumes.drawings.discard(keyOf(call, params));
    return saved(made.entries, made.issues);
  },
  'annotations.measure': async (call) => {
    const { params, body, reader, workspace } = call;
    const record = await imageOf(call, params.subject, params.record);
    const metadata = record.kind === 'source' ? record.metadata : {};
    const image = withoutMissing(await imageFor(call, params.subject, record), missingSlices(metadata, body.frame));
    const dossier = await reader.dossier(params.subject);
    const made = await stateMeasurement({ ...body, image: record.id }, image, statedBy(call), dossier);
    if ('refused' in made) throw refused(made.refused);
    await workspace.store.write(made.entries);
    return saved(made.entries, made.issues);
  },
  'annotations.withdraw': async (call) => {
    const { params, body, reader, workspace } = call;
    const dossier = await reader.dossier(params.subject);
    const keyImage = dossier.entries.find((one) => one.id === body.entry && contentOfKeyImage(one));
    if (keyImage) {
      if (keyImage.author !== call.who.name) throw notYours();
      const statement = {
        subject: params.subject,
        type: 'correction' as const,
        ...statedBy(call),
        targets: [keyImage.id],
        ...(body.text !== undefined && { text: body.text }),
        content: { withdrawn: keyImage.id },
        supersedes: keyImage.id,
      };
      const entry = Entry.parse({ kind: 'entry', id: contentId('entry', statement), ...statement });
      await workspace.store.write([entry]);
      return saved([entry], []);
    }
    const made = withdrawStatement(body, statedBy(call), dossier);
    if ('refused' in made) throw refused(made.refused);
    await workspace.store.write(made.entries);
    return saved(made.entries, []);
  },
  'annotations.keyImage': async (call) => {
    const { params, body, workspace } = call;
    const record = await imageOf(call, params.subject, params.record);
    const png = await drawSlice(call, record, { ...body.view, lines: body.lines });
    const blob = await workspace.store.putBlob(params.subject, png, 'image/png');
    const content: KeyImageContent = {
      kind: 'key-image',
      image: record.id,
      picture: blob.sha256,
      view: JSON.parse(JSON.stringify({ ...body.view, lines: body.lines })),
    };
    const statement = {
      subject: params.subject,
      type: 'comment' as const,
      ...statedBy(call),
      targets: [record.id],
      text: body.caption,
      content,
    };
    const entry = Entry.parse({ kind: 'entry', id: contentId('entry', statement), ...statement });
    await workspace.store.write([entry]);
    return saved([entry], []);
  },
  'annotations.picture': async ({ params, reader }) => {
    const record = (await reader.get(params.record))?.record;
    const content =
      record?.kind === 'entry' && record.subject === params.subject ? contentOfKeyImage(record) : undefined;
    if (content === undefined) throw new Refusal(404, { code: 'not-found', message: 'There is no such picture.' });
    const bytes = await reader.blob(params.subject, content.picture);
    return new Response(new Uint8Array(bytes), {
      headers: { 'content-type': 'image/png', etag: `"${content.picture}"` },
    });
  },
  'annotations.drawing': async (call) => {
    await imageOf(call, call.params.subject, call.params.record);
    const drawing = await call.workspace.volumes.drawings.get(keyOf(call, call.params));
    return drawing === undefined ? {} : { drawing };
  },
  'annotations.keepDrawing': async (call) => {
    const { params, body, workspace } = call;
    await imageOf(call, params.subject, params.record);
    const { basedOn, ...drawing } = body;
    const kept = await workspace.volumes.drawings.save(keyOf(call, params), drawing, basedOn, workspace.now());
    if (kept === undefined)
      throw new Refusal(409, {
        code: 'conflict',
        message: 'The drawing was saved elsewhere since it was opened here.',
        remedy: 'Take over the newer one, or discard it and save this one.',
      });
    return { version: kept.version, savedAt: kept.savedAt };
  },
  'annotations.discardDrawing': async (call) => {
    await call.workspace.volumes.drawings.discard(keyOf(call, call.params));
    return { discarded: true };
  },
};

function keyOf({ who }: Pick<Asked, 'who'>, { subject, record }: { subject: string; record: string }) {
  return { subject, image: record, account: who.id };
}

function statedBy({ who, workspace }: Pick<Asked, 'who' | 'workspace'>): Stated {
  return { author: who.name, role: actingRole(who), at: workspace.now() };
}

/** The plain form of an image, with what the record says of it. */
async function openFor(call: Asked, subject: string, record: ImageRecord) {
  const plain = await call.workspace.volumes.plain(record, { subject, access: call.access, signal: call.signal });
  const grid = await gridOf(record, blobsOf(call.reader, subject));
  return { plain, path: plain.path, of: { id: record.id, unit: unitOfImage(record), grid } };
}

/** The image over its plain form, so that a region of one slice reads one slice. */
async function imageFor(call: Asked, subject: string, record: ImageRecord): Promise<ImageHandle> {
  const { plain, of } = await openFor(call, subject, record);
  return imageOfPlain(plain, of);
}

function contentOfKeyImage({ type, content }: Entry): KeyImageContent | undefined {
  return type === 'comment' ? KeyImageContent.safeParse(content).data : undefined;
}

function ownText<T extends { mine: boolean; text?: string | undefined }>(stated: T): T {
  if (stated.mine) return stated;
  const { text: _, ...rest } = stated;
  return rest as T;
}

function listed(dossier: Dossier, me: string) {
  const stated = ({ id, author, at, text }: Entry) => ({
    entry: id,
    reader: author,
    mine: author === me,
    at,
    ...(text !== undefined && { text }),
  });
  const newestFirst = [...dossier.entries].sort((a, b) => (a.at < b.at ? 1 : -1));
  const compared = new Set(dossier.findings.filter(isOfReaders).flatMap(({ derivedFrom }) => derivedFrom));
  const drawn = newestFirst.filter(({ type }) => type === 'annotation' || type === 'measurement');
  return {
    annotations: drawn.flatMap((entry) => {
      const content = entry.type === 'annotation' ? AnnotationContent.safeParse(entry.content).data : undefined;
      return content ? [{ ...content, ...stated(entry) }] : [];
    }),
    measurements: drawn.flatMap((entry) => {
      const content = entry.type === 'measurement' ? MeasurementContent.safeParse(entry.content).data : undefined;
      return content ? [{ ...content, ...stated(entry) }] : [];
    }),
    keyImages: newestFirst.flatMap((entry): KeyImageView[] => {
      const content = contentOfKeyImage(entry);
      return content ? [{ ...stated(entry), image: content.image, plane: String(content.view['plane'] ?? '') }] : [];
    }),
    agreement: agreementOf(dossier),
    notCompared: drawn.filter(({ id }) => !compared.has(id)).length,
  };
}

const ofRegions = new Set([...Object.values(agreementCodes), ...Object.values(consensus)].map(({ code }) => code));
/** Overlap and distances first, then what they agree on, then numbers. */
const order = [...ofRegions];
const ofNumbers = /\.(readers-mean|readers-difference|repeat-sd|icc)$/;

function isOfReaders({ measure }: { measure: { code: string } }): boolean {
  return measure.code.startsWith('annotated-') || ofRegions.has(measure.code);
}

function agreementOf({ findings, sources, artifacts }: Dossier): AgreementView[] {
  const images = new Set([...sources, ...artifacts].map(({ id }) => id));
  return findings
    .filter(({ measure }) => ofRegions.has(measure.code) || ofNumbers.test(measure.code))
    .map((finding) => {
      const image = finding.derivedFrom.find((id) => images.has(id));
      return {
        finding: finding.id,
        ...(image !== undefined && { image }),
        region: finding.site?.display ?? '',
        measure: finding.measure.display,
        code: finding.measure.code,
        ...(finding.reader !== undefined && { reader: finding.reader }),
        value: valueForReader(finding),
      };
    })
    .sort((a, b) => place(a.code) - place(b.code) || (a.region < b.region ? -1 : a.region > b.region ? 1 : 0));
}

function place(code: string): number {
  const at = order.indexOf(code);
  return at < 0 ? order.length : at;
}

function saved(entries: readonly Entry[], issues: readonly Issue[]) {
  return {
    entries: entries.map(({ id }) => id),
    issues: issues.map(({ severity, code, message }) => ({ severity, code, message })),
  };
}

function refused({ code, message, remedy }: Issue): Refusal {
  return new Refusal(422, { code, message, ...(remedy !== undefined && { remedy }) });
}

function notYours(): Refusal {
  return new Refusal(422, { code: 'supersedes-invalid', message: 'The picture is of another reader.' });
}

import type { Dossier } from '../dossier/analysis.ts';
import { contentId } from '../dossier/canonical.ts';
import { Entry } from '../dossier/entry.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { ImageHandle } from '../dossier/image.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { WithdrawRequest } from './requests.ts';

/** Who states something, in which role, when (with time zone): filled in by the shell, never by the page. */
export interface Stated {
  author: string;
  role: string;
  at: string;
}

export interface Refused {
  refused: Issue;
}

/** Takes back an own annotation or measurement: an entry of type `correction` that stands in its place. */
export function withdrawStatement(
  request: WithdrawRequest,
  stated: Stated,
  dossier: Dossier,
): { entries: Entry[] } | Refused {
  const parsed = WithdrawRequest.safeParse(request);
  if (!parsed.success) return invalidRequest(parsed.error);
  const { entry: id, text } = parsed.data;
  const type = dossier.entries.find((entry) => entry.id === id)?.type === 'measurement' ? 'measurement' : 'annotation';
  const wrong = supersedable(dossier, id, type, stated, () => true);
  if (wrong) return { refused: wrong };
  const statement = {
    subject: dossier.subject.id,
    type: 'correction' as const,
    ...stated,
    targets: [id],
    ...(text !== undefined && { text }),
    content: { withdrawn: id },
    supersedes: id,
  };
  return { entries: [Entry.parse({ kind: 'entry', id: contentId('entry', statement), ...statement })] };
}

/** Trouble with the image that a request names. Throws `usage` when the caller opened another image. */
export function imageIn(dossier: Dossier, id: string, image: ImageHandle): Issue | undefined {
  const isImage =
    dossier.sources.some((one) => one.id === id && (one.format === 'nifti' || one.format === 'dicom-series')) ||
    dossier.artifacts.some((one) => one.id === id && (one.type === 'image' || one.type === 'labelmap'));
  if (!isImage)
    return issue('error', 'image-unknown', 'The image that was drawn on is not among the data of this subject.', {
      remedy: 'Load the page again: the image may have been replaced by a newer one.',
    });
  if (image.id !== id) throw new IdiographError('usage', `the image ${image.id} was opened for ${id}`, { id });
  return undefined;
}

/** Trouble with what an entry wants to take the place of: it must be current, the reader's own, and of the same thing. */
export function supersedable(
  dossier: Dossier,
  id: string | undefined,
  type: 'annotation' | 'measurement',
  { author }: Stated,
  isSame: (content: unknown) => boolean,
): Issue | undefined {
  if (id === undefined) return undefined;
  const refuse = (message: string, remedy: string) =>
    issue('error', 'supersedes-invalid', message, { place: id, remedy });
  const old = dossier.entries.find((entry) => entry.id === id);
  if (old?.type !== type) return refuse(`There is no current ${type} with this id.`, 'Load the page again.');
  if (old.author !== author)
    return refuse(
      `The ${type} is another reader's.`,
      'Save your own beside it: readers are compared, not overwritten.',
    );
  if (!isSame(old.content)) return refuse(`The ${type} is of another image or place.`, 'Save it as a new one.');
  return undefined;
}

export function invalidRequest(error: { issues: readonly { path: PropertyKey[]; message: string }[] }): Refused {
  const message = error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'request'}: ${message}`)
    .join('; ');
  return { refused: issue('error', 'request-invalid', message, { remedy: 'Draw or measure it again.' }) };
}

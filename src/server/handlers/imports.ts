import type { imports, UploadView } from '../api/imports.ts';
import type { Call, Handlers } from '../call.ts';
import { viewOfJob } from '../jobs/view.ts';
import type { UploadState } from '../uploads/uploads.ts';

export const importHandlers: Handlers<typeof imports> = {
  'imports.create': async ({ body, who, workspace, about }) => {
    const upload = await workspace.uploads.create(who.id, body);
    about({ record: upload.id });
    return viewOfUpload(upload);
  },
  'imports.list': async ({ who, workspace }) => {
    const { smallBytes, batchFiles } = workspace.uploads.limits;
    return { uploads: (await workspace.uploads.list(who.id)).map(viewOfUpload), smallBytes, batchFiles };
  },
  'imports.get': async ({ params, who, workspace, about }) => {
    about({ record: params.upload });
    return viewOfUpload(await workspace.uploads.state(who.id, params.upload));
  },
  'imports.held': async ({ params, query, who, workspace, about }) => {
    about({ record: params.upload });
    return workspace.uploads.held(who.id, params.upload, query.from, query.count);
  },
  'imports.part': async ({ params, who, workspace, about, ...call }) => {
    about({ record: params.upload });
    return workspace.uploads.writePart(who.id, params.upload, bodyOf(call), call.signal);
  },
  'imports.batch': async ({ params, who, workspace, about, ...call }) => {
    about({ record: params.upload });
    return workspace.uploads.writeMany(who.id, params.upload, bodyOf(call), call.signal);
  },
  'imports.start': async ({ params, body, who, purpose, workspace, about }) => {
    about({ record: params.upload });
    const job = await workspace.jobs.startImport(who, purpose, params.upload, body);
    return viewOfJob(job, who.id, workspace.jobs.progressOf(job.id), true);
  },
  'imports.cancel': async ({ params, who, workspace, about }) => {
    about({ record: params.upload });
    // Asked first, so that a foreign account cannot stop anything.
    await workspace.uploads.state(who.id, params.upload);
    await workspace.jobs.cancelUpload(params.upload);
    await workspace.uploads.remove(who.id, params.upload);
    return { removed: true as const };
  },
};

function bodyOf({ request }: Pick<Call<(typeof imports)['imports.part']>, 'request'>) {
  return request.body as ReadableStream<Uint8Array> | null;
}

function viewOfUpload({ account: _, ...upload }: UploadState): UploadView {
  return upload;
}

import { IdiographError } from '../../dossier/errors.ts';

const remedies: Record<string, string> = {
  ENOSPC: 'The disk is full: free space or move the data folder. What was acknowledged is safe; try again.',
  EDQUOT: 'Your quota is used up: free space or move the data folder. What was acknowledged is safe; try again.',
  EFBIG: 'The file system or a limit refuses files of this size.',
  EIO: 'The disk reports an error: look at its health and make a backup.',
  EROFS: 'The data folder is on a file system that cannot be written.',
  EACCES: 'Give your account the right to write in the data folder.',
  EPERM: 'Give your account the right to write in the data folder.',
  EMFILE: 'Too many files are open: raise the limit (ulimit -n).',
};

/** Runs file work of the store; the system's failures come out as `store-io` with a remedy, others unchanged. */
export async function storeIo<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) throw error;
    const code = String(error.code);
    if (!Object.hasOwn(remedies, code)) throw error;
    throw new IdiographError('store-io', `the store cannot be written: ${error.message}`, {
      path,
      system: code,
      cause: error,
      remedy: remedies[code],
    });
  }
}

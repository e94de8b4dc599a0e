import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that the server keeps inside the data folder, beside the store. */
export interface Home {
  /** The data folder: the store lies in it. */
  data: string;
  /** Everything of the server's own. */
  server: string;
  audit: string;
  uploads: string;
  cache: string;
}

/** The folders of a data folder, whether they are there or not. */
export function homeIn(data: string): Home {
  const server = join(data, 'server');
  return {
    data,
    server,
    audit: join(server, 'audit'),
    uploads: join(server, 'uploads'),
    cache: join(server, 'cache'),
  };
}

/** The same, made where they are not there, closed to other accounts of the machine. */
export async function makeHome(data: string): Promise<Home> {
  const home = homeIn(data);
  for (const folder of Object.values(home)) await mkdir(folder, { recursive: true, mode: 0o700 });
  // Made by hand, for the configuration say: whatever else lies in it is for nobody but the server.
  await chmod(home.server, 0o700);
  return home;
}

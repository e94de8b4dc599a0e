import { mkdir } from 'node:fs/promises';
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

export async function makeHome(data: string): Promise<Home> {
  const server = join(data, 'server');
  const home = {
    data,
    server,
    audit: join(server, 'audit'),
    uploads: join(server, 'uploads'),
    cache: join(server, 'cache'),
  };
  for (const folder of Object.values(home)) await mkdir(folder, { recursive: true, mode: 0o700 });
  return home;
}

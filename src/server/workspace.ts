import type { Store } from '../dossier/store.ts';
import type { Audit } from '../privacy/audit/audit.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { ServerConfig } from './config.ts';
import type { Home } from './home.ts';
import type { House } from './house/house.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Models } from './models/models.ts';
import type { Drafts } from './questionnaires/drafts.ts';
import type { Roster } from './roster/roster.ts';
import type { SiteSignIn } from './siteSignIn.ts';
import type { Uploads } from './uploads/uploads.ts';
import type { Volumes } from './volumes/volumes.ts';

/** What the handlers share: one open data folder with everything that keeps it. */
export interface Workspace {
  readonly home: Home;
  readonly config: ServerConfig;
  /** The address under which people reach the server: told by `serve` once it listens. */
  readonly served: { url: string | undefined };
  /** Undefined: the site has no identity provider. */
  readonly siteSignIn: SiteSignIn | undefined;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly models: Models;
  /** What the keeper of the installation asks of it. */
  readonly house: House;
  /** The list of patients, in memory and as new as the store. */
  readonly roster: Roster;
  readonly uploads: Uploads;
  /** Imports and work-ups, and the events of the house. */
  readonly jobs: Jobs;
  /** Questionnaires that are being filled in: `openDrafts(home.server)`; closed with the workspace. */
  readonly drafts: Drafts;
  /** Images as the viewer needs them. */
  readonly volumes: Volumes;
  /** Where analyses find packs and the site's own knowledge. */
  readonly places: { packsDirectory?: string | undefined; knowledgeDirectory?: string | undefined };
  readonly program: { name: string; version: string };
  /** ISO 8601 with milliseconds. */
  now(): string;
}

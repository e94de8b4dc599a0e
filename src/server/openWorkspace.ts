import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Store } from '../dossier/store.ts';
import { siteKnowledge } from '../knowledge/site.ts';
import { openAudit } from '../privacy/audit/audit.ts';
import { openStore } from '../store/open.ts';
import { openAccounts } from './accounts/accounts.ts';
import { readConfig } from './config.ts';
import { makeHome } from './home.ts';
import { watchErasures } from './house/erasures.ts';
import { openHouse } from './house/house.ts';
import { openJobs } from './jobs/jobs.ts';
import { openModels } from './models/models.ts';
import { clearPrints } from './pdf/printPdf.ts';
import { openDrafts } from './questionnaires/drafts.ts';
import { openRoster } from './roster/roster.ts';
import { openSiteSignIn } from './siteSignIn.ts';
import { openUploads } from './uploads/uploads.ts';
import { openVolumes } from './volumes/volumes.ts';
import type { Workspace } from './workspace.ts';

export interface WorkspaceOptions {
  /** The data folder: `IDIOGRAPH_HOME`. */
  data: string;
  packsDirectory?: string | undefined;
  knowledgeDirectory?: string | undefined;
  version: string;
  now(): string;
  /** Room for audit lines when the disk is full (8 MiB: about 20,000 lines). */
  auditReserveBytes?: number;
  /** Cost of a password hash; tests take a cheap one. */
  passwordCost?: Parameters<typeof openAccounts>[1]['cost'];
}

/** Opens a data folder with all that the server keeps beside it. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace & { close(): Promise<void> }> {
  const { now, packsDirectory } = options;
  const home = await makeHome(options.data);
  await clearPrints(join(home.cache, 'pdf'));
  const config = await readConfig(home.server);
  // A folder that is not there or holds what nothing reads stops here, before any patient is opened.
  const knowledgeDirectory =
    options.knowledgeDirectory ?? (config.knowledge && siteKnowledge(config.knowledge).directory);
  const program = { name: 'idiograph', version: options.version };
  const store: Store = await openStore({ engine: 'sqlite', directory: home.data });
  const audit = await openAudit(home.audit, { now, reserveBytes: options.auditReserveBytes ?? 2 ** 23 });
  const accounts = await openAccounts(home.server, {
    now,
    randomBytes,
    record: (entry) => audit.append(entry),
    sessions: config.sessions,
    ...(options.passwordCost && { cost: options.passwordCost }),
  });
  const siteSignIn = config.oidc && openSiteSignIn(config.oidc, { accounts, now, randomBytes });
  const drafts = await openDrafts(home.server);
  await drafts.keepOnly(
    (await store.reading({ purpose: 'maintenance', actor: 'server' }).subjects()).map(({ id }) => id),
  );
  const house = openHouse({ home, store, now, knowledgeDirectory });
  const models = openModels({ store, now, program, knowledgeDirectory, packsDirectory });
  const roster = openRoster(store, { purpose: 'care', actor: 'server' });
  const uploads = await openUploads(home.uploads, { now, randomBytes });
  const jobs = await openJobs({ home, store, uploads, audit, places: { packsDirectory, knowledgeDirectory }, now });
  const volumes = openVolumes({
    store,
    folder: join(home.cache, 'volumes'),
    drawingsFolder: join(home.server, 'drawings'),
  });
  const erasures = watchErasures(store, [drafts, jobs, volumes]);
  return {
    home,
    config,
    served: { url: undefined },
    siteSignIn,
    store,
    accounts,
    audit,
    models,
    house,
    roster,
    uploads,
    jobs,
    drafts,
    volumes,
    places: { packsDirectory, knowledgeDirectory },
    program,
    now,
    async close() {
      await erasures.close();
      await volumes.close();
      await jobs.close();
      await uploads.close();
      await drafts.close();
      await accounts.close();
      await audit.close();
      await store.close();
    },
  };
}

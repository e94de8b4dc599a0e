import type { ComponentType } from 'react';
import type { Permission } from '../../../src/server/permissions.ts';

/** A page of its own chunk. `nav`: in which menu it stands; `title` is a key of the messages. */
export interface Page {
  path: string;
  title: string;
  nav: 'house' | 'patient' | 'none';
  /** `session`: every account. */
  permission: Permission | 'session';
  /** Fetches the script of the page, once; a failed try is not kept. */
  load: () => Promise<ComponentType>;
  /** The page itself as soon as its script is there. */
  loaded: () => ComponentType | undefined;
}

type Load = () => Promise<{ default: ComponentType }>;
function page(path: string, title: string, nav: Page['nav'], permission: Page['permission'], load: Load): Page {
  let component: ComponentType | undefined;
  let coming: Promise<ComponentType> | undefined;
  return {
    path,
    title,
    nav,
    permission,
    loaded: () => component,
    load: () => {
      coming ??= load().then(
        (module) => {
          component = module.default;
          return component;
        },
        (error) => {
          coming = undefined;
          throw error;
        },
      );
      return coming;
    },
  };
}

/**
 * Every page of the workspace, in the order of the menus. A new page is one line here and one folder in pages/; a patient's
 * page reads its subject with `useSubject()`.
 */
export const pages: readonly Page[] = [
  page('/', 'app.patients', 'house', 'patients:list', () => import('../pages/patients/Patients.tsx')),
  page('/import', 'nav.import', 'house', 'imports:write', () => import('../pages/import/Import.tsx')),
  page(
    '/patients/:subject',
    'nav.overview',
    'patient',
    'patients:read',
    () => import('../pages/overview/Overview.tsx'),
  ),
  page(
    '/patients/:subject/timeline',
    'nav.timeline',
    'patient',
    'patients:read',
    () => import('../pages/timeline/Timeline.tsx'),
  ),
  page('/patients/:subject/rooms/:room', 'nav.room', 'none', 'patients:read', () => import('../pages/room/Room.tsx')),
  page(
    '/patients/:subject/images',
    'nav.images',
    'patient',
    'patients:read',
    () => import('../pages/images/Images.tsx'),
  ),
  page('/patients/:subject/plan', 'nav.plan', 'patient', 'patients:read', () => import('../pages/plan/Plan.tsx')),
  page(
    '/patients/:subject/questionnaires',
    'nav.questionnaires',
    'patient',
    'questionnaires:write',
    () => import('../pages/questionnaires/Questionnaires.tsx'),
  ),
  page(
    '/patients/:subject/questionnaires/:instrument',
    'nav.questionnaires',
    'none',
    'questionnaires:write',
    () => import('../pages/questionnaires/FillIn.tsx'),
  ),
  page('/patients/:subject/trials', 'nav.trials', 'patient', 'patients:read', () => import('../pages/nof1/Trials.tsx')),
  page(
    '/patients/:subject/report',
    'nav.report',
    'patient',
    'report:preview',
    () => import('../pages/report/Report.tsx'),
  ),
  page(
    '/patients/:subject/audit',
    'nav.readers',
    'patient',
    'identity:read',
    () => import('../pages/audit/OfSubject.tsx'),
  ),
  page('/accounts', 'nav.accounts', 'house', 'accounts:manage', () => import('../pages/accounts/Accounts.tsx')),
  page('/audit', 'nav.audit', 'house', 'audit:read', () => import('../pages/audit/Audit.tsx')),
  page('/house', 'nav.house', 'house', 'house:read', () => import('../pages/house/House.tsx')),
  page('/account', 'accounts.own', 'none', 'session', () => import('../pages/accounts/OwnAccount.tsx')),
];

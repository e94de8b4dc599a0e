import type { HouseView } from '../../../../src/server/api/house.ts';

/** What the keeper of the installation should see to, most pressing first; keys of `house.attention`. */
export type Attention =
  | 'auditFailing'
  | 'readOnly'
  | 'disk'
  | 'unhealthy'
  | 'noBackup'
  | 'oldBackup'
  | 'damagedBackup'
  | 'failedJobs'
  | 'brokenPack'
  | 'oldKnowledge';

const leastFreeBytes = 5 * 2 ** 30;
const backupGoodDays = 7;

/** @param now milliseconds since 1970 */
export function attentionOf(house: HouseView, now: number): Attention[] {
  const { data, audit, checkup, backup, jobs, packs, knowledge } = house;
  const ageDays = backup === undefined ? 0 : (now - Date.parse(backup.at)) / 86_400_000;
  const all: [Attention, boolean][] = [
    ['auditFailing', audit.state === 'failing'],
    ['readOnly', audit.state === 'reserve'],
    ['disk', data.freeBytes < leastFreeBytes || data.freeBytes < 0.05 * data.diskBytes],
    ['unhealthy', checkup?.healthy === false],
    ['noBackup', backup === undefined],
    ['damagedBackup', backup?.complete === false],
    ['oldBackup', ageDays > backupGoodDays],
    ['brokenPack', packs.some(({ state }) => state === 'broken')],
    ['failedJobs', jobs.failedLately > 0],
    ['oldKnowledge', knowledge.some(({ old }) => old)],
  ];
  return all.filter(([, is]) => is).map(([name]) => name);
}

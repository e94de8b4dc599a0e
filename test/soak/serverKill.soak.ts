/**
 * Kills a server (SIGKILL) while a form is saved and completed, a line decided, a safety action recorded, the plan signed, two
 * patients merged and taken apart again. What was acknowledged must be there after the restart, what was not is there whole or
 * not at all, and audit chain and store hold. `npm run soak serverKill`; SERVER_KILLS sets how many rounds (60).
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyAudit } from '../../src/privacy/audit/verify.ts';
import type { PlanView } from '../../src/server/api/review.ts';
import { idiograph } from '../e2e/cli.ts';
import { type ServedCaller, signInOver, startServing } from '../server/serving.ts';

const rounds = Number(process.env['SERVER_KILLS'] ?? 60);
const folder = mkdtempSync(join(tmpdir(), 'idiograph-server-kill-'));
const data = join(folder, 'data');
let seed = 20260102;
/** Park and Miller's generator: the same points at each soak. */
const random = () => {
  seed = (seed * 48271) % 2147483647;
  return seed / 2147483647;
};
const faults: string[] = [];
let slowest = 0;
const counts = new Map<string, number>();
const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);

for (const [id, item] of [
  ['A', 9],
  ['B', 2],
] as const) {
  mkdirSync(join(folder, id));
  writeFileSync(join(folder, id, 'patient.json'), JSON.stringify({ id, birthDate: '1980-01-01' }));
  const answers = Array.from({ length: 9 }, (_, i) => `PHQ-9,${i + 1},${i + 1 === item ? 2 : 1},2026-05-01`);
  writeFileSync(join(folder, id, 'answers.csv'), `instrument,item,answer,date\n${answers.join('\n')}\n`);
}
const ran = await idiograph('run', join(folder, 'A'), join(folder, 'B'), '--out', join(folder, 'out'), '--data', data);
if (ran.code !== 0) throw new Error(`the patients could not be made: ${ran.stderr}`);

let account: { name: string; password: string } | undefined;

/** What a reader sees of everything that is acted on. */
async function seen(caller: ServedCaller) {
  const plan = await caller.json<PlanView>('/api/patients/S0001/plan');
  const forms = await caller.json<{ draft?: { version: number; answers: Record<string, number> } }>(
    '/api/patients/S0001/questionnaires/gad-7',
  );
  const { lines } = await caller.json<{ lines: unknown[] }>('/api/patients/S0001/audit');
  const page = await caller.json<{ rows: { subject: string; mergedInto?: string }[] }>('/api/patients?merged=true');
  return { plan, draft: forms.draft, lines: lines.length, rows: page.rows };
}
type Sight = Awaited<ReturnType<typeof seen>>;

interface Act {
  name: string;
  send(caller: ServedCaller, before: Sight): Promise<Response> | undefined;
  /** Whether it was made, looking at before and after; undefined: neither whole nor absent. */
  made(before: Sight, after: Sight): boolean | undefined;
}

const post = (json: unknown) => ({ method: 'POST', json });
const newest = ({ plan }: Sight) => plan.review!.seen;
const reviewText = ({ plan }: Sight) => JSON.stringify(plan.review);
let number = 0;

const acts: Act[] = [
  {
    name: 'draft',
    send: (caller, { draft }) =>
      caller.fetch('/api/patients/S0001/questionnaires/gad-7/draft', {
        method: 'PUT',
        json: {
          answers: Object.fromEntries(Array.from({ length: 7 }, (_, i) => [i + 1, (i + number) % 4])),
          filledBy: 'patient',
          basedOn: draft?.version ?? 0,
        },
      }),
    made: (before, after) => (after.draft?.version ?? 0) > (before.draft?.version ?? 0),
  },
  {
    name: 'complete',
    send: (caller, { draft }) =>
      draft &&
      caller.fetch(
        '/api/patients/S0001/questionnaires/gad-7/responses',
        post({ answers: draft.answers, filledBy: 'patient', basedOn: draft.version }),
      ),
    made: (_, after) => after.draft === undefined,
  },
  {
    name: 'safety action',
    send: (caller, before) => {
      const check = before.plan.checks.find(({ state }) => state === 'positive');
      return (
        check &&
        caller.fetch(
          '/api/patients/S0001/decisions',
          post({
            seen: newest(before),
            command: { type: 'safety-action', check: check.id, text: `spoken with the person, act-${number}` },
          }),
        )
      );
    },
    made: (_, after) => reviewText(after).includes(`act-${number}`),
  },
  {
    name: 'working decision',
    send: (caller, before) =>
      caller.fetch(
        '/api/patients/S0001/decisions',
        post({ seen: newest(before), command: { type: 'working-decision', phase: 'before', text: `word-${number}` } }),
      ),
    made: (_, after) => reviewText(after).includes(`word-${number}`),
  },
  {
    name: 'merge',
    send: (caller, { rows }) =>
      rows.some(({ mergedInto }) => mergedInto !== undefined)
        ? undefined
        : caller.fetch('/api/patients/S0002/merge', post({ into: 'S0001', reason: 'one person' })),
    made: (_, after) => after.rows.some(({ mergedInto }) => mergedInto !== undefined),
  },
];

for (; number < rounds; number++) {
  const act = acts[number % acts.length]!;
  const server = await startServing(data);
  account ??= server.account;
  const caller = await signInOver(server.url, account!);
  const before = await seen(caller);
  const sent = act.send(caller, before)?.then(
    ({ status }) => status,
    () => 0,
  );
  await sleep(random() * 150);
  const killed = server.stop('SIGKILL');
  const status = (await sent) ?? -1;
  await killed;
  const begun = performance.now();
  const again = await startServing(data);
  slowest = Math.max(slowest, performance.now() - begun);
  const reader = await signInOver(again.url, account!);
  const after = await seen(reader);
  const made = act.made(before, after);
  const where = `round ${number}, ${act.name}, answer ${status}`;
  count(
    `${act.name}: ${status === -1 ? 'nothing to do' : status === 0 ? `cut off, ${made ? 'made' : 'not made'}` : status}`,
  );
  if (status >= 200 && status < 300 && made !== true) faults.push(`${where}: acknowledged and not there`);
  if (status >= 400 && status !== 429) faults.push(`${where}: refused`);
  await again.stop();
  const { intact, problems } = await verifyAudit(join(data, 'server', 'audit'));
  if (!intact) faults.push(`${where}: the audit chain does not hold: ${problems[0]?.message}`);
  const doctor = await idiograph('doctor', '--deep', '--data', data);
  if (doctor.code !== 0) faults.push(`${where}: ${doctor.stdout}${doctor.stderr}`);
}
for (const [what, times] of [...counts].sort()) console.log(`${what.padEnd(40)} ${times}`);
for (const fault of faults) console.log(fault);
console.log(`slowest start after a kill ${slowest.toFixed(0)} ms`);
console.log(faults.length === 0 ? `${rounds} kills, no fault` : `${faults.length} faults`);
rmSync(folder, { recursive: true, force: true });
process.exitCode = faults.length === 0 ? 0 : 1;

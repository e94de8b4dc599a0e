/**
 * Kills a work-up (SIGKILL) at random points. Every run that was acknowledged must be there whole, with what it made and
 * its bytes; the next work-up continues from there and ends in the dossier of a work-up that nobody disturbed.
 * `npm run soak workupKill`; WORKUP_KILLS sets how many (200).
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Store } from '../../src/dossier/store.ts';
import { openStore } from '../../src/store/open.ts';
import { access, openToyStore, type ToyStore } from '../../src/workup/testing/toyStore.ts';
import { workup } from '../../src/workup/workup.ts';

const kills = Number(process.env['WORKUP_KILLS'] ?? 200);
const doses = 8;
const child = join(import.meta.dirname, '..', '..', 'src', 'workup', 'testing', 'workupChild.ts');
let seed = 20260101;
/** Park and Miller's generator: the same points at each soak. */
const random = () => {
  seed = (seed * 48271) % 2147483647;
  return seed / 2147483647;
};

async function filled(): Promise<ToyStore> {
  const toy = await openToyStore();
  for (let day = 1; day <= doses; day++) await toy.addFact('dose', day / 7, `2026-01-0${day}`);
  return toy;
}

/** Runs that the child said are kept before it was killed, `ms` after the `count`th of them, or before it was through. */
function killedAfter(toy: ToyStore, count: number, ms: number): Promise<{ acknowledged: string[]; complete: boolean }> {
  const process_ = spawn(
    process.execPath,
    [child, toy.store.config.directory, toy.subject, toy.options.knowledgeDirectory!],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  process_.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    // The line `ready` comes first.
    if (said.split('\n').length > count + 1) timer ??= setTimeout(() => process_.kill('SIGKILL'), ms);
  });
  return new Promise((resolve) => {
    process_.on('close', () => {
      clearTimeout(timer);
      const lines = said.slice(0, said.lastIndexOf('\n') + 1).split('\n');
      resolve({ acknowledged: lines.filter((line) => line.startsWith('run-')), complete: lines.includes('complete') });
    });
  });
}

async function whatIsTorn(store: Store, subject: string, acknowledged: readonly string[]): Promise<string[]> {
  const reader = store.reading(access);
  const wrong: string[] = [];
  for (const run of await reader.list(subject, 'run', { history: true })) {
    for (const id of [...run.findings, ...run.artifacts]) {
      const made = (await reader.get(id))?.record;
      if (!made) wrong.push(`${run.id} is there without ${id}`);
      if (made?.kind === 'artifact') await reader.blob(subject, made.blob);
    }
  }
  for (const id of acknowledged) if (!(await reader.get(id))) wrong.push(`${id} was acknowledged and is gone`);
  const runs = new Set((await reader.list(subject, 'run', { history: true })).map(({ id }) => id));
  const orphans = (await reader.list(subject, 'finding', { history: true })).filter(({ run }) => !runs.has(run));
  wrong.push(...orphans.map(({ id }) => `${id} is there without its run`));
  return wrong;
}

const undisturbed = await filled();
await workup(undisturbed.store, undisturbed.subject, undisturbed.options);
const expected = JSON.stringify(await undisturbed.store.reading(access).dossier(undisturbed.subject));
await undisturbed.remove();

const wrong: string[] = [];
let killed = 0;
let rounds = 0;
let interruptedWithWork = 0;
while (killed < kills) {
  const toy = await filled();
  for (let complete = false; !complete && killed < kills; ) {
    const run = await killedAfter(toy, Math.floor(6 * random()), 150 * random());
    complete = run.complete;
    if (!complete) killed++;
    if (!complete && run.acknowledged.length > 0) interruptedWithWork++;
    const again = await openStore(toy.store.config);
    wrong.push(...(await whatIsTorn(again, toy.subject, run.acknowledged)));
    await again.close();
  }
  await workup(toy.store, toy.subject, toy.options);
  const dossier = JSON.stringify(await toy.store.reading(access).dossier(toy.subject));
  if (dossier !== expected) wrong.push(`round ${rounds}: the dossier differs from the undisturbed one`);
  await toy.remove();
  rounds++;
}
console.log(
  `${killed} kills (${interruptedWithWork} after the first acknowledged run), ${rounds} dossiers, ${wrong.length} faults`,
);
for (const line of wrong.slice(0, 20)) console.log(`  ${line}`);
process.exitCode = wrong.length > 0 || interruptedWithWork === 0 ? 1 : 0;

import { contentId } from '../../dossier/canonical.ts';
import { Entry } from '../../dossier/entry.ts';
import { FormAnswer, formAnswers, type KeptFormAnswer } from '../../dossier/safetyEntries.ts';
import type { Access, Store } from '../../dossier/store.ts';
import type { Instrument } from '../../forms/instrument.ts';
import { planOfDay } from '../../plan/keepPlan.ts';
import type { FormAnswers } from './answers.ts';

/** A form as it stands when something is to be kept of it. */
export interface FormNow {
  subject: string;
  /** Id of the account: each has a draft of its own. */
  account: string;
  answers: FormAnswers;
  filledBy: 'patient' | 'clinician';
  /** When the draft was begun: another draft of the same form is another occasion. */
  startedAt: string;
  state: FormAnswer['state'];
  /** Of a completed form: the source that it became. */
  source?: string;
}

/**
 * Keeps the positive safety answers of a form at once, as entries that the plan reads: whatever becomes of the form, an
 * answer that was given is not lost. An answer that is changed or removed afterwards, and a form that is thrown away, are
 * entries that follow; the highest answer stands. Resolves, once they are on disk and the plan says so, with the answers that stand.
 */
export async function keepSafetyAnswers(
  store: Store,
  instrument: Instrument,
  form: FormNow,
  said: { access: Access; author: string; role: string; at: string; knowledgeDirectory?: string | undefined },
): Promise<FormAnswers> {
  if (instrument.safety.length === 0) return {};
  const { subject } = form;
  const { entries } = await store.reading(said.access).dossier(subject);
  const kept = formAnswers(entries);
  const given: FormAnswers = {};
  const fresh = instrument.safety.flatMap(({ item, code, display, positiveFrom }) => {
    const place = `${subject}|${code}|form|${form.account}|${form.startedAt}`;
    const before = kept.find(({ entry }) => entry.slot?.startsWith(`${place}|`));
    const now = form.answers[String(item)] ?? null;
    const isHigher = now !== null && now >= positiveFrom && now > (before?.value ?? Number.NEGATIVE_INFINITY);
    if (!isHigher && before === undefined) return [];
    const content: FormAnswer = {
      form: 'safety-answer',
      instrument: instrument.display,
      measure: code,
      display,
      value: isHigher ? now : before!.value,
      answeredAt: isHigher ? said.at : before!.answeredAt,
      now,
      filledBy: form.filledBy,
      state: form.state,
    };
    given[String(item)] = content.value;
    if (before !== undefined && isSame(before, content)) return [];
    return [entryOf(content, `${place}|${content.value}`, before?.entry.id, form, said)];
  });
  if (fresh.length === 0) return given;
  await store.write(fresh);
  // The list of patients shows what the plan says: it must not wait for somebody to open this one.
  await planOfDay(store, subject, said.at.slice(0, 10), said.access, said.at, said.knowledgeDirectory);
  return given;
}

function isSame(before: KeptFormAnswer, content: FormAnswer): boolean {
  return before.value === content.value && before.now === content.now && before.state === content.state;
}

const became = {
  open: 'the form is open',
  'thrown-away': 'the form was thrown away',
  completed: 'the form is completed',
};

/** The slot names the answer: an action on a weaker one is none on the stronger one that follows. */
function entryOf(
  content: FormAnswer,
  slot: string,
  after: string | undefined,
  { subject, source }: FormNow,
  { author, role, at }: { author: string; role: string; at: string },
): Entry {
  const { display, value, now, state } = content;
  const changed = now === value ? '' : `, now ${now ?? 'without an answer'}`;
  return Entry.parse({
    kind: 'entry',
    id: contentId('entry', { subject, slot, after: after ?? null, content: FormAnswer.parse(content), at }),
    subject,
    type: 'safety-answer',
    author,
    role,
    at,
    targets: source === undefined ? [] : [source],
    slot,
    text: `${display}: ${value}${changed}; ${became[state]}`,
    content,
    ...(after === undefined ? {} : { supersedes: after }),
  });
}

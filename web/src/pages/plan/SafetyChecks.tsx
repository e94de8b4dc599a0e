import { Button, Group, Paper, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanView } from '../../../../src/server/api/review.ts';
import { Links } from '../../parts/Links.tsx';
import { useInstant } from '../../parts/time.ts';
import type { Deeds } from './usePlan.ts';

type Check = PlanView['checks'][number];
type Reviewed = NonNullable<PlanView['review']>['checks'][number];

const edge = {
  now: '6px solid var(--urgent)',
  open: '6px dotted var(--open)',
  historic: '6px double var(--open)',
  acted: '6px solid var(--mantine-color-default-border)',
  answered: '1px solid var(--mantine-color-default-border)',
} as const;

/** Safety checks above everything, in groups that are never merged; each can be acted on or acknowledged. */
export function SafetyChecks({ view, act, mayDecide }: { view: PlanView; act: Deeds; mayDecide: boolean }) {
  const { t } = useTranslation();
  const levels = ['now', 'open', 'historic', 'acted', 'answered'] as const;
  return (
    <section aria-labelledby="safety-title">
      <Text component="h3" id="safety-title" fw={600} fz="1.25rem" mb="xs">
        {t('plan.safety')}
      </Text>
      <Stack gap="xs">
        {levels.map((level) => {
          const checks = view.checks.filter((check) => check.level === level);
          if (checks.length === 0) return null;
          if (level === 'answered') return <Answered key={level} checks={checks} />;
          return (
            <div key={level}>
              <Text
                component="h4"
                size="sm"
                fw={700}
                m={0}
                c={level === 'now' ? 'var(--urgent)' : level === 'acted' ? 'var(--quiet)' : 'var(--open)'}
              >
                {t(`plan.level.${level}`)}
              </Text>
              <Stack gap="xs">
                {checks.map((check) => (
                  <CheckBox
                    key={check.id}
                    check={check}
                    reviewed={view.review?.checks.find(({ id }) => id === check.id)}
                    act={act}
                    mayDecide={mayDecide}
                  />
                ))}
              </Stack>
            </div>
          );
        })}
      </Stack>
    </section>
  );
}

/** Nothing is to be done about these: named in one line, the words of each open. */
function Answered({ checks }: { checks: readonly Check[] }) {
  const { t } = useTranslation();
  return (
    <details className="answered">
      <summary>
        <Text component="span" size="sm" fw={600}>
          {t('plan.level.answered')} ({checks.length}):{' '}
        </Text>
        <Text component="span" size="sm">
          {checks.map(({ title }) => title).join(' · ')}
        </Text>
      </summary>
      <ul className="plain-list">
        {checks.map((check) => (
          <li key={check.id} id={check.id}>
            <strong>{check.title}</strong> {check.statement} <Links links={check.links} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function CheckBox({
  check,
  reviewed,
  act,
  mayDecide,
}: {
  check: Check;
  reviewed: Reviewed | undefined;
  act: Deeds;
  mayDecide: boolean;
}) {
  const { t } = useTranslation();
  const instant = useInstant();
  const [writing, setWriting] = useState<'action' | 'acknowledge'>();
  const [text, setText] = useState('');
  const done = reviewed?.acknowledged;
  const reset = () => {
    setWriting(undefined);
    setText('');
  };
  const save = () =>
    act.mutate(
      {
        do: 'decide',
        command:
          writing === 'action'
            ? { type: 'safety-action', check: check.id, text }
            : { type: 'acknowledge', check: check.id, reason: text },
      },
      { onSuccess: reset },
    );
  return (
    <Paper withBorder p="xs" id={check.id} style={{ borderLeft: edge[check.level] }}>
      <Stack gap={4}>
        <Text size="sm">
          <strong>{check.title}</strong> {check.statement} <Links links={check.links} />
        </Text>
        {check.entered ? <Text size="sm">{check.entered}</Text> : null}
        {check.action ? (
          <Text size="sm" fw={600}>
            {check.action}
          </Text>
        ) : null}
        {done ? (
          <Text size="sm">
            {t('plan.answeredFor')}: {done.text}{' '}
            <Text span size="xs" c="var(--quiet)">
              {t('plan.by', { author: done.author, role: done.role, at: instant(done.at) })}
            </Text>
          </Text>
        ) : null}
        {reviewed?.notes
          .filter(({ entry }) => entry !== done?.entry)
          .map((note) => (
            <ActionNote key={note.entry} note={note} act={act} mayChange={mayDecide && note.action === 'stands'} />
          ))}
        {mayDecide ? (
          <Group gap="xs" className="no-print">
            {(check.level === 'acted' ? (['action'] as const) : (['action', 'acknowledge'] as const)).map((one) => (
              <Button
                key={one}
                size="compact-xs"
                variant="default"
                aria-expanded={writing === one}
                onClick={() => setWriting(writing === one ? undefined : one)}
              >
                {t(one === 'action' ? 'plan.recordAction' : 'plan.acknowledge')} …
              </Button>
            ))}
          </Group>
        ) : null}
        {writing ? (
          <Group align="end" gap="xs" className="no-print">
            <Textarea
              style={{ flex: 1, minWidth: 200 }}
              label={t(writing === 'action' ? 'plan.actionText' : 'plan.acknowledgeText')}
              description={t('plan.actionHint')}
              autosize
              autoFocus
              required
              maxLength={4000}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === 'Escape') setWriting(undefined);
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && text.trim() !== '') save();
              }}
            />
            <Button size="xs" disabled={text.trim() === ''} loading={act.isPending} onClick={save}>
              {t('app.save')}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Paper>
  );
}

/** What somebody noted or did about a check. An action can be put right or taken back; what it said stays readable. */
function ActionNote({ note, act, mayChange }: { note: Reviewed['notes'][number]; act: Deeds; mayChange: boolean }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const [changing, setChanging] = useState<'correct' | 'takeBack'>();
  const [text, setText] = useState('');
  const key =
    note.action === 'takes-back' ? 'actionBack' : note.type === 'safety-action' ? 'actionDone' : ('notes' as const);
  const begin = (how: 'correct' | 'takeBack') => {
    setChanging(changing === how ? undefined : how);
    setText(how === 'correct' ? note.text : '');
  };
  const save = () =>
    act.mutate(
      {
        do: 'decide',
        command: { type: 'change-safety-action', entry: note.entry, takeBack: changing === 'takeBack', text },
      },
      { onSuccess: () => setChanging(undefined) },
    );
  return (
    <div>
      <Text size="sm" td={note.action === 'followed' ? 'line-through' : undefined}>
        {t(`plan.${key}`)}: {note.text}{' '}
        <Text span size="xs" c="var(--quiet)">
          {t('plan.by', { author: note.author, role: note.role, at: instant(note.at) })}
        </Text>
      </Text>
      {mayChange ? (
        <Group gap="xs" className="no-print">
          {(['correct', 'takeBack'] as const).map((how) => (
            <Button
              key={how}
              size="compact-xs"
              variant="subtle"
              aria-expanded={changing === how}
              onClick={() => begin(how)}
            >
              {t(`plan.action.${how}`)} …
            </Button>
          ))}
        </Group>
      ) : null}
      {changing ? (
        <Group align="end" gap="xs" className="no-print">
          <Textarea
            style={{ flex: 1, minWidth: 200 }}
            label={t(changing === 'correct' ? 'plan.actionText' : 'plan.action.whyBack')}
            description={t('plan.actionHint')}
            autosize
            autoFocus
            required
            maxLength={4000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button size="xs" disabled={text.trim() === ''} loading={act.isPending} onClick={save}>
            {t('app.save')}
          </Button>
        </Group>
      ) : null}
    </div>
  );
}

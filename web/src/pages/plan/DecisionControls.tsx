import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanView } from '../../../../src/server/api/review.ts';
import { useInstant } from '../../parts/time.ts';
import { Differences } from './Differences.tsx';
import type { Deeds } from './usePlan.ts';

type Line = PlanView['lines'][number];
type Reviewed = NonNullable<PlanView['review']>['lines'][number];
export type Writing = 'modify' | 'reject' | undefined;

interface Props {
  line: Line;
  reviewed: Reviewed | undefined;
  act: Deeds;
  mayDecide: boolean;
  writing: Writing;
  setWriting(writing: Writing): void;
}

/** The decision on a line, and the controls that make, change or take it back. What was typed stays until it is kept. */
export function DecisionControls({ line, reviewed, act, mayDecide, writing, setWriting }: Props) {
  const { t } = useTranslation();
  const [wording, setWording] = useState(line.action);
  const [reason, setReason] = useState('');
  const decision = reviewed?.decision;
  const decide = (given: 'accept' | 'modify' | 'reject' | 'taken-back') =>
    act.mutate(
      {
        do: 'decide',
        command: {
          type: 'decide',
          line: line.id,
          decision: given,
          ...(given === 'modify' ? { wording } : {}),
          ...(given === 'modify' || given === 'reject' ? { reason } : {}),
        },
      },
      {
        onSuccess: () => {
          setWriting(undefined);
          setReason('');
        },
      },
    );
  const complete = reason.trim() !== '' && (writing !== 'modify' || wording.trim() !== '');
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setWriting(undefined);
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && complete && writing) decide(writing);
  };
  return (
    <Stack gap="xs" className="no-print-controls">
      {decision ? <Decision decision={decision} /> : <Text size="sm">{t('plan.undecided')}</Text>}
      {(reviewed?.history.length ?? 0) > 1 ? <History all={reviewed?.history ?? []} /> : null}
      {reviewed?.notes.map((note) => (
        <Text key={note.entry} size="sm">
          {t('plan.notes')}: {note.text} <ByLine {...note} />
        </Text>
      ))}
      {mayDecide ? (
        <Group gap="xs" className="no-print" role="group" aria-label={t('plan.decide', { action: line.action })}>
          <Button size="xs" variant="default" disabled={act.isPending} onClick={() => decide('accept')}>
            {t('plan.accept')}
          </Button>
          {(['modify', 'reject'] as const).map((one) => (
            <Button
              key={one}
              size="xs"
              variant="default"
              aria-expanded={writing === one}
              onClick={() => setWriting(writing === one ? undefined : one)}
            >
              {t(`plan.${one}`)} …
            </Button>
          ))}
          {decision ? (
            <Button size="xs" variant="subtle" disabled={act.isPending} onClick={() => decide('taken-back')}>
              {t('plan.takeBack')}
            </Button>
          ) : null}
        </Group>
      ) : null}
      {mayDecide && writing ? (
        <Stack gap="xs" onKeyDown={onKeyDown} className="no-print">
          {writing === 'modify' ? (
            <Textarea
              label={t('plan.wording')}
              value={wording}
              autosize
              minRows={2}
              maxLength={4000}
              onChange={(event) => setWording(event.currentTarget.value)}
            />
          ) : null}
          <Textarea
            label={t('plan.reason')}
            description={t('plan.reasonHint')}
            value={reason}
            autosize
            required
            data-autofocus
            autoFocus
            maxLength={4000}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group gap="xs">
            <Button size="xs" disabled={!complete} loading={act.isPending} onClick={() => decide(writing)}>
              {t('plan.saveDecision')}
            </Button>
            <Button size="xs" variant="subtle" onClick={() => setWriting(undefined)}>
              {t('app.cancel')}
            </Button>
          </Group>
        </Stack>
      ) : null}
    </Stack>
  );
}

function ByLine({ author, role, at }: { author: string; role: string; at: string }) {
  const { t } = useTranslation();
  const instant = useInstant();
  return (
    <Text span size="xs" c="var(--quiet)">
      {t('plan.by', { author, role, at: instant(at) })}
    </Text>
  );
}

function Decision({ decision }: { decision: NonNullable<Reviewed['decision']> }) {
  const { t } = useTranslation();
  const { standing, wording, reason, changed } = decision;
  const said = (
    <Text size="sm">
      <strong>{t(`plan.decided.${decision.decision}`)}</strong>
      {wording ? `: “${wording}”` : ''}
      {reason ? `${wording ? ' ' : ': '}${reason}` : ''} <ByLine {...decision} />
    </Text>
  );
  if (standing === 'stands') return said;
  return (
    <Alert color="orange" variant="light" title={t('plan.earlierVersion')}>
      {said}
      <Differences all={changed} />
    </Alert>
  );
}

function History({ all }: { all: Reviewed['history'] }) {
  const { t } = useTranslation();
  return (
    <details>
      <summary>{t('plan.history', { count: all.length })}</summary>
      {all.map((one) => (
        <Text key={one.entry} size="sm">
          {t(`plan.decided.${one.decision}`)}
          {one.wording ? `: “${one.wording}”` : ''}
          {one.reason ? `: ${one.reason}` : ''} <ByLine {...one} />
        </Text>
      ))}
    </details>
  );
}

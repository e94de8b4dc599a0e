import { Alert, Anchor, Button, List, Modal, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanView } from '../../../../src/server/api/review.ts';
import { call } from '../../api/client.ts';
import { Loading, Trouble } from '../../parts/states.tsx';
import { useInstant } from '../../parts/time.ts';
import { Differences } from './Differences.tsx';
import type { Deeds } from './usePlan.ts';

type Review = NonNullable<PlanView['review']>;

/** Signature, what stands in its way, what changed since, amendment, and earlier signatures as they were. */
export function SignPanel({
  subject,
  review,
  act,
  maySign,
}: {
  subject: string;
  review: Review;
  act: Deeds;
  maySign: boolean;
}) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<string>();
  const { signature, earlierSignatures, changes, blocking } = review;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="sign-title">
      <Stack gap="sm">
        <Title order={3} id="sign-title">
          {t('plan.sign.title')}
        </Title>
        {signature ? <Signed one={signature} onShow={setShown} /> : null}
        {changes.length > 0 ? (
          <Alert color="orange" variant="light" title={t('plan.sign.changes', { count: changes.length })}>
            <List size="sm">
              {changes.map((change) => (
                <List.Item key={`${change.what} ${change.slot}`}>
                  {change.says}
                  <Differences all={change.changed} />
                </List.Item>
              ))}
            </List>
          </Alert>
        ) : null}
        {blocking.length > 0 ? (
          <div>
            <Text size="sm" fw={600}>
              {t('plan.sign.blocked')}
            </Text>
            <Blocking all={blocking.slice(0, blockingShown)} />
            {blocking.length > blockingShown ? (
              <details className="more-notes">
                <summary>{t('app.andMore', { count: blocking.length - blockingShown })}</summary>
                <Blocking all={blocking.slice(blockingShown)} />
              </details>
            ) : null}
          </div>
        ) : (
          <Text size="sm">{t('plan.sign.ready')}</Text>
        )}
        {maySign ? (
          <SignForm act={act} amends={signature !== undefined} blocked={blocking.length > 0} />
        ) : (
          <Text size="sm" c="var(--quiet)">
            {t('plan.sign.mayNot')}
          </Text>
        )}
        {earlierSignatures.length > 0 ? (
          <div>
            <Text size="sm" fw={600}>
              {t('plan.sign.earlier')}
            </Text>
            {earlierSignatures.map((one) => (
              <Signed key={one.entry} one={one} onShow={setShown} />
            ))}
          </div>
        ) : null}
      </Stack>
      <Modal
        opened={shown !== undefined}
        onClose={() => setShown(undefined)}
        title={t('plan.sign.content')}
        size="xl"
        closeButtonProps={{ 'aria-label': t('app.close') }}
      >
        {shown ? <SignedContent subject={subject} record={shown} /> : null}
      </Modal>
    </Paper>
  );
}

const blockingShown = 5;

function Blocking({ all }: { all: Review['blocking'] }) {
  const { t } = useTranslation();
  return (
    <List size="sm">
      {all.map(({ id, title, type }) => (
        <List.Item key={id}>
          <Anchor href={`#${id}`} size="sm" underline="always">
            {title}
          </Anchor>{' '}
          ({t(type === 'line' ? 'plan.sign.needsLine' : 'plan.sign.needsCheck')})
        </List.Item>
      ))}
    </List>
  );
}

function Signed({ one, onShow }: { one: NonNullable<Review['signature']>; onShow(entry: string): void }) {
  const { t } = useTranslation();
  const instant = useInstant();
  return (
    <div>
      <Text size="sm">{t('plan.sign.signed', { author: one.author, role: one.role, at: instant(one.at) })}</Text>
      {one.reason ? <Text size="sm">{t('plan.sign.amended', { reason: one.reason })}</Text> : null}
      {one.statement ? <Text size="sm">“{one.statement}”</Text> : null}
      <Text size="xs" c="var(--quiet)" style={{ overflowWrap: 'anywhere' }}>
        {t('plan.sign.hash', { hash: one.sha256 })}
      </Text>
      <Button size="compact-xs" variant="subtle" className="no-print" onClick={() => onShow(one.entry)}>
        {t('plan.sign.show')}
      </Button>
    </div>
  );
}

function SignForm({ act, amends, blocked }: { act: Deeds; amends: boolean; blocked: boolean }) {
  const { t } = useTranslation();
  const [statement, setStatement] = useState('');
  const [reason, setReason] = useState('');
  const sign = () =>
    act.mutate(
      {
        do: 'sign',
        ...(statement.trim() === '' ? {} : { statement }),
        ...(amends ? { amend: { reason } } : {}),
      },
      {
        onSuccess: () => {
          setStatement('');
          setReason('');
        },
      },
    );
  return (
    <Stack gap="xs" className="no-print">
      {amends ? (
        <Textarea
          label={t('plan.sign.amendReason')}
          required
          autosize
          maxLength={4000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      ) : null}
      <Textarea
        label={t('plan.sign.statement')}
        autosize
        maxLength={4000}
        value={statement}
        onChange={(event) => setStatement(event.currentTarget.value)}
      />
      <Text size="xs" c="var(--quiet)">
        {t('plan.sign.confirm')}
      </Text>
      <Button disabled={blocked || (amends && reason.trim() === '')} loading={act.isPending} onClick={sign}>
        {t(amends ? 'plan.sign.amend' : 'plan.sign.do')}
      </Button>
    </Stack>
  );
}

function SignedContent({ subject, record }: { subject: string; record: string }) {
  const { t } = useTranslation();
  const { data, error, isPending } = useQuery({
    queryKey: ['patient', subject, 'signed', record],
    queryFn: () => call('plan.signed', { params: { subject, record } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (isPending) return <Loading />;
  if (error) return <Trouble error={error} />;
  return (
    <Stack gap="sm">
      <Text size="sm" c="var(--quiet)">
        {t('plan.asOf', { day: data.asOf })}, {data.program}
      </Text>
      {data.checks.map(({ id, content, acknowledgement }) => (
        <Text size="sm" key={id}>
          <strong>
            {content.display}: {content.state}
          </strong>{' '}
          {content.statement} {acknowledgement ? `(${acknowledgement.author}: ${acknowledgement.reason ?? ''})` : ''}
        </Text>
      ))}
      {data.lines.map(({ id, content, decision }) => (
        <div key={id}>
          <Text size="sm" fw={600}>
            [{t(`plan.urgency.${content.urgency}`)}] {content.action}
          </Text>
          <Text size="sm">
            {decision
              ? `${t(`plan.decided.${decision.decision}`)}${decision.wording ? `: “${decision.wording}”` : ''}${decision.reason ? `: ${decision.reason}` : ''} (${decision.author})`
              : t('plan.undecided')}
          </Text>
        </div>
      ))}
      <details>
        <summary>
          {t('plan.compare.kind.finding')}: {data.findings.length}
        </summary>
        {data.findings.map(({ id, title, says }) => (
          <Text size="xs" key={id}>
            {title}: {says}
          </Text>
        ))}
      </details>
    </Stack>
  );
}

import { Badge, Button, Group, Paper, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanView } from '../../../../src/server/api/review.ts';
import { urlOf } from '../../api/client.ts';
import type { Deeds } from './usePlan.ts';

type Release = NonNullable<PlanView['review']>['release'];
type Item = Release['items'][number];

/** What may leave for the patient: item by item, with the page as it would leave now. */
export function ReleasePanel({
  subject,
  release,
  plain,
  act,
  mayRelease,
}: {
  subject: string;
  release: Release;
  plain: PlanView['plain'];
  act: Deeds;
  mayRelease: boolean;
}) {
  const { t, i18n } = useTranslation();
  const [preview, setPreview] = useState(false);
  const { open, closedBecause, items, voided } = release;
  const state = items.map((one) => `${one.item}${one.state}${one.wording ?? ''}`).join();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="release-title" className="no-print">
      <Stack gap="sm">
        <Title order={3} id="release-title">
          {t('plan.release.title')}
        </Title>
        <Text size="sm">{t('plan.release.hint')}</Text>
        {open ? null : (
          <Text size="sm" c="var(--open)" fw={600}>
            {closedBecause}
          </Text>
        )}
        {voided > 0 ? <Text size="sm">{t('plan.release.voided', { count: voided })}</Text> : null}
        {items.map((item) => (
          <ReleaseItem
            key={item.item}
            item={item}
            plain={plain[item.item]?.[i18n.language === 'de' ? 'de' : 'en']}
            act={act}
            may={mayRelease && open}
          />
        ))}
        {mayRelease && items.length > 0 ? (
          <Group>
            <Button size="xs" variant="default" aria-expanded={preview} onClick={() => setPreview(!preview)}>
              {t('plan.release.preview')}
            </Button>
          </Group>
        ) : null}
        {preview ? (
          <iframe
            key={state}
            sandbox=""
            title={t('plan.release.previewFrame')}
            src={urlOf('report.patientPreview', { params: { subject }, query: { language: i18n.language } })}
            style={{ width: '100%', height: 480, border: '1px solid var(--mantine-color-default-border)' }}
          />
        ) : null}
      </Stack>
    </Paper>
  );
}

function ReleaseItem({
  item,
  plain,
  act,
  may,
}: {
  item: Item;
  /** The sentence that the page has for it, in the language of the reader. */
  plain: string | undefined;
  act: Deeds;
  may: boolean;
}) {
  const { t } = useTranslation();
  const [writing, setWriting] = useState<'give' | 'hold'>();
  const [reason, setReason] = useState('');
  const [wording, setWording] = useState('');
  // The sentence of a rule does not leave for a line that was changed or turned down.
  const holds = item.decision === undefined || item.decision === 'accept';
  const needsReason = writing === 'hold' || item.sensitive !== undefined;
  const send = () =>
    act.mutate(
      {
        do: 'release',
        items: [
          {
            item: item.item,
            released: writing === 'give',
            ...(needsReason && reason.trim() !== '' ? { reason } : {}),
            ...(writing === 'give' && wording.trim() !== '' ? { wording } : {}),
          },
        ],
      },
      {
        onSuccess: () => {
          setWriting(undefined);
          setReason('');
          setWording('');
        },
      },
    );
  return (
    <div>
      <Group gap="xs">
        <Badge variant={item.state === 'released' ? 'filled' : 'outline'} tt="none">
          {t(`plan.release.${item.state}`)}
        </Badge>
        <Text size="xs" c="var(--quiet)">
          {t(`plan.release.types.${item.type}`)}
        </Text>
        {item.sensitive ? (
          <Badge variant="outline" color="orange" tt="none" c="var(--open)">
            {t('plan.release.sensitive', { kind: item.sensitive })}
          </Badge>
        ) : null}
      </Group>
      <Text size="sm">
        <strong>{item.title}</strong>: {item.says}
      </Text>
      {item.type === 'line' ? (
        <Text size="sm" fw={600} c={item.decision === 'reject' ? 'var(--urgent)' : undefined}>
          {item.decision ? t(`plan.decided.${item.decision}`) : t('plan.undecided')}
        </Text>
      ) : null}
      <Text size="sm" className="patient-reads">
        {t('plan.release.reads')} {item.wording ?? (holds ? plain : undefined) ?? t('plan.release.noSentence')}
      </Text>
      {item.reason ? (
        <Text size="xs" c="var(--quiet)">
          {item.by?.author}: {item.reason}
        </Text>
      ) : null}
      {may ? (
        <Group gap="xs" mt={2}>
          {(['give', 'hold'] as const).map((one) => (
            <Button
              key={one}
              size="compact-xs"
              variant="default"
              aria-expanded={writing === one}
              aria-label={`${t(`plan.release.${one}`)}: ${item.title}`}
              onClick={() => setWriting(writing === one ? undefined : one)}
            >
              {t(`plan.release.${one}`)} …
            </Button>
          ))}
        </Group>
      ) : null}
      {may && writing ? (
        <Stack gap="xs" mt="xs">
          {writing === 'give' ? (
            <Textarea
              label={t('plan.release.wording')}
              autosize
              maxLength={4000}
              value={wording}
              onChange={(event) => setWording(event.currentTarget.value)}
            />
          ) : null}
          {needsReason ? (
            <TextInput
              required
              label={t(writing === 'give' ? 'plan.release.reasonSensitive' : 'plan.release.reasonHold')}
              maxLength={4000}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          ) : null}
          <Group gap="xs">
            <Button size="xs" loading={act.isPending} disabled={needsReason && reason.trim() === ''} onClick={send}>
              {t(`plan.release.${writing}`)}
            </Button>
            <Button size="xs" variant="subtle" onClick={() => setWriting(undefined)}>
              {t('app.cancel')}
            </Button>
          </Group>
        </Stack>
      ) : null}
    </div>
  );
}

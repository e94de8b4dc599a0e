import { Alert, Badge, Button, Group, Modal, Radio, Stack, Table, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IdentitiesView, PatientRow, TransferView } from '../../../../src/server/api/patients.ts';
import { ApiError, call } from '../../api/client.ts';
import { Loading, Trouble } from '../../parts/states.tsx';
import { useInstant } from '../../parts/time.ts';
import { Found } from './Found.tsx';
import { useForget, useIdentities } from './usePatients.ts';
import { useWords } from './words.ts';

interface Props {
  row: PatientRow;
  onDone(done: TransferView): void;
  onClose(): void;
}

/** Two patients side by side, who takes everything in, and why. */
export function MergeDialog({ row, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const about = useIdentities(row.subject);
  const [other, setOther] = useState<PatientRow>();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('patients.merge.title')}
      size="lg"
      className="patients-dialog"
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <Stack gap="md">
        <Text size="sm">{t('patients.merge.intro')}</Text>
        {about.isPending ? <Loading /> : null}
        {about.error ? <Trouble error={about.error} retry={() => void about.refetch()} /> : null}
        {about.data && !other ? <Found not={row.subject} alike={about.data.alike} onChoose={setOther} /> : null}
        {about.data && !other ? <ToldApart subject={row.subject} all={about.data.apart} /> : null}
        {other ? (
          <Compare
            row={row}
            other={other}
            isAlike={about.data?.alike.some(({ subject }) => subject === other.subject) === true}
            onOther={() => setOther(undefined)}
            onDone={onDone}
            onClose={onClose}
          />
        ) : null}
      </Stack>
    </Modal>
  );
}

function Compare({
  row,
  other,
  isAlike,
  onOther,
  onDone,
  onClose,
}: {
  row: PatientRow;
  other: PatientRow;
  /** The list suggests that they are one person. */
  isAlike: boolean;
  onOther(): void;
  onDone(done: TransferView): void;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const words = useWords();
  const forget = useForget();
  const [into, setInto] = useState(row.findings >= other.findings ? row.subject : other.subject);
  const [reason, setReason] = useState('');
  const from = into === row.subject ? other.subject : row.subject;
  const seen = { [row.subject]: row.sequence, [other.subject]: other.sequence };
  const merge = useMutation({
    mutationFn: () => call('patients.merge', { params: { subject: from }, body: { into, reason, seen } }),
    onSuccess: async (done) => {
      await forget();
      onDone(done);
    },
  });
  const apart = useMutation({
    mutationFn: () =>
      call('patients.apart', { params: { subject: row.subject }, body: { other: other.subject, apart: true, reason } }),
    onSuccess: async () => {
      await forget();
      onClose();
    },
  });
  const both = [row, other];
  const lines = {
    names: both.map(({ names, label }) => (names.length > 0 ? names : [label])),
    numbers: both.map(({ numbers }) => numbers.map(({ system, value }) => `${value} (${system})`)),
    birthDates: both.map(words.births),
    sex: both.map(({ sex }) => (sex === undefined ? [] : [t(`patients.sex.${sex}`)])),
    data: both.map(words.data),
    findings: both.map(({ findings }) => [String(findings)]),
  };
  const differs = (key: keyof typeof lines) => {
    const [one, two] = lines[key] as [string[], string[]];
    return one.length > 0 && two.length > 0 && !one.some((value) => two.includes(value));
  };
  const contradicts = differs('birthDates') || differs('sex');
  const changed = merge.error instanceof ApiError && merge.error.status === 409;
  return (
    <Stack gap="md">
      <Table.ScrollContainer minWidth={320}>
        <Table className="compare-table" withTableBorder>
          <Table.Thead>
            <Table.Tr>
              <Table.Td />
              {both.map(({ subject, label }, index) => (
                <Table.Th key={subject} scope="col">
                  <Text size="xs" c="var(--quiet)">
                    {t(index === 0 ? 'patients.merge.this' : 'patients.merge.other')}
                  </Text>
                  {label} {label === subject ? '' : `(${subject})`}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(Object.keys(lines) as (keyof typeof lines)[]).map((key) => (
              <Table.Tr key={key}>
                <Table.Th scope="row">
                  {t(`patients.merge.row.${key}`)}{' '}
                  {(key === 'birthDates' || key === 'sex' || key === 'names') && differs(key) ? (
                    <Badge color="orange" variant="outline" size="sm" tt="none">
                      {t('patients.merge.differs')}
                    </Badge>
                  ) : null}
                </Table.Th>
                {lines[key].map((values, index) => (
                  <Table.Td key={both[index]!.subject}>{values.join(', ') || '–'}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {contradicts ? (
        <Alert color="orange" variant="light">
          {t('patients.merge.contradiction')}
        </Alert>
      ) : null}
      <Radio.Group label={t('patients.merge.keeps')} value={into} onChange={setInto}>
        <Group gap="lg" mt={4}>
          {both.map(({ subject, label }) => (
            <Radio key={subject} value={subject} label={label === subject ? subject : `${label} (${subject})`} />
          ))}
        </Group>
      </Radio.Group>
      <Textarea
        label={t('patients.reason')}
        description={t('patients.reasonHint')}
        required
        autosize
        minRows={2}
        maxLength={2000}
        value={reason}
        data-autofocus
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {merge.error ? (
        <Trouble error={changed ? new Error(`${t('patients.changed')}: ${merge.error.message}`) : merge.error} />
      ) : null}
      {apart.error ? <Trouble error={apart.error} /> : null}
      <Group justify="space-between">
        <Button variant="subtle" onClick={onOther}>
          {changed ? t('patients.look') : t('patients.merge.another')}
        </Button>
        {isAlike ? (
          <Button
            variant="default"
            disabled={reason.trim() === ''}
            loading={apart.isPending}
            onClick={() => apart.mutate()}
          >
            {t('patients.merge.apart')}
          </Button>
        ) : null}
        <Button disabled={reason.trim() === '' || changed} loading={merge.isPending} onClick={() => merge.mutate()}>
          {t('patients.merge.confirm', { from, into })}
        </Button>
      </Group>
    </Stack>
  );
}

/** Who looks alike and was said to be somebody else. It can be taken back, with a reason. */
function ToldApart({ subject, all }: { subject: string; all: IdentitiesView['apart'] }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const forget = useForget();
  const [taking, setTaking] = useState<string>();
  const [reason, setReason] = useState('');
  const back = useMutation({
    mutationFn: (other: string) =>
      call('patients.apart', { params: { subject }, body: { other, apart: false, reason } }),
    onSuccess: async () => {
      setTaking(undefined);
      await forget();
    },
  });
  if (all.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {t('patients.merge.apartTitle')}
      </Text>
      {all.map(({ other, author, at, reason: why }) => (
        <Stack key={other} gap={4}>
          <Group justify="space-between" gap="sm">
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              <strong>{other}</strong> {why}{' '}
              <Text span size="xs" c="var(--quiet)">
                {author}, {instant(at)}
              </Text>
            </Text>
            <Button size="compact-sm" variant="default" onClick={() => setTaking(taking === other ? undefined : other)}>
              {t('patients.merge.apartBack')} …
            </Button>
          </Group>
          {taking === other ? (
            <Group align="end" gap="xs">
              <Textarea
                style={{ flex: 1, minWidth: 200 }}
                label={t('patients.reason')}
                required
                autosize
                maxLength={2000}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
              <Button
                size="xs"
                disabled={reason.trim() === ''}
                loading={back.isPending}
                onClick={() => back.mutate(other)}
              >
                {t('app.save')}
              </Button>
            </Group>
          ) : null}
        </Stack>
      ))}
      {back.error ? <Trouble error={back.error} /> : null}
    </div>
  );
}

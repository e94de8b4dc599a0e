import { Alert, Anchor, Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { call, send, urlOf } from '../../api/client.ts';
import { useMay } from '../../app/session.tsx';
import { useSubject } from '../../app/subject.ts';
import { saveAs } from '../../parts/saveAs.ts';
import { Loading, Trouble } from '../../parts/states.tsx';

type Handed = { route: 'report.export' | 'report.patientExport'; format: 'html' | 'pdf' | 'fhir' };

/** The report as it leaves: preview without script, signature, and the forms in which it can be handed out. */
export default function Report() {
  const { t, i18n } = useTranslation();
  const subject = useSubject();
  const mayExport = useMay('report:export');
  // Of a long record the preview takes seconds; an empty frame would look like an empty report.
  const [drawn, setDrawn] = useState(false);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['patient', subject, 'report'],
    queryFn: ({ signal }) => call('report.state', { params: { subject } }, { signal }),
  });
  const handOut = useMutation({
    mutationFn: async ({ route, format }: Handed) => {
      const query = route === 'report.patientExport' ? { language: i18n.language } : {};
      await saveAs(await send(route, { params: { subject, format }, query }, {}));
    },
  });
  if (isPending) return <Loading what={t('report.title')} />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  const { signed, pdf, patientPage } = data;
  const button = (route: Handed['route'], format: Handed['format'], disabled = false) => {
    const { variables, isPending: making } = handOut;
    return (
      <Button
        size="xs"
        variant="default"
        disabled={disabled || (format === 'pdf' && !pdf)}
        loading={making && variables.route === route && variables.format === format}
        onClick={() => handOut.mutate({ route, format })}
      >
        {t(`report.${format}`)}
      </Button>
    );
  };
  return (
    <Stack gap="md">
      <Group justify="space-between" align="baseline">
        <Title order={2}>{t('report.title')}</Title>
        <Badge size="lg" tt="none" variant="outline" role="status">
          {t(`plan.status.${signed.status}`)}
        </Badge>
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {signed.words} {signed.status === 'draft' ? t('report.unsigned') : ''}{' '}
        <Anchor component={Link} href={`/patients/${subject}/plan`} size="sm" underline="always">
          {t('report.toPlan')}
        </Anchor>
      </Text>
      {mayExport ? (
        <Paper withBorder p="md" component="section" className="no-print">
          <Stack gap="sm">
            <Group gap="xs">
              <Text fw={600}>{t('report.export')}</Text>
              {button('report.export', 'html')}
              {button('report.export', 'pdf')}
              {button('report.export', 'fhir')}
            </Group>
            <Group gap="xs">
              <Text fw={600}>{t('report.patient')}</Text>
              {button('report.patientExport', 'html', !patientPage.open || patientPage.released === 0)}
              {button('report.patientExport', 'pdf', !patientPage.open || patientPage.released === 0)}
              <Text size="sm">
                {patientPage.open
                  ? t('report.patientReleased', { count: patientPage.released })
                  : patientPage.closedBecause}
              </Text>
            </Group>
            {pdf ? null : (
              <Alert color="gray" variant="light">
                {t('report.noPdf')}
              </Alert>
            )}
            <Text size="xs" c="var(--quiet)">
              {t('report.exportHint')}
            </Text>
            {handOut.error ? <Trouble error={handOut.error} /> : null}
          </Stack>
        </Paper>
      ) : (
        <Text size="sm" c="var(--quiet)">
          {t('report.mayNot')}
        </Text>
      )}
      {drawn ? null : (
        <Text role="status" size="sm" c="var(--quiet)">
          {t('report.frame')} …
        </Text>
      )}
      <iframe
        sandbox=""
        onLoad={() => setDrawn(true)}
        title={t('report.frame')}
        src={urlOf('report.preview', { params: { subject } })}
        style={{ width: '100%', height: '75vh', border: '1px solid var(--mantine-color-default-border)' }}
      />
    </Stack>
  );
}

import { Card, SimpleGrid, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Driver } from '../../../../../src/report/pain/drivers.ts';
import { useSubject } from '../../../app/subject.ts';
import { WhyLink } from '../../../patient/Why.tsx';
import { Missing } from './PainPart.tsx';

const knownShown = 6;
const planShown = 3;

/** The first of many lines; the others open. */
function Some({ most, children }: { most: number; children: ReactNode[] }) {
  const { t } = useTranslation();
  if (children.length <= most + 1) return children;
  return (
    <>
      {children.slice(0, most)}
      <details className="more-notes">
        <summary>{t('app.andMore', { count: children.length - most })}</summary>
        {children.slice(most)}
      </details>
    </>
  );
}

function Known({ line }: { line: Driver['known'][number] }) {
  const { t } = useTranslation();
  const { finding, name, value, time, reference, reliability, doubt } = line;
  return (
    <Text size="sm">
      {name}:{' '}
      <WhyLink record={finding} label={`${name} ${value}`}>
        <strong>{value}</strong>
      </WhyLink>{' '}
      <Text component="span" size="xs" c="var(--quiet)">
        {[time?.slice(0, 10) ?? t('pain.undated'), reference, reliability].filter(Boolean).join(' · ')}
      </Text>
      {doubt ? (
        <Text component="span" size="xs" c="var(--open)">
          {' '}
          {doubt}
        </Text>
      ) : null}
    </Text>
  );
}

/** What may drive the pain, by domain: known with its reference, missing, and the plan lines that rest on it. */
export function Drivers({ drivers }: { drivers: readonly Driver[] }) {
  const { t } = useTranslation();
  const subject = useSubject();
  return (
    <section aria-labelledby="pain-drivers">
      <Title order={3} id="pain-drivers">
        {t('pain.drivers')}
      </Title>
      <Text size="sm" c="var(--quiet)" mb="xs">
        {t('pain.noWeights')}
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        {drivers.map(({ domain, remark, known, missing, plan }) => (
          <Card key={domain} withBorder padding="sm" component="article" aria-labelledby={`driver-${domain}`}>
            <Title order={4} id={`driver-${domain}`}>
              {t(`pain.domain.${domain}`)}
            </Title>
            <Text size="xs" c="var(--quiet)" mb={4}>
              {remark}
            </Text>
            <Some most={knownShown}>
              {known.map((one) => (
                <Known key={one.finding} line={one} />
              ))}
            </Some>
            {known.length === 0 ? <Text size="sm">{t('pain.nothingKnown')}</Text> : null}
            <Missing all={missing} />
            <Some most={planShown}>
              {plan.map(({ id, action }) => (
                <Text key={id} size="xs" mt={4}>
                  {t('pain.plan')}: <Link href={`/patients/${subject}/plan`}>{action}</Link>
                </Text>
              ))}
            </Some>
          </Card>
        ))}
      </SimpleGrid>
    </section>
  );
}

import { Badge, Card, Group, List, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ArgumentView, PlanLine } from '../../../src/report/planLine.ts';
import { WhyLink } from '../patient/Why.tsx';
import { Links } from './Links.tsx';

/** One line to weigh, with what speaks for it, against it, and what would change it. `children`: the reader's decision. */
export function PlanLineView({ line, children }: { line: PlanLine; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Card withBorder padding="sm" component="article" className={`plan-line ${line.urgency}`} aria-label={line.action}>
      <Stack gap={6}>
        <Group gap="xs" wrap="wrap" align="center">
          <Text fw={700} size="sm" className="verb">
            {line.verbWords}
          </Text>
          <Text size="sm" c="var(--quiet)">
            {t(`line.urgency.${line.urgency}`)}
          </Text>
          <Badge variant="default" tt="none" size="sm">
            {line.strength.grade} ({line.strength.body})
          </Badge>
        </Group>
        <WhyLink record={line.id}>
          <Text component="span" fw={600}>
            {line.action}
          </Text>
        </WhyLink>
        {line.doubt ? (
          <Text size="sm" fw={600} c="var(--open)">
            {line.doubt}
          </Text>
        ) : null}
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm" verticalSpacing={4}>
          <Arguments title={t('line.for')} all={line.for} none={t('line.noneFor')} />
          <Arguments title={t('line.against')} all={line.against} none={t('line.noneAgainst')} />
          {line.conflicts.length > 0 ? <Arguments title={t('line.conflicts')} all={line.conflicts} none="" /> : null}
          {line.wouldChange.length > 0 ? (
            <div>
              <Text size="xs" fw={600} c="var(--quiet)">
                {t('line.wouldChange')}
              </Text>
              <List size="sm" spacing={2}>
                {line.wouldChange.map((one) => (
                  <List.Item key={one}>{one}</List.Item>
                ))}
              </List>
            </div>
          ) : null}
        </SimpleGrid>
        <Text size="xs" c="var(--quiet)">
          {line.lookAgain ? `${t('line.lookAgain')}: ${line.lookAgain}. ` : ''}
          {line.guidance
            .map(({ title, version, date, reference }) => [title, version, date, reference].filter(Boolean).join(', '))
            .join('; ')}
        </Text>
        {line.issues.map((issue, i) => (
          <Text key={i} size="xs" className={`issue ${issue.severity}`}>
            {issue.message}
          </Text>
        ))}
        {line.decision && children === undefined ? <Text size="sm">{line.decision}</Text> : null}
        {children}
      </Stack>
    </Card>
  );
}

function Arguments({ title, all, none }: { title: string; all: readonly ArgumentView[]; none: string }) {
  return (
    <div>
      <Text size="xs" fw={600} c="var(--quiet)">
        {title}
      </Text>
      {all.length === 0 ? (
        <Text size="sm" c="var(--quiet)">
          {none}
        </Text>
      ) : (
        <List size="sm" spacing={2}>
          {all.map(({ text, links }) => (
            <List.Item key={text}>
              {text} <Links links={links} />
            </List.Item>
          ))}
        </List>
      )}
    </div>
  );
}

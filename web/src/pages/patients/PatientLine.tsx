import { ActionIcon, Badge, Button, Group, Menu, Text } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { PatientRow } from '../../../../src/server/api/patients.ts';
import { useWords } from './words.ts';

interface Props {
  row: PatientRow;
  /** The one line that the Tab key reaches. */
  active: boolean;
  mayChange: boolean;
  link: Ref<HTMLAnchorElement>;
  onFocus(): void;
  onMerge(): void;
  onIdentities(): void;
}

/** One patient: who, what data there are, what is urgent. The name is the link; everything else explains it. */
export function PatientLine({ row, active, mayChange, link, onFocus, onMerge, onIdentities }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const { subject, label, safety, alike } = row;
  const tab = active ? 0 : -1;
  const about = [
    label === subject ? '' : subject,
    ...words.numbers(row),
    ...words.births(row).map((day) => t('patients.born', { day })),
    row.sex === undefined ? '' : t(`patients.sex.${row.sex}`),
  ];
  const has = [
    ...(row.data.length === 0 ? [t('patients.noData')] : words.data(row)),
    row.facts > 0 ? t('patients.facts', { count: row.facts }) : '',
    row.findings > 0 ? t('patients.findings', { count: row.findings }) : '',
    row.lastVisit === undefined ? '' : t('patients.lastVisit', { day: words.day(row.lastVisit) }),
  ];
  return (
    <div className={`patient-line ${safety.urgency}`}>
      <div className="patient-who">
        <Group gap="xs" wrap="wrap">
          <Link href={`/patients/${subject}`} ref={link} tabIndex={tab} onFocus={onFocus} className="patient-link">
            {label}
          </Link>
          {row.composite ? (
            <Badge color="orange" variant="outline" size="sm" tt="none">
              {t('patients.composite')}
            </Badge>
          ) : null}
          {row.synthetic ? (
            <Badge color="gray" variant="outline" size="sm" tt="none">
              {t('patients.synthetic')}
            </Badge>
          ) : null}
          {row.mergedInto === undefined ? null : (
            <Badge color="gray" variant="light" size="sm" tt="none">
              {t('patients.mergedInto', { subject: row.mergedInto })}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="var(--quiet)" className="patient-about">
          {about.filter(Boolean).join(' · ')}
        </Text>
      </div>
      <div className="patient-has">
        <Text size="sm">{has.filter(Boolean).join(' · ')}</Text>
        <Safety safety={safety} />
      </div>
      {mayChange ? (
        <Group gap={4} wrap="nowrap" justify="flex-end" className="no-print">
          {alike.length > 0 ? (
            <Button size="compact-xs" variant="default" tabIndex={tab} onClick={onMerge}>
              {t('patients.alikeMark', { count: alike.length, subjects: alike.slice(0, 3).join(', ') })}
            </Button>
          ) : null}
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" tabIndex={tab} aria-label={t('patients.actions', { label })}>
                <span aria-hidden>⋯</span>
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {row.mergedInto === undefined ? (
                <Menu.Item onClick={onMerge}>{t('patients.mergeAction')}</Menu.Item>
              ) : null}
              <Menu.Item onClick={onIdentities}>{t('patients.identitiesAction')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      ) : null}
    </div>
  );
}

function Safety({ safety }: Pick<PatientRow, 'safety'>) {
  const { t } = useTranslation();
  const now = safety.checks.filter(({ urgency }) => urgency === 'now').map(({ display }) => display);
  return (
    <>
      {safety.now > 0 ? (
        <Text size="sm" fw={700} c="var(--urgent)">
          {t('patients.actNow', { checks: now.join(', ') })}
        </Text>
      ) : null}
      {safety.open > 0 ? (
        <Text size="sm" c="var(--open)">
          {t('patients.openChecks', { count: safety.open })}
        </Text>
      ) : null}
    </>
  );
}

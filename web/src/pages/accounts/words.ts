import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/client.ts';

/** Roles, instants that may be absent, and refusals that have a sentence of their own in each language. */
export function useAccountWords() {
  const { t, i18n } = useTranslation();
  return {
    roles: (roles: readonly string[]) => roles.map((role) => t(`accounts.role.${role}`)).join(', '),
    /** The refusal in the words of the page, where it has any; the server's own otherwise. */
    problem(error: unknown): unknown {
      if (!(error instanceof ApiError)) return error;
      const key = `accounts.problem.${error.code}`;
      if (!i18n.exists(`${key}.message`)) return error;
      return new ApiError(error.status, {
        code: error.code,
        message: t(`${key}.message`),
        remedy: t(`${key}.remedy`),
      });
    },
  };
}

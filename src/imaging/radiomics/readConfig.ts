import { z } from 'zod';
import type { Json } from '../../dossier/canonical.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { RadiomicsConfig } from './config.ts';
import { readParameterYaml } from './parameterYaml.ts';
import { type PyradiomicsParameters, pyradiomicsParameters } from './pyradiomicsParameters.ts';

/**
 * A configuration from the text of a file: our JSON form, or a PyRadiomics parameter file as YAML or JSON (told apart by its
 * `setting`, `featureClass` or `imageType`). Throws `usage` for what neither is, with the names of the keys that are wrong.
 */
export function readConfig(text: string): PyradiomicsParameters {
  const file = text.trimStart().startsWith('{') ? json(text) : readParameterYaml(text);
  const isPyradiomics =
    file !== null &&
    typeof file === 'object' &&
    ['setting', 'featureClass', 'imageType', 'voxelSetting'].some((key) => Object.hasOwn(file, key));
  if (isPyradiomics) return pyradiomicsParameters(file);
  const parsed = RadiomicsConfig.safeParse(file);
  if (!parsed.success)
    throw new IdiographError('usage', `the configuration is not understood: ${z.prettifyError(parsed.error)}`, {
      remedy: 'See docs/methods/radiomics.md for the form.',
    });
  return { config: parsed.data, label: 1, only: undefined, issues: [] };
}

function json(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new IdiographError('usage', 'the configuration is not JSON', {
      remedy: 'Look for a missing comma or quote.',
    });
  }
}

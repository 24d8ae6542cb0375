import { type Form, parseForm, parseOneOf } from '../../parse.ts';
import type { InputReader } from './input-reader.ts';

/** What is shown on GitHub of a deployment, and with which right. */
export type GitHubInputs = {
  /** `undefined`: GitHub is told nothing, and asked nothing. */
  readonly token: string | undefined;
  readonly deployment: 'auto' | 'always' | 'off';
  /** `undefined`: the one that stands for the case. */
  readonly environment: string | undefined;
};

const environmentForm: Form = {
  pattern: /^[^\n]{1,255}$/,
  wanted: 'the name of a GitHub environment: up to 255 characters on one line',
};

export function parseGitHubInputs(reader: InputReader): GitHubInputs {
  return {
    token: reader.text('github-token'),
    deployment:
      reader.take('github-deployment', (raw) => parseOneOf(raw, ['auto', 'always', 'off'])) ?? 'auto',
    environment: reader.take('github-environment', (raw) => parseForm(raw, environmentForm)),
  };
}

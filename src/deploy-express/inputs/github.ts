import { type Form, parseForm, parseOneOf } from '../../parse.ts';
import type { GitHubInputs } from '../model/inputs.ts';
import type { InputReader } from './input-reader.ts';

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

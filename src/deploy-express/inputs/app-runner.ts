import { accepted, type Form, type Parsed, parseForm, quote, refused } from '../../parse.ts';
import type { InputReader } from './input-reader.ts';

const nameForm: Form = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{3,39}$/,
  wanted: 'the name of an App Runner service, 4 to 40 letters, digits, - and _, or its ARN',
};

const arnPattern = /^arn:aws[a-z-]*:apprunner:[a-z0-9-]+:\d{12}:service\/[A-Za-z0-9_-]+\/[0-9a-f]{32}$/;

/** Name or ARN. */
export function parseAppRunnerService(raw: string): Parsed<string> {
  if (raw === '*') {
    return refused({
      seen: quote(raw),
      wanted: `${nameForm.wanted}; all services go with operation: plan-migration`,
    });
  }
  return arnPattern.test(raw) ? accepted(raw) : parseForm(raw, nameForm);
}

const workflowForm: Form = {
  pattern: /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0\n\\]+\.ya?ml$/,
  wanted: 'a path in the workspace that ends in .yml, such as .github/workflows/deploy.yml',
};

/** For `operation: plan-migration`. */
export function parseWorkflowPath(reader: InputReader): string | undefined {
  return reader.take('write-workflow', (raw) => parseForm(raw, workflowForm));
}

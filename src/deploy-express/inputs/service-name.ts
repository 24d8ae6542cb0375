import { type Form, parseForm } from '../../parse.ts';
import type { InputReader } from './input-reader.ts';

const serviceNameForm: Form = {
  pattern: /^[A-Za-z0-9_-]{1,255}$/,
  wanted: '1 to 255 letters, digits, - and _',
};

export function requireServiceName(reader: InputReader): string {
  if (reader.text('service-name') === undefined && reader.text('apprunner-service') === undefined) {
    reader.report({ input: 'service-name', seen: 'not given', wanted: serviceNameForm.wanted });
  }
  return parseServiceName(reader) ?? '';
}

export function parseServiceName(reader: InputReader): string | undefined {
  return reader.take('service-name', (raw) => parseForm(raw, serviceNameForm)) ?? nameOfAppRunner(reader);
}

/** That of the service in App Runner, where it is to go on under the same name. */
function nameOfAppRunner(reader: InputReader): string | undefined {
  if (reader.text('service-name') !== undefined) return undefined;
  const service = reader.text('apprunner-service');
  return service === undefined ? undefined : (/^arn:[^/]*:service\/([^/]+)\//.exec(service)?.[1] ?? service);
}

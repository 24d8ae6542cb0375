import { type Form, parseForm } from '../../parse.ts';
import type { InputReader } from './input-reader.ts';

const serviceNameForm: Form = {
  pattern: /^[A-Za-z0-9_-]{1,255}$/,
  wanted: '1 to 255 letters, digits, - and _',
};

export function requireServiceName(reader: InputReader): string {
  if (reader.text('service-name') === undefined) {
    reader.report({ input: 'service-name', seen: 'not given', wanted: serviceNameForm.wanted });
  }
  return parseServiceName(reader) ?? '';
}

export function parseServiceName(reader: InputReader): string | undefined {
  return reader.take('service-name', (raw) => parseForm(raw, serviceNameForm));
}

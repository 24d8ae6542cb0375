import { type Form, parseBoolean, parseDecimal, parseForm, parseInteger, parseOneOf } from '../../parse.ts';
import type { PreviewInputs, SweepLimits } from '../model/inputs.ts';
import type { InputReader } from './input-reader.ts';

/** GitHub takes anything but a comma, up to 50 characters. */
const labelForm: Form = {
  pattern: /^[^,\n]{1,50}$/u,
  wanted: 'the name of one label: up to 50 characters, no comma',
};

/** `undefined`: `preview` is not set. */
export function parsePreviewInputs(reader: InputReader): PreviewInputs | undefined {
  const wanted = reader.take('preview', parseBoolean) ?? false;
  const preview: PreviewInputs = {
    trigger: reader.take('preview-trigger', (raw) => parseOneOf(raw, ['label', 'all'])) ?? 'label',
    label: reader.take('preview-label', (raw) => parseForm(raw, labelForm)) ?? '',
    maxPreviews: reader.take('max-previews', (raw) => parseInteger(raw, { minimum: 1, maximum: 1000 })) ?? 0,
  };
  return wanted ? preview : undefined;
}

export function parseSweepLimits(reader: InputReader): SweepLimits {
  const { take } = reader;
  return {
    maxIdleHours:
      take('preview-max-idle-hours', (raw) => parseDecimal(raw, { minimum: 1, maximum: 8760 })) ?? 0,
    maxDeletions: take('max-deletions', (raw) => parseInteger(raw, { minimum: 1, maximum: 1000 })) ?? 0,
  };
}

const operations = ['deploy', 'delete', 'sweep', 'plan-migration'] as const;

export type Operation = (typeof operations)[number];

export function parseOperation(reader: InputReader): Operation {
  return reader.take('operation', (raw) => parseOneOf(raw, operations)) ?? 'deploy';
}

/** What to do with a preview is for the event to say. */
export function reportOperationOfPreview(reader: InputReader): void {
  const operation = reader.text('operation');
  if (operation === 'deploy' || reader.text('preview')?.toLowerCase() !== 'true') return;
  reader.report({
    input: 'operation',
    seen: `${operation} with preview true`,
    wanted: 'nothing beside preview: the event tells whether to deploy or to delete',
  });
}

import type * as shared from '../../input-reader.ts';

/**
 * Every input of shift-traffic with what stands for it when it is not given; `''` = nothing does. The same defaults are
 * in shift-traffic/action.yml.
 */
export const shiftInputDefaults = {
  mode: 'plan',
  'plan-for': 'auto',
  domain: '',

  'apprunner-service': '',
  'blue-dns-name': '',
  'blue-hosted-zone-id': '',
  'express-service': '',
  cluster: 'default',

  'hosted-zone-id': '',
  'dns-role-arn': '',
  'allow-external-dns': 'false',

  'green-percent': '',
  'blue-weight': '',
  'green-weight': '',
  steps: '',
  'max-step': '',

  'adopt-as': 'alias',
  'blue-set-identifier': 'apprunner-blue',
  'green-set-identifier': 'express-green',
  'green-health-check-id': '',
  'attach-domain': 'false',
  'certificate-arn': '',
  'request-certificate': 'false',
  'certificate-timeout-minutes': '',
  'redirect-http': 'false',

  'probe-path': '/',
  'probe-status': '200-399',
  'bake-minutes': '5',
  'watch-minutes': '2',
  alarms: '',
  'max-error-percent': '',
  'min-requests': '100',
  'fail-on-inconclusive': 'true',
  'drain-seconds': '',
  'wait-for-minutes': '10',
  'poll-interval-seconds': '10',
  'on-cancel': 'rollback',

  'hold-hours': '24',
  'quiet-requests': '10',
  'retire-blue': 'none',

  'plan-checksum': '',
  gate: 'required',
  'gate-environment': '',
  'gate-accept': 'reviewers',
  'gate-strict': 'false',
  'github-token': '',
} as const;

export type ShiftInputName = keyof typeof shiftInputDefaults;

export type InputProblem = shared.InputProblem<ShiftInputName>;
export type InputReader = shared.InputReader<ShiftInputName>;

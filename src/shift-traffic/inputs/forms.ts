import { isAppRunnerHost } from '../../dns/app-runner-zones.ts';
import { isNameOfAws, parseDomain } from '../../dns/names.ts';
import { accepted, type Form, type Parsed, parseForm, quote, refused } from '../../parse.ts';
import { type ArnForm, certificateForm, parseArnForm, parseCluster } from '../../parse-arn.ts';
import type { ExpressServiceRef } from '../model/inputs.ts';

const appRunnerForm: ArnForm = {
  services: ['apprunner'],
  resource: /^service\/[A-Za-z0-9][A-Za-z0-9_-]{3,39}\/[0-9a-f]{32}$/,
  sameRegion: true,
  wanted: 'the name of an App Runner service, 4 to 40 letters, digits, - and _, or its ARN',
};

const expressForm: ArnForm = {
  services: ['ecs'],
  resource: /^service\/[A-Za-z0-9_-]{1,255}\/[A-Za-z0-9_-]{1,255}$/,
  sameRegion: true,
  wanted: 'the name of an Express service (letters, digits, - and _) or its ARN',
};

export type NameParsers = {
  readonly appRunnerService: (raw: string) => Parsed<string>;
  readonly cluster: (raw: string) => Parsed<string>;
  readonly certificate: (raw: string) => Parsed<string>;
  /** By name in `cluster`, or by an ARN, which names its cluster itself. */
  readonly expressService: (raw: string, cluster: string) => Parsed<ExpressServiceRef>;
};

/** `region`: where both services run; `undefined` leaves out the checks against it. */
export function nameParsers(region: string | undefined): NameParsers {
  return {
    appRunnerService: (raw) =>
      /^[A-Za-z0-9][A-Za-z0-9_-]{3,39}$/.test(raw) ? accepted(raw) : parseArnForm(raw, appRunnerForm, region),
    cluster: (raw) => parseCluster(raw, region),
    certificate: (raw) => parseArnForm(raw, certificateForm, region),
    expressService: (raw, cluster) => {
      if (/^[A-Za-z0-9_-]{1,255}$/.test(raw)) return accepted({ cluster, name: raw });
      const arn = parseArnForm(raw, expressForm, region);
      if (!arn.ok) return arn;
      const [name = '', ownCluster = ''] = raw.split('/').reverse();
      return accepted({ cluster: ownCluster, name });
    },
  };
}

/** One item of the list in `domain`. */
export function parseMovedName(raw: string): Parsed<string> {
  const name = parseDomain(raw);
  if (!name.ok) {
    const { seen, wanted } = name.problem;
    return /[\s;]/.test(raw)
      ? refused({ seen, wanted: `${wanted}; several of them separated by commas or lines` })
      : name;
  }
  if (!isNameOfAws(name.value)) return name;
  return refused({
    seen: `${quote(raw)}, a name of AWS`,
    wanted: 'a name of your own, with records in Route 53',
  });
}

const blueHostWanted = "App Runner's own host of the service, <id>.<Region>.awsapprunner.com";

export function parseBlueHost(raw: string): Parsed<string> {
  const host = parseDomain(raw);
  return host.ok && isAppRunnerHost(host.value)
    ? host
    : refused({ seen: quote(raw), wanted: blueHostWanted });
}

export const healthCheckForm: Form = {
  pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  wanted: 'the id of a Route 53 health check, such as 01234567-89ab-cdef-0123-456789abcdef',
};

const setIdentifierForm: Form = { pattern: /^[\x20-\x7e]{1,128}$/, wanted: '1 to 128 printable characters' };

export function parseSetIdentifier(raw: string): Parsed<string> {
  return parseForm(raw, setIdentifierForm);
}

/** `%` and `?` too: it is the target of a request, not a file. */
export const pathForm: Form = {
  pattern: /^\/[\x21-\x7e]*$/,
  wanted: 'a path that begins with / and has no spaces',
};

export const checksumForm: Form = {
  pattern: /^[0-9a-f]{64}$/,
  wanted: 'the output plan-checksum of the plan job, 64 hexadecimal digits',
};

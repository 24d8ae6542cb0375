import { normaliseName } from './names.ts';

/**
 * The hosted zones of App Runner's own names, which an alias record to such a name has to state. No API gives them:
 * AWS General Reference, "AWS App Runner endpoints and quotas". App Runner gets no further Regions.
 */
const zoneIds: Readonly<Record<string, string>> = {
  'ap-northeast-1': 'Z08491812XW6IPYLR6CCA',
  'ap-south-1': 'Z00855883LBHKTIC4ODF2',
  'ap-southeast-1': 'Z09819469CZ3KQ8PWMCL',
  'ap-southeast-2': 'Z03657752RA8799S0TI5I',
  'eu-central-1': 'Z0334911C2FDI2Q9M4FZ',
  'eu-west-1': 'Z087551914Z2PCAU0QHMW',
  'eu-west-2': 'Z098228427VC6B3IX76ON',
  'eu-west-3': 'Z087117439MBKHYM69QS6',
  'us-east-1': 'Z01915732ZBZKC8D32TPT',
  'us-east-2': 'Z0224347AD7KVHMLOX31',
  'us-west-2': 'Z02243383FTQ64HJ5772Q',
};

const suffix = '.awsapprunner.com';

/** A service's default host: `<id>.<Region>.awsapprunner.com`. */
export function isAppRunnerHost(host: string): boolean {
  return normaliseName(host).endsWith(suffix);
}

/** `undefined` for a host of no App Runner Region in the table. */
export function appRunnerZoneId(host: string): string | undefined {
  if (!isAppRunnerHost(host)) return undefined;
  const region = normaliseName(host).slice(0, -suffix.length).split('.').at(-1) ?? '';
  return zoneIds[region];
}

/** `<name>.<Region>.elb.amazonaws.com`, in China with `.cn` behind it. */
export function isLoadBalancerHost(host: string): boolean {
  return /\.elb\.amazonaws\.com(?:\.cn)?$/.test(normaliseName(host));
}

import type { AwsZone } from '../world.ts';

/**
 * The Route 53 zone that an alias record to an App Runner service names. No API tells it.
 * https://docs.aws.amazon.com/general/latest/gr/apprunner.html
 */
const HOSTED_ZONE_IDS: Readonly<Record<string, string>> = {
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

/** AAAA only for a service with IPv6: others have no address that such an alias could give. */
export const APP_RUNNER_ZONES: readonly AwsZone[] = Object.entries(HOSTED_ZONE_IDS).map(
  ([region, hostedZoneId]) => ({ hostedZoneId, suffix: `.${region}.awsapprunner.com.`, types: ['A'] }),
);

import { AwsError, type Operation } from '../world.ts';
import { type CustomDomain, describeDomain, hostsOf, validationRecords } from './custom-domain.ts';
import { type Input, invalid, matchingString, optionalBoolean, page, requiredString } from './input.ts';
import { requireStatus } from './operation.ts';
import type { Service } from './service.ts';
import { type AppRunner, findService, TIMINGS } from './state.ts';

const NAME = /[A-Za-z0-9*.-]{1,255}/;
/** https://docs.aws.amazon.com/apprunner/latest/dg/manage-custom-domains.html */
const MOST_DOMAINS = 5;

export function customDomainOperations(runner: AppRunner): Record<string, Operation> {
  return {
    AssociateCustomDomain: (input) => {
      const service = findService(runner, requiredString(input, 'ServiceArn'));
      requireStatus(service, 'associated with a custom domain', ['RUNNING', 'PAUSED']);
      return answer(service, associate(runner, service, input));
    },
    DisassociateCustomDomain: (input) => {
      const service = findService(runner, requiredString(input, 'ServiceArn'));
      const name = requiredString(input, 'DomainName').toLowerCase();
      const domain = service.customDomains.get(name);
      if (!domain) throw new AwsError('ResourceNotFoundException', `Custom domain cannot be found: ${name}`);
      domain.status = 'DELETING';
      runner.clock.after(TIMINGS.domainDeleting, () => void service.customDomains.delete(name));
      return answer(service, domain);
    },
    DescribeCustomDomains: (input) => {
      const service = findService(runner, requiredString(input, 'ServiceArn'));
      const { items, next } = page([...service.customDomains.values()], input, MOST_DOMAINS);
      return {
        DNSTarget: service.url,
        ServiceArn: service.arn,
        CustomDomains: items.map(describeDomain),
        VpcDNSTargets: [],
        ...next,
      };
    },
  };
}

const answer = ({ url, arn }: Service, domain: CustomDomain) => ({
  DNSTarget: url,
  ServiceArn: arn,
  CustomDomain: describeDomain(domain),
  VpcDNSTargets: [],
});

function associate(runner: AppRunner, service: Service, input: Input): CustomDomain {
  const name = matchingString(requiredString(input, 'DomainName'), 'DomainName', NAME).toLowerCase();
  const withWww = (optionalBoolean(input, 'EnableWWWSubdomain') ?? true) && !name.startsWith('*.');
  const domain: CustomDomain = {
    name,
    withWww,
    status: 'CREATING',
    validationRecords: validationRecords(runner.ids, name, withWww),
  };
  refuseTaken(runner, domain);
  if (service.customDomains.size >= MOST_DOMAINS) {
    throw new AwsError(
      'ServiceQuotaExceededException',
      `The service has reached its limit of ${MOST_DOMAINS} custom domains.`,
    );
  }
  service.customDomains.set(name, domain);
  runner.clock.after(TIMINGS.domainCreating, () => {
    domain.status = 'PENDING_CERTIFICATE_DNS_VALIDATION';
    validate(runner, domain);
  });
  return domain;
}

/** A host belongs to one App Runner service (apprunner-roadmap#245). */
function refuseTaken(runner: AppRunner, domain: CustomDomain): void {
  const hosts = hostsOf(domain);
  for (const other of runner.services.values()) {
    for (const known of other.customDomains.values()) {
      if (hostsOf(known).some((host) => hosts.includes(host))) {
        throw invalid(
          `Domain ${domain.name} is already associated with the App Runner service ${other.name}.`,
        );
      }
    }
  }
}

/** Looks until every validation CNAME is there, then binds the certificate. */
function validate(runner: AppRunner, domain: CustomDomain): void {
  if (domain.status === 'DELETING') return;
  for (const record of domain.validationRecords) {
    if (runner.hasCname(record.name, record.value)) record.status = 'SUCCESS';
  }
  if (domain.validationRecords.some(({ status }) => status !== 'SUCCESS')) {
    runner.clock.after(TIMINGS.domainCheck, () => validate(runner, domain));
    return;
  }
  domain.status = 'BINDING_CERTIFICATE';
  runner.clock.after(TIMINGS.domainBinding, () => {
    if (domain.status === 'BINDING_CERTIFICATE') domain.status = 'ACTIVE';
  });
}

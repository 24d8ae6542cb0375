import {
  AppRunnerClient,
  DescribeCustomDomainsCommand,
  DescribeServiceCommand,
  ListServicesCommand,
  type ServiceSummary,
} from '@aws-sdk/client-apprunner';
import { clientConfig } from './clients.ts';
import { ask } from './failures.ts';

export type AppRunnerService = {
  readonly arn: string;
  readonly name: string;
  /** The last part of the ARN; metrics are kept by it and the name together. */
  readonly id: string;
  /** `<id>.<Region>.awsapprunner.com`. */
  readonly host: string;
  /** `RUNNING`, `PAUSED`, `OPERATION_IN_PROGRESS`, … */
  readonly status: string;
};

let client: AppRunnerClient | undefined;

export function appRunner(): AppRunnerClient {
  client ??= new AppRunnerClient(clientConfig());
  return client;
}

/** By ARN, or by name within the account and Region; `undefined` when the name is not there. */
export async function findAppRunnerService(nameOrArn: string): Promise<AppRunnerService | undefined> {
  if (nameOrArn.startsWith('arn:')) {
    const { Service } = await ask(
      'apprunner:DescribeService',
      `describe App Runner service ${nameOrArn}`,
      () => appRunner().send(new DescribeServiceCommand({ ServiceArn: nameOrArn })),
    );
    return Service && readService(Service);
  }
  for await (const service of listServices()) if (service.name === nameOrArn) return service;
  return undefined;
}

/** Of the account and Region. */
export async function listAppRunnerServices(): Promise<readonly AppRunnerService[]> {
  const services: AppRunnerService[] = [];
  for await (const service of listServices()) services.push(service);
  return services;
}

async function* listServices(): AsyncGenerator<AppRunnerService> {
  let nextToken: string | undefined;
  do {
    const token = nextToken;
    const answer = await ask('apprunner:ListServices', 'list the App Runner services', () =>
      appRunner().send(new ListServicesCommand({ MaxResults: 20, NextToken: token })),
    );
    for (const seen of answer.ServiceSummaryList ?? []) yield readService(seen);
    nextToken = answer.NextToken;
  } while (nextToken !== undefined);
}

export function readService(seen: ServiceSummary): AppRunnerService {
  return {
    arn: seen.ServiceArn ?? '',
    name: seen.ServiceName ?? '',
    id: seen.ServiceId ?? '',
    host: seen.ServiceUrl ?? '',
    status: seen.Status ?? 'UNKNOWN',
  };
}

export type CustomDomain = {
  readonly name: string;
  readonly hasWww: boolean;
  /** `ACTIVE`, `PENDING_CERTIFICATE_DNS_VALIDATION`, … */
  readonly status: string;
  /** CNAMEs by which the certificate is renewed; without them blue stops answering for the domain. */
  readonly validationNames: readonly string[];
};

export async function listCustomDomains(serviceArn: string): Promise<readonly CustomDomain[]> {
  const domains: CustomDomain[] = [];
  let nextToken: string | undefined;
  do {
    const token = nextToken;
    const answer = await ask('apprunner:DescribeCustomDomains', 'list the custom domains of blue', () =>
      appRunner().send(new DescribeCustomDomainsCommand({ ServiceArn: serviceArn, NextToken: token })),
    );
    for (const seen of answer.CustomDomains ?? []) {
      domains.push({
        name: seen.DomainName ?? '',
        hasWww: seen.EnableWWWSubdomain === true,
        status: seen.Status ?? 'UNKNOWN',
        validationNames: (seen.CertificateValidationRecords ?? []).flatMap(({ Name }) => Name ?? []),
      });
    }
    nextToken = answer.NextToken;
  } while (nextToken !== undefined);
  return domains;
}

import {
  AppRunnerClient,
  DeleteServiceCommand,
  DescribeServiceCommand,
  PauseServiceCommand,
  paginateDescribeCustomDomains,
  paginateListServices,
  type CustomDomain as SeenDomain,
  type ServiceSummary,
} from '@aws-sdk/client-apprunner';
import { atEachAttempt, watchAttempts } from './attempts.ts';
import { clientOf } from './clients.ts';
import { ask, askPages } from './failures.ts';
import { isWrongState } from './refusals.ts';

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

export const appRunner = () => clientOf(AppRunnerClient);

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

/** Whether the service is reached by IPv6, too. The list of services does not tell. */
export async function isAppRunnerDualStack(serviceArn: string): Promise<boolean> {
  const { Service } = await ask(
    'apprunner:DescribeService',
    `describe App Runner service ${serviceArn}`,
    () => appRunner().send(new DescribeServiceCommand({ ServiceArn: serviceArn })),
  );
  return Service?.NetworkConfiguration?.IpAddressType === 'DUAL_STACK';
}

/** Of the account and Region. */
export async function listAppRunnerServices(): Promise<readonly AppRunnerService[]> {
  const services: AppRunnerService[] = [];
  for await (const service of listServices()) services.push(service);
  return services;
}

async function* listServices(): AsyncGenerator<AppRunnerService> {
  const pages = paginateListServices({ client: appRunner() }, { MaxResults: 20 });
  for await (const page of askPages('apprunner:ListServices', 'list the App Runner services', pages)) {
    yield* (page.ServiceSummaryList ?? []).map(readService);
  }
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
  const pages = paginateDescribeCustomDomains({ client: appRunner() }, { ServiceArn: serviceArn });
  const doing = `list the custom domains of App Runner service ${serviceArn.split('/').at(-2) ?? ''}`;
  for await (const page of askPages('apprunner:DescribeCustomDomains', doing, pages)) {
    domains.push(...(page.CustomDomains ?? []).map(readDomain));
  }
  return domains;
}

function readDomain(seen: SeenDomain): CustomDomain {
  return {
    name: seen.DomainName ?? '',
    hasWww: seen.EnableWWWSubdomain === true,
    status: seen.Status ?? 'UNKNOWN',
    validationNames: (seen.CertificateValidationRecords ?? []).flatMap(({ Name }) => Name ?? []),
  };
}

/**
 * `asked`: App Runner has the request. `there`: it needed none. `in-doubt`: a request was not answered, and an operation is
 * running that may be another one, as App Runner refuses all until it ends.
 */
export type Retirement = 'asked' | 'there' | 'in-doubt';

/** Can be resumed; costs nothing meanwhile. */
export async function pauseAppRunnerService(serviceArn: string): Promise<Retirement> {
  return ask('apprunner:PauseService', `pause App Runner service ${serviceArn}`, () =>
    unlessDone(serviceArn, 'PAUSED', (watch) => {
      const command = new PauseServiceCommand({ ServiceArn: serviceArn });
      command.middlewareStack.add(watch, atEachAttempt);
      return appRunner().send(command);
    }),
  );
}

export async function deleteAppRunnerService(serviceArn: string): Promise<Retirement> {
  return ask('apprunner:DeleteService', `delete App Runner service ${serviceArn}`, () =>
    unlessDone(serviceArn, 'DELETED', (watch) => {
      const command = new DeleteServiceCommand({ ServiceArn: serviceArn });
      command.middlewareStack.add(watch, atEachAttempt);
      return appRunner().send(command);
    }),
  );
}

/** When a reply is lost, the next attempt finds the service on its way or there. */
async function unlessDone(
  arn: string,
  wanted: string,
  send: (watch: ReturnType<typeof watchAttempts>['watch']) => Promise<unknown>,
): Promise<Retirement> {
  const { seen, watch } = watchAttempts();
  try {
    await send(watch);
    return 'asked';
  } catch (cause) {
    if (!isWrongState(cause)) throw cause;
    const status = (await findAppRunnerService(arn))?.status;
    if (status === wanted) return 'there';
    if (status === 'OPERATION_IN_PROGRESS' && seen.leftInDoubt) return 'in-doubt';
    throw cause;
  }
}

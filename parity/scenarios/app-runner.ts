import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeCustomDomainsCommand,
  DescribeServiceCommand,
} from '@aws-sdk/client-apprunner';
import { type Act, type Kit, LeftOut, type Scenario } from '../scenario.ts';
import type { LookupAnswer } from '../witness.ts';

const MINUTES = 20;

/** Answers of several addresses come in any number and order. */
const tellAnswer = (answer: LookupAnswer): unknown =>
  answer === 'none' ? 'none' : { ttl: [...new Set(answer.map(({ ttl }) => ttl))] };

/** The name of a service: has it IPv6 addresses, and how long may an answer be kept? */
const names: Scenario = {
  name: 'app-runner-names',
  run: async (kit) => {
    const { appRunner, lookUp, note, step, until } = kit;
    const ServiceArn = await create(kit);
    const made = await until(
      'it runs',
      () => appRunner.send(new DescribeServiceCommand({ ServiceArn })),
      ({ Service }) => Service?.Status !== 'OPERATION_IN_PROGRESS',
      MINUTES,
    );
    const name = made.Service?.ServiceUrl ?? '';
    note('its addresses, IPv4', tellAnswer(await lookUp(name, 'A')));
    note('its addresses, IPv6', tellAnswer(await lookUp(name, 'AAAA')));
    await step('its domains', () => appRunner.send(new DescribeCustomDomainsCommand({ ServiceArn })));
    await step('delete it', () => appRunner.send(new DeleteServiceCommand({ ServiceArn })), {
      keep: ({ Service }) => Service?.Status,
    });
    await until(
      'it is gone',
      () => appRunner.send(new DescribeServiceCommand({ ServiceArn })),
      ({ Service }) => Service?.Status === 'DELETED',
      MINUTES,
    );
  },
};

/** Who was no customer on 30 April 2026 cannot become one. */
async function create({ appRunner, step }: Kit): Promise<string | undefined> {
  const command = new CreateServiceCommand({
    ServiceName: 'parity',
    SourceConfiguration: {
      ImageRepository: {
        ImageIdentifier: 'public.ecr.aws/aws-containers/hello-app-runner:latest',
        ImageRepositoryType: 'ECR_PUBLIC',
        ImageConfiguration: { Port: '8000' },
      },
      AutoDeploymentsEnabled: false,
    },
    Tags: [{ Key: 'made-by', Value: 'parity' }],
  });
  const made = await step('make a service', () => appRunner.send(command));
  if (made === undefined) throw new LeftOut('App Runner makes no service for this account');
  return made.Service?.ServiceArn;
}

export const appRunnerAct: Act = { scenarios: [names], moto: false, sideBySide: true };

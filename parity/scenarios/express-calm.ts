import {
  CreateExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServicesCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import {
  deploymentsOf,
  IMAGE,
  makeRoles,
  makeService,
  NEWER_IMAGE,
  revisionOf,
  service,
  serviceArn,
} from '../express.ts';
import type { Act, Scenario } from '../scenario.ts';
import { balancer } from './express-balancer.ts';
import { deletion } from './express-deletion.ts';
import { counts } from './express-metrics.ts';
import { idleTargets } from './route-53-idle-targets.ts';

const NAME = 'parity-calm';
const AT = { serviceArn: serviceArn(NAME), include: ['TAGS' as const] };

const settled: Scenario = {
  name: 'ecs-express-settled',
  run: async (kit) => {
    const { ecs, step } = kit;
    await step('the service', () => ecs.send(new DescribeExpressGatewayServiceCommand(AT)), {
      keep: ({ service: { currentDeployment, activeConfigurations = [], status } = {} }) => ({
        currentDeployment,
        configurations: activeConfigurations.length,
        status,
      }),
    });
    const [deployment] = await deploymentsOf(kit, NAME);
    const serviceDeploymentArns = [deployment?.serviceDeploymentArn ?? ''];
    await step('its deployment', () =>
      ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns })),
    );
    await step(
      'as services of ECS are shown',
      () => ecs.send(new DescribeServicesCommand({ cluster: 'default', services: [NAME] })),
      {
        keep: ({ services: [one = {}] = [] }) => {
          const { status, desiredCount, runningCount, taskDefinition, deploymentConfiguration } = one;
          const { resourceManagementType, loadBalancers } = one;
          return {
            ...{ status, desiredCount, runningCount, taskDefinition, deploymentConfiguration },
            ...{ resourceManagementType, loadBalancers },
          };
        },
      },
    );
    await step(
      'among services that ECS manages',
      () =>
        ecs.send(
          new ListServicesCommand({ cluster: 'default', resourceManagementType: 'ECS', maxResults: 100 }),
        ),
      {
        keep: ({ serviceArns = [] }) => serviceArns.filter((arn) => arn.endsWith(kit.localise(`/${NAME}`))),
      },
    );
  },
};

const nameTaken: Scenario = {
  name: 'ecs-express-name-taken',
  run: async ({ ecs, step }) => {
    const create = (image: string) => () =>
      ecs.send(new CreateExpressGatewayServiceCommand(service(NAME, { primaryContainer: { image } })));
    await step('create it once more, as it is', create(IMAGE), { sentence: true });
    await step('create it once more, with another image', create(NEWER_IMAGE), { sentence: true });
  },
};

type Index = { readonly manifests?: readonly { readonly digest: string; readonly platform?: object }[] };

/** The image is an index of several platforms: which digest does ECS tell? */
const digest: Scenario = {
  name: 'ecs-express-image-digest',
  run: async (kit) => {
    const { ecs, get, step } = kit;
    const repository = 'https://public.ecr.aws/v2/nginx/nginx';
    const { text: granted } = await get(
      'https://public.ecr.aws/token/?service=public.ecr.aws&scope=repository:nginx/nginx:pull',
    );
    const index = await get(`${repository}/manifests/1.28`, {
      authorization: `Bearer ${JSON.parse(granted).token}`,
      accept:
        'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json',
    });
    const { manifests = [] }: Index = JSON.parse(index.text || '{}');
    const amd64 = manifests.find(({ platform }) => Object(platform).architecture === 'amd64')?.digest;
    const tell = (digest: string | undefined): string => {
      if (digest === undefined) return 'none';
      if (digest === index.headers['docker-content-digest']) return 'that of the index';
      return digest === amd64 ? 'that of the image for its processor' : 'another';
    };
    const { serviceRevisionArn = '' } = await revisionOf(kit, NAME);
    const serviceRevisionArns = [serviceRevisionArn];
    await step(
      'of the revision',
      () => ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns })),
      {
        keep: ({ serviceRevisions }) =>
          serviceRevisions?.[0]?.containerImages?.map(({ imageDigest }) => tell(imageDigest)),
      },
    );
    const { taskArns: tasks } = await ecs.send(
      new ListTasksCommand({ cluster: 'default', serviceName: NAME }),
    );
    await step('of the task', () => ecs.send(new DescribeTasksCommand({ cluster: 'default', tasks })), {
      keep: (answer) => answer.tasks?.[0]?.containers?.map(({ imageDigest }) => tell(imageDigest)),
    });
  },
};

/** All that can be asked of a service that does not change; the last deletes it. */
export const calmAct: Act = {
  setUp: async (kit) => {
    await makeRoles(kit);
    await makeService(kit, NAME);
  },
  scenarios: [settled, nameTaken, balancer(NAME), digest, idleTargets(NAME), counts(NAME), deletion(NAME)],
  moto: false,
  sideBySide: true,
};

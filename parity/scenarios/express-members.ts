import {
  DescribeServiceRevisionsCommand,
  DescribeTaskDefinitionCommand,
  UpdateExpressGatewayServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  describe,
  IMAGE,
  makeRoles,
  makeService,
  NEWER_IMAGE,
  ON_PORT_8080,
  serviceArn,
} from '../express.ts';
import type { Act, Scenario } from '../scenario.ts';

const NAME = 'parity-members';

/** An update with an image alone: what becomes of port, command and environment? */
const leftOut: Scenario = {
  name: 'ecs-express-members-left-out',
  run: async (kit) => {
    const { ecs, note, step } = kit;
    const before = (await describe(kit, NAME)).activeConfigurations?.at(-1);
    note('before', before?.primaryContainer);
    const updated = await step('update the image alone', () =>
      ecs.send(
        new UpdateExpressGatewayServiceCommand({
          serviceArn: serviceArn(NAME),
          primaryContainer: { image: NEWER_IMAGE },
        }),
      ),
    );
    const serviceRevisionArns = [updated?.service?.targetConfiguration?.serviceRevisionArn ?? ''];
    const { serviceRevisions: [revision] = [] } = await ecs.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns }),
    );
    const { taskDefinition } = revision ?? {};
    await step(
      'what its tasks would be',
      () => ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
      {
        keep: ({ taskDefinition: { containerDefinitions, cpu, memory } = {} }) => ({
          ...{ containerDefinitions, cpu, memory },
        }),
      },
    );
  },
};

export const membersAct: Act = {
  setUp: async (kit) => {
    await makeRoles(kit);
    await makeService(kit, NAME, {
      healthCheckPath: '/index.html',
      cpu: '512',
      memory: '1024',
      primaryContainer: {
        image: IMAGE,
        containerPort: 8080,
        command: ON_PORT_8080,
        environment: [{ name: 'COLOUR', value: 'green' }],
      },
    });
  },
  scenarios: [leftOut],
  moto: false,
  sideBySide: true,
};

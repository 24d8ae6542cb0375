import {
  CreateServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  type ListTaskDefinitionsCommandInput,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { createWeb, updateWeb } from '../helpers/express-service.ts';

let emulator: EmulatorHandle;
let ecs: ECSClient;
beforeAll(async () => {
  emulator = await startEmulator('--speed', '1');
  ecs = new ECSClient(emulator.client);
  for (const family of ['web', 'web', 'api']) {
    const containerDefinitions = [{ name: 'Main', image: 'public.ecr.aws/example/web:1' }];
    await ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions }));
  }
  await createWeb(ecs);
  await updateWeb(ecs, 'web:2');
});
afterAll(() => emulator.stop());

async function list(input: ListTaskDefinitionsCommandInput = {}): Promise<readonly string[]> {
  const { taskDefinitionArns = [] } = await ecs.send(new ListTaskDefinitionsCommand(input));
  return taskDefinitionArns.map((arn) =>
    arn.replace(/^arn:aws:ecs:eu-west-1:123456789012:task-definition\//, ''),
  );
}

test('they are listed by family and revision, those of Express, too', async () => {
  expect(await list()).toEqual(['api:1', 'default-web:1', 'default-web:2', 'web:1', 'web:2']);
  expect(await list({ sort: 'DESC', familyPrefix: 'web' })).toEqual(['web:2', 'web:1']);
  expect(await list({ familyPrefix: 'we' })).toEqual([]);
  const first = await ecs.send(new ListTaskDefinitionsCommand({ maxResults: 4 }));
  expect(await list({ nextToken: first.nextToken })).toEqual(['web:2']);
});

test('one that is deregistered can be read, and nothing new is made of it', async () => {
  const { taskDefinition } = await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:2' }));
  expect(taskDefinition).toMatchObject({ status: 'INACTIVE', revision: 2, deregisteredAt: expect.any(Date) });
  expect(await list({ familyPrefix: 'web' })).toEqual(['web:1']);
  expect(await list({ status: 'INACTIVE' })).toEqual(['web:2']);
  const read = async (name: string) =>
    (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: name }))).taskDefinition;
  expect(await read('web:2')).toMatchObject({ status: 'INACTIVE' });
  expect(await read('web')).toMatchObject({ revision: 1, status: 'ACTIVE' });
  await expect(
    ecs.send(new CreateServiceCommand({ serviceName: 'old', taskDefinition: 'web:2' })),
  ).rejects.toMatchObject({ name: 'ClientException', message: 'TaskDefinition is inactive' });
});

test.each([
  ['web', 'InvalidParameterException'],
  ['web:9', 'ClientException'],
])('%s cannot be deregistered: %s', async (taskDefinition, name) => {
  await expect(ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }))).rejects.toMatchObject({
    name,
  });
});

import { AwsError, type Operation } from '../world.ts';
import { type Input, integer, invalid, matchingString, requiredString } from './input.ts';
import { type AppRunner, type AutoScalingConfiguration, dateOf } from './state.ts';

const NAME = /[A-Za-z0-9][A-Za-z0-9\-_]{3,31}/;
const DEFAULTS = { maxConcurrency: 100, minSize: 1, maxSize: 25 };

/** The one that every account has from the start. */
export function addDefaultConfiguration(runner: AppRunner): void {
  const name = 'DefaultConfiguration';
  const arn = runner.arn('apprunner', `autoscalingconfiguration/${name}/1/00000000000000000000000000000001`);
  const createdAt = new Date('2022-01-01T00:00:00Z');
  runner.autoScaling.set(arn, { arn, name, revision: 1, ...DEFAULTS, createdAt, isDefault: true });
}

/** By ARN, where the revision and the id may be left out: the latest one then. The default one when nothing is given. */
export function findAutoScaling(runner: AppRunner, arn: string | undefined): AutoScalingConfiguration {
  const all = [...runner.autoScaling.values()];
  const found =
    arn === undefined
      ? all.find(({ isDefault }) => isDefault)
      : all.findLast((one) => one.arn === arn || one.arn.startsWith(`${arn}/`));
  if (found) return found;
  throw new AwsError('ResourceNotFoundException', `AutoScalingConfiguration cannot be found: ${arn}`);
}

export function autoScalingOperations(runner: AppRunner): Record<string, Operation> {
  return {
    CreateAutoScalingConfiguration: (input) => ({
      AutoScalingConfiguration: describe(runner, create(runner, input)),
    }),
    DescribeAutoScalingConfiguration: (input) => ({
      AutoScalingConfiguration: describe(
        runner,
        findAutoScaling(runner, requiredString(input, 'AutoScalingConfigurationArn')),
      ),
    }),
  };
}

function create(runner: AppRunner, input: Input): AutoScalingConfiguration {
  const name = matchingString(
    requiredString(input, 'AutoScalingConfigurationName'),
    'AutoScalingConfigurationName',
    NAME,
  );
  const minSize = integer(input, 'MinSize', { least: 1, most: 25, otherwise: DEFAULTS.minSize });
  const maxSize = integer(input, 'MaxSize', { least: 1, most: 1000, otherwise: DEFAULTS.maxSize });
  if (minSize > maxSize) throw invalid('MinSize must not be greater than MaxSize.');
  const revision = [...runner.autoScaling.values()].filter((one) => one.name === name).length + 1;
  const configuration = {
    arn: runner.arn('apprunner', `autoscalingconfiguration/${name}/${revision}/${runner.ids.hex(32)}`),
    name,
    revision,
    maxConcurrency: integer(input, 'MaxConcurrency', {
      least: 1,
      most: 200,
      otherwise: DEFAULTS.maxConcurrency,
    }),
    minSize,
    maxSize,
    createdAt: dateOf(runner),
    isDefault: false,
  };
  runner.autoScaling.set(configuration.arn, configuration);
  return configuration;
}

export function summarise(runner: AppRunner, one: AutoScalingConfiguration) {
  return {
    AutoScalingConfigurationArn: one.arn,
    AutoScalingConfigurationName: one.name,
    AutoScalingConfigurationRevision: one.revision,
    Status: 'ACTIVE',
    CreatedAt: one.createdAt,
    HasAssociatedService: isUsed(runner, one),
    IsDefault: one.isDefault,
  };
}

function describe(runner: AppRunner, one: AutoScalingConfiguration) {
  return {
    ...summarise(runner, one),
    Latest: isLatest(runner, one),
    MaxConcurrency: one.maxConcurrency,
    MinSize: one.minSize,
    MaxSize: one.maxSize,
  };
}

const isLatest = (runner: AppRunner, { name, revision }: AutoScalingConfiguration): boolean =>
  [...runner.autoScaling.values()].every((one) => one.name !== name || one.revision <= revision);

const isUsed = (runner: AppRunner, { arn }: AutoScalingConfiguration): boolean =>
  [...runner.services.values()].some(
    ({ status, configuration }) => status !== 'DELETED' && configuration.autoScalingArn === arn,
  );

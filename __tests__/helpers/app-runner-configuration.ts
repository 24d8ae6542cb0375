import type { AppRunnerConfiguration } from '../../src/aws/app-runner-configuration.ts';

type Source = AppRunnerConfiguration['source'];

/** A service with App Runner's defaults; a case states only what it is about. */
export function appRunnerConfiguration(
  more: Partial<Omit<AppRunnerConfiguration, 'source'>> & { readonly source?: Partial<Source> } = {},
): AppRunnerConfiguration {
  const image: Source = {
    kind: 'image',
    reference: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1',
    isPublic: false,
    port: '8080',
    startCommand: undefined,
    environment: [],
    secrets: [],
  };
  return {
    arn: 'arn:aws:apprunner:eu-west-1:123456789012:service/shop/0123456789abcdef0123456789abcdef',
    name: 'shop',
    id: '0123456789abcdef0123456789abcdef',
    host: '0123456789.eu-west-1.awsapprunner.com',
    status: 'RUNNING',
    accessRoleArn: undefined,
    deploysByItself: false,
    cpu: '1024',
    memory: '2048',
    instanceRoleArn: undefined,
    healthCheck: {
      protocol: 'HTTP',
      path: '/health',
      intervalSeconds: 5,
      timeoutSeconds: 2,
    },
    scaling: { minSize: 1, maxSize: 25, maxConcurrency: 100 },
    connector: undefined,
    isPublic: true,
    isDualStack: false,
    kmsKeyArn: undefined,
    isTraced: false,
    domains: [],
    tags: [],
    ...more,
    source: { ...image, ...more.source } as Source,
  };
}

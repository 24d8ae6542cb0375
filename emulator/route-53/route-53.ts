import type { Control } from '../control/control-plane.ts';
import type { Ids } from '../ids.ts';
import type { AwsNames, AwsService, Clock } from '../world.ts';
import type { Answering } from './answer.ts';
import { changeBatchOperations } from './change-batch.ts';
import { changeOperations } from './changes.ts';
import { route53Control } from './control.ts';
import { healthCheckOperations } from './health-checks.ts';
import { documentedInvalidChangeBatch } from './invalid-change-batch.ts';
import { refuseMisfits } from './invalid-input.ts';
import { protectionOperations } from './protections.ts';
import { recordListingOperations } from './record-listing.ts';
import { type AliasTargetFinder, AWS_SETTINGS, type Hosting, type Settings } from './state.ts';
import { tagOperations } from './tags.ts';
import { testDnsAnswerOperations } from './test-dns-answer.ts';
import { throttled } from './throttle.ts';
import { zoneListingOperations } from './zone-listing.ts';
import { zoneOperations } from './zone-operations.ts';

export type Route53 = {
  readonly service: AwsService;
  readonly control: Control;
  /** For the name servers that answer what is written here. */
  readonly hosting: Hosting;
};

/** The Route 53 API. `awsNames` are the names its aliases may point at outside their own zones. */
export function createRoute53(options: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly accountId: string;
  readonly awsNames: AwsNames;
  readonly findAliasTarget: AliasTargetFinder;
  readonly settings?: Partial<Settings>;
}): Route53 {
  const { clock, ids, accountId, awsNames, findAliasTarget } = options;
  const hosting: Hosting = {
    clock,
    ids,
    accountId,
    settings: { ...AWS_SETTINGS, ...options.settings },
    findAliasTarget,
    zones: new Map(),
    registrations: new Map(),
    changes: new Map(),
    healthChecks: new Map(),
    assumedTargets: new Set(),
  };
  const answering: Answering = { turns: new Map(), awsNames, healthChecks: hosting.healthChecks };
  const operations = {
    ...zoneOperations(hosting),
    ...zoneListingOperations(hosting),
    ...recordListingOperations(hosting),
    ...changeBatchOperations(hosting),
    ...changeOperations(hosting),
    ...protectionOperations(hosting),
    ...testDnsAnswerOperations(hosting, answering),
    ...tagOperations(hosting),
    ...healthCheckOperations(hosting),
  };
  return {
    service: {
      name: 'route53',
      protocol: {
        kind: 'rest-xml',
        pathPrefix: '/2013-04-01/',
        xmlNamespace: 'https://route53.amazonaws.com/doc/2013-04-01/',
        errorDocument: (error, requestId) =>
          hosting.settings.invalidChangeBatchForm === 'documented'
            ? documentedInvalidChangeBatch(error, requestId)
            : undefined,
      },
      refuse: refuseMisfits,
      operations: throttled(operations, hosting.settings),
    },
    control: route53Control(hosting),
    hosting,
  };
}

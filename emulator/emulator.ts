import { createAcm } from './acm/acm.ts';
import { createAppRunner } from './app-runner/app-runner.ts';
import { APP_RUNNER_ZONES } from './app-runner/hosted-zones.ts';
import { createAuthorization } from './authorization/authorization.ts';
import { createGate } from './authorization/gate.ts';
import { createClock, type RunningClock } from './clock.ts';
import { createCloudwatch } from './cloudwatch/cloudwatch.ts';
import type { Controls } from './control/control-plane.ts';
import { createFaults, type Faults } from './control/faults.ts';
import { createHolds, type Holds, holdsControl } from './control/holds.ts';
import { createRequestLog, type RequestLog } from './control/request-log.ts';
import { createDnsServer } from './dns/dns-server.ts';
import { createAddressLookup, createCnameCheck } from './dns/lookups.ts';
import { createResolver } from './dns/resolver.ts';
import { createPasswords } from './ecr/authorization.ts';
import { createEcr } from './ecr/ecr.ts';
import { createImageStore } from './ecr/image-store.ts';
import type { Repositories } from './ecr/repositories.ts';
import { createEcs, type EcsPart } from './ecs/ecs.ts';
import { createEdge } from './edge/edge.ts';
import { createLoadBalancing } from './elastic-load-balancing/load-balancing.ts';
import { BALANCER_ZONES } from './elastic-load-balancing/names.ts';
import { chooseEngine } from './engine/choose.ts';
import { createDockerEngine } from './engine/docker.ts';
import { createStubEngine } from './engine/stub.ts';
import { createGitHub } from './github/github.ts';
import { createIam } from './iam/iam.ts';
import { createIds } from './ids.ts';
import { closeServer, listenOn } from './listening.ts';
import { createLogs } from './logs/logs.ts';
import type { EmulatorOptions } from './options.ts';
import { createOtherRegistries } from './other-registries/other-registries.ts';
import { createRegistry } from './registry/registry.ts';
import { createAliasTargetFinder } from './route-53/alias-targets.ts';
import { createRoute53 } from './route-53/route-53.ts';
import { createAwsServer } from './server/aws-server.ts';
import { createSts, defaultPrincipalArn } from './sts/sts.ts';
import type { AwsNames } from './world.ts';

export type RunningEmulator = {
  /** The line that tells a client how to reach it (contract: README). */
  readonly ready: object;
  readonly close: () => Promise<void>;
  /** Whether it gave an answer that AWS's model does not know: whoever relies on it must hear of that. */
  readonly hasMisanswered: () => boolean;
};

/**
 * What the names of AWS's front ends resolve to. Not the same address, because a custom host may be served by both at
 * once, and it is the DNS that says by whom.
 */
const ADDRESSES = {
  loadBalancers: '127.0.0.2',
  appRunner: '127.0.0.3',
  otherRegistries: '127.0.0.4',
} as const;

/** The key in `env`, on which `--policy` is enforced. */
const ACCESS_KEY_ID = 'AKIAEMULATOR00000000';

/** Puts the parts together and starts listening. */
export async function startEmulator(options: EmulatorOptions): Promise<RunningEmulator> {
  const { region, accountId } = options;
  const clock = createClock(options.speed);
  const place = { clock, ids: createIds(options.seed), region, accountId };
  const holds = createHolds();
  const faults = createFaults(holds);
  const log = createRequestLog();
  const port = (offset: number): number => (options.port === 0 ? 0 : options.port + offset);

  const principalArn = defaultPrincipalArn(region, accountId);
  const authorization = createAuthorization({ ...options, accessKeyId: ACCESS_KEY_ID });
  const gate = createGate({
    authorization,
    principalArn,
    surroundings: {
      region,
      accountId,
      rolesOfService: (arn) => ecs.rolesOfService(arn),
      rolesOfDefinition: (reference) => ecs.rolesOfDefinition(reference),
    },
  });
  const cloudwatch = createCloudwatch(place);
  const { metrics } = cloudwatch;
  const engineKind = await chooseEngine(options.engine);
  const repositories: Repositories = new Map();
  const passwords = createPasswords({ clock });
  const registry = await createRegistry({
    clock,
    accountId,
    repositories,
    passwords,
    faults,
    log,
    authorize: gate.registry,
  });
  const registryHost = hostOf(await registry.listen(port(1)));
  const images = createImageStore({ registryHost, repositories });
  const stub = engineKind === 'stub' ? createStubEngine({ clock, images }) : undefined;
  const engine = stub ?? (await createDockerEngine({ images, registryHost, passwords }));

  // Parts that know each other: certificates are validated in the DNS, whose aliases lead to what serves them.
  const awsNames: AwsNames = (name) => balancing.names(name) ?? appRunner.names(name);
  const route53 = createRoute53({
    ...place,
    awsNames,
    findAliasTarget: createAliasTargetFinder([...BALANCER_ZONES, ...APP_RUNNER_ZONES], awsNames),
    settings: { requestsPerSecond: options.route53Rate },
  });
  const resolve = createResolver(route53.hosting, awsNames);
  const hasCname = createCnameCheck(resolve);
  const acm = createAcm({ ...place, hasCname, usersOf: (arn) => balancing.usersOfCertificate(arn) });
  const balancing = createLoadBalancing({
    ...place,
    address: ADDRESSES.loadBalancers,
    certificates: acm.certificates,
    metrics,
    // A stand-in listens before it is said to run; only a real program needs time for that.
    ...(engineKind === 'stub' && { startAllowanceMs: 0 }),
  });
  const { loadBalancing } = balancing;
  const iam = createIam({ ...place, strictRoles: options.strictRoles });
  const sts = createSts(place);
  const logs = createLogs(place);
  const otherRegistries = await createOtherRegistries(ADDRESSES.otherRegistries);
  const ecs = createEcs({
    ...place,
    engine,
    loadBalancing,
    images,
    foreignDigestOf: otherRegistries.digestOf,
    roles: iam.roles,
    logs: logs.logs,
  });
  const standIn = stub ?? createStubEngine({ clock, images });
  const appRunner = createAppRunner({
    ...place,
    engine,
    standIn,
    logs: logs.logs,
    metrics,
    hasCname,
    address: ADDRESSES.appRunner,
  });
  const dns = createDnsServer(resolve);
  const dnsAddress = await dns.listen(port(4));
  const github = createGitHub({ ...place, faults, log, latencyMs: options.latencyMs });
  const githubEnv = await github.listen(port(5));

  const ecr = createEcr({ ...place, registryHost, repositories, passwords });
  let misanswered = false;
  const server = createAwsServer({
    ...place,
    services: [
      ecs.service,
      ecr.service,
      balancing.api,
      iam.api,
      sts.api,
      logs.api,
      route53.service,
      appRunner.service,
      acm.service,
      ...cloudwatch.services,
    ],
    controls: {
      ...createControls({ clock, faults, holds, log, ecs }),
      'route-53': route53.control,
      github: github.control,
      acm: acm.control,
      cloudwatch: cloudwatch.control,
      policy: authorization.control,
      ecr: ecr.control,
      registries: otherRegistries.control,
      ...(stub && { stub: stub.control }),
    },
    faults,
    log,
    accountOf: sts.accountOf,
    authorize: gate.api,
    principalArn,
    latencyMs: options.latencyMs,
    onMisshapen: (why) => {
      misanswered = true;
      process.stderr.write(`emulator: ${why}\n`);
    },
  });
  const address = await listenOn(server, port(0));
  const ownServers = [hostOf(address), registryHost, URL.parse(githubEnv['GITHUB_API_URL'] ?? '')?.host];
  const edge = await createEdge({
    frontEnds: [balancing.frontEnd, appRunner.frontEnd, otherRegistries.frontEnd],
    resolve: createAddressLookup(resolve),
    isOwnServer: (authority) => ownServers.includes(authority),
    faults,
  });
  const { http, env } = await edge.listen({ http: port(2), proxy: port(3) });

  return {
    hasMisanswered: () => misanswered,
    ready: {
      env: {
        AWS_ENDPOINT_URL: `http://${hostOf(address)}`,
        AWS_REGION: region,
        // The AWS CLI version 1 and boto3 know this name only.
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: ACCESS_KEY_ID,
        AWS_SECRET_ACCESS_KEY: 'emulator',
        ...env,
        ...githubEnv,
      },
      registry: registryHost,
      dns: hostOf(dnsAddress),
      http: hostOf(http),
    },
    close: async () => {
      clock.close();
      await Promise.all([
        closeServer(server),
        edge.close(),
        dns.close(),
        github.close(),
        engine.close(),
        standIn.close(),
        otherRegistries.close(),
      ]);
      await registry.close();
    },
  };
}

const hostOf = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${host}:${port}`;

/** `/_emulator/…`; each is described in the README. */
function createControls(parts: {
  readonly clock: RunningClock;
  readonly faults: Faults;
  readonly holds: Holds;
  readonly log: RequestLog;
  readonly ecs: EcsPart;
}): Controls {
  const { clock, faults, holds, log, ecs } = parts;
  return {
    requests: { GET: () => log.list(), DELETE: () => log.clear() },
    faults: {
      GET: () => faults.list(),
      POST: (body) => faults.add(body),
      DELETE: () => faults.clear(),
    },
    holds: holdsControl(holds),
    clock: {
      GET: () => ({ now: new Date(clock.now()).toISOString() }),
      POST: async (body) => {
        await clock.advance(secondsToAdvance(body));
        return { now: new Date(clock.now()).toISOString() };
      },
    },
    state: { GET: () => ({ now: new Date(clock.now()).toISOString(), ecs: ecs.state() }) },
    ecs: { POST: (body) => ecs.applyScenario(body) },
  };
}

function secondsToAdvance(body: unknown): number {
  const seconds =
    typeof body === 'object' && body !== null && 'advanceSeconds' in body ? body.advanceSeconds : 0;
  if (typeof seconds === 'number' && seconds > 0) return seconds;
  throw new TypeError('"advanceSeconds" must be a positive number');
}
